//! What people and systems do, and what must come of it.

mod chat;
mod config;
mod import;
