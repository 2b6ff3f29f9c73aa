//! Behaviour, scene by scene.

mod sandbox;
