//! `trucban demo --tour`.

use super::{End, Stopped, say};
use crate::app::tour;
use crate::text::cli::said;

/// Plays the tour in a temporary folder and removes it afterwards.
pub fn demo(tour: bool) -> Result<End, Stopped> {
    if !tour {
        return Err(Stopped(said::DEMO_NEEDS_TOUR.to_owned()));
    }
    let runtime = super::run::runtime()?;
    let seconds = runtime.block_on(tour::play(Box::new(|line: &str| say(line))))?;
    say(&said::tour_done(seconds));
    Ok(End::Done)
}
