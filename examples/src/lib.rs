//! What the examples share; they live beside this folder.

pub mod chart;
