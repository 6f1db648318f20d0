//! What the examples share; they live beside this folder.

pub mod args;
pub mod chance;
pub mod chart;
pub mod output;
pub mod table;
