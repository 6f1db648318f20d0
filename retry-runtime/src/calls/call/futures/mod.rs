//! Futures of an attempt and of the delay after it, over any async driver.

pub(super) mod attempt;
pub(super) mod body;
pub(super) mod steps;
mod wait;
