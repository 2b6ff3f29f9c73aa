//! Arithmetic and choices, against references that are slow and obvious.
