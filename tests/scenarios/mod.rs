//! What people and systems do, and what must come of it: one promise a file.

mod channels;
mod chat;
mod config;
mod health;
mod import;
mod intake;
mod page_link;
mod sandbox;
mod words;
