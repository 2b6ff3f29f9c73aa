//! Drills: the scenarios built in, what is told of bad ones, and that a file says what the model holds.

mod bad;
mod built_in;
mod round_trip;
mod words;
