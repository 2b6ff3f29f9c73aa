//! Arithmetic and choices, against references that are slow and obvious.

mod buttons;
mod choosing;
mod drill_buttons;
mod drill_figures;
mod drills_plan;
mod expressions;
mod fuzz;
mod ladder;
mod playbooks;
mod roster;
mod roster_past;
mod roster_written;
mod runs;
mod schedule;
mod secrecy;
mod tables;

use proptest::prelude::ProptestConfig;

/// So many cases, or `TRUCBAN_CASES`; a failure is printed and leaves no file behind.
fn cases(count: u32) -> ProptestConfig {
    let asked = std::env::var("TRUCBAN_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = asked.unwrap_or(count);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}
