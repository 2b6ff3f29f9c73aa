//! What other systems send: formats become alerts (pure), endpoints give them to the engine.

pub mod alert;
pub mod doors;
pub mod endpoint;
