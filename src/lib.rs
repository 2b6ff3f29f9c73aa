//! Trực Ban.
#![forbid(unsafe_code)]
pub mod app;
pub mod channels;
pub mod chat;
pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod engine;
pub mod intake;
pub mod ledger;
pub mod sandbox;
pub mod text;
pub mod web;
