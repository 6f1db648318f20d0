//! Async functions on each runtime: the same scenes, with the same times.

mod crates;
mod real_timers;
mod run;
mod scenes;
mod stepped;
