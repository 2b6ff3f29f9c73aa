//! Ways to people: each turns what comes in into [`crate::domain::envelope::Incoming`] and implements
//! [`crate::engine::channel::Channel`].

pub mod telegram;
