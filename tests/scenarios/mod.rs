//! What people and systems do, and what must come of it: one promise a file.

mod chat;
mod config;
mod import;
mod sandbox;
mod words;
