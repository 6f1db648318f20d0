//! Futures of an attempt and of the waits around it, over any async driver.

pub(super) mod admission;
pub(super) mod attempt;
pub(super) mod body;
pub(super) mod hedged;
pub(super) mod steps;
pub(super) mod timer;
mod wait;
