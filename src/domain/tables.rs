//! The columns of the tables people import and export: the words of their first rows, in the order in
//! which they are written. The first one names the row, and no file is without it.

/// Units.
pub const UNITS: &[&str] =
    &["code", "name", "kind", "parent", "active_from", "active_to", "successor"];

/// People.
pub const PEOPLE: &[&str] = &[
    "id",
    "full_name",
    "title",
    "unit",
    "roles",
    "telegram_id",
    "zalo_id",
    "phone",
    "email",
    "channels",
    "active",
    "hours",
];

/// Information systems.
pub const SYSTEMS: &[&str] = &["code", "unit", "name", "level", "hosting", "contact", "active"];
