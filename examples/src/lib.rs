//! Helpers that the examples share.

pub mod args;
pub mod chart;
pub mod output;
pub mod random;
pub mod table;
