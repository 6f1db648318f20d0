//! The layer of idempotency keys over real sockets: each request once.

mod endings;
/// The servers of the tests of stores.
#[path = "../store_contract/harness.rs"]
#[allow(dead_code)] // for the rules of a store
mod harness;
mod keys;
mod shop;
mod stores;
mod transaction;
mod vectors;
mod waiting;
