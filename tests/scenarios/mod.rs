//! What people and systems do, and what must come of it: one promise a file.

mod chat;
mod config;
mod ending;
mod holding;
mod import;
mod input;
mod ladder;
mod main_job;
mod once;
mod people;
mod sandbox;
mod words;
