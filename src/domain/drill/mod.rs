//! Drills: what is played ([`scenario`]), and how one is planned, run and closed ([`run`]).

pub mod account;
pub mod figures;
pub mod notice;
pub mod press;
pub mod run;
pub mod scenario;
pub mod shown;
pub mod wish;
