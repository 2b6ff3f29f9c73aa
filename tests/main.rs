//! Every test that sees the crate from outside, in one binary.

// Always so here; said again so that the lints know helpers beside the tests for tests.
#[cfg(test)]
mod browser;
#[cfg(test)]
mod drills;
#[cfg(test)]
mod guides;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod playbooks;
#[cfg(test)]
mod process;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tidy;
