//! Tests of whole macros.

mod followed;
mod fuzz;
mod short_names;
mod snapshots;
