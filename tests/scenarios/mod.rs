//! What people and systems do, and what must come of it: one promise a file.

mod channels;
mod chat;
mod config;
mod ending;
mod escalation;
mod given;
mod health;
mod holding;
mod import;
mod incident;
mod input;
mod intake;
mod ladder;
mod ledger;
mod main_job;
mod merge;
mod once;
mod page_link;
mod people;
mod sandbox;
mod waiting;
mod words;
