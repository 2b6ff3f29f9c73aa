//! Drills as a calendar that telephones subscribe to. Whoever has the link reads it, so nobody's name is in
//! it.

use crate::domain::drill::run::state::Status;
use crate::engine::Engine;
use crate::ledger::StorageError;
use crate::report::drills;
use crate::text::web as said;

/// The drills of this year and of what comes.
pub fn calendar(engine: &Engine) -> Result<String, StorageError> {
    let (reader, now) = (engine.reader(), engine.clock().now());
    let settings = engine.settings();
    let zone = settings.team.zone;
    let mut found = Vec::new();
    for code in reader.drill_codes(&Status::ALL)? {
        found.extend(reader.shown_drill(&code)?.map(|shown| shown.drill));
    }
    found.retain(|drill| drill.planning.at.year(zone) >= now.year(zone));
    Ok(drills::calendar(&said::drills_name(&settings.team.name), &found, now))
}
