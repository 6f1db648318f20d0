//! Tests of whole macros.

mod fuzz;
mod short_names;
mod snapshots;
