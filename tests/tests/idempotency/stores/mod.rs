//! The contract of a store of idempotency keys: the same rules, run against every store.
//!
//! A store joins with a file like `memory.rs`: a [`Harness`](harness::Harness), a function that runs a rule on it, and
//! one line, `contract!`. What is its own, as how it survives a crash, is tested in that file or beside it.

mod acts;
pub(crate) mod harness;
mod late;
mod memory;
pub(crate) mod model;
mod network;
mod outages;
pub(crate) mod postgres;
pub(crate) mod redis;
pub(crate) mod rules;
mod silence;
pub(crate) mod sqlite;
mod sqlite_clock;
mod sqlite_crash;
mod sqlite_locks;
mod sqlite_marker;
