//! Behaviour, scene by scene.

mod escalation;
mod given;
mod incident;
mod merge;
mod sandbox;
