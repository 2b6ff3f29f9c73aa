//! Decisions, pure: no clock, no I/O, no async, nothing of ours outside this folder.
//!
//! A decision takes a state, a command, the instant and the [`directory::Directory`], and returns
//! the events that follow or a typed [`refusal::Refusal`].

pub mod about;
pub mod access;
pub mod actor;
pub mod alert;
pub mod ask;
pub mod calendar;
pub mod checkup;
pub mod contacts;
mod detail_press;
pub mod directory;
pub mod drill;
pub mod duty_notice;
pub mod envelope;
pub mod escalation;
pub mod evidence;
pub mod fold;
pub mod ids;
pub mod incident;
pub mod late;
pub mod lookup;
pub mod news;
pub mod notice;
pub mod page;
pub mod playbook;
pub mod press;
pub mod priority;
pub mod reach;
pub mod receipt;
pub mod refusal;
pub mod retention;
pub mod roster;
pub mod schedule;
pub mod search;
pub mod secrecy;
pub mod similar;
pub mod statistics;
pub mod stays;
pub mod step_press;
pub mod systems;
pub mod tables;
pub mod talk;
pub mod text;
pub mod time;
pub mod triage;
pub mod trouble;
mod units;
pub mod values;
