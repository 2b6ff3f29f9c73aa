//! Playbooks: those built in, what is told of bad ones, and the command line about them.

mod bad;
mod built_in;
