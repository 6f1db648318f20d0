//! Helpers that the examples share.

pub mod args;
pub mod chance;
pub mod chart;
pub mod output;
pub mod table;
