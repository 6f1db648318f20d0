//! Tests of whole macros.

mod followed;
mod fuzz;
mod settings;
mod short_names;
mod snapshots;
