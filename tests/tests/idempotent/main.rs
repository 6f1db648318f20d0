//! `#[idempotent]`: `once` as an attribute.

mod answers;
mod beside_retry;
/// The servers of the tests of stores.
#[path = "../store_contract/harness.rs"]
#[allow(dead_code)] // for the rules of a store
mod harness;
mod modes;
mod shapes;
mod shop;
mod times;
mod transaction;
