//! One binary for all tests that see the crate from outside.

// Always so here; said again so that the lints know helpers beside the tests for tests.
#[cfg(test)]
mod properties;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod simulation;
