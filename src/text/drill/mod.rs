//! What people read about drills.

pub mod faults;
pub mod scenario;
