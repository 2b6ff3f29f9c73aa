//! What people and systems do, and what must come of it: one promise a file.

mod burst;
mod chat;
mod chats;
mod clocks;
mod config;
mod crash;
mod disk;
mod downtime;
mod ending;
mod holding;
mod import;
mod input;
mod ladder;
mod main_job;
mod once;
mod people;
mod polling;
mod process;
mod sandbox;
mod telegram_trouble;
mod words;
