//! Arithmetic and choices, against references that are slow and obvious.

mod buttons;
mod choosing;
mod ladder;

/// So many cases; a failure is printed and leaves no file behind.
fn cases(count: u32) -> proptest::prelude::ProptestConfig {
    proptest::prelude::ProptestConfig {
        cases: count,
        failure_persistence: None,
        ..proptest::prelude::ProptestConfig::default()
    }
}
