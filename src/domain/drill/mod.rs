//! Drills: what is played ([`scenario`]), how one is planned, run and closed ([`run`]), and which are
//! held in which year ([`plan`]).

pub mod account;
pub mod duty;
pub mod figures;
pub mod notice;
pub mod plan;
pub mod press;
pub mod run;
pub mod scenario;
pub mod shown;
pub mod wish;
