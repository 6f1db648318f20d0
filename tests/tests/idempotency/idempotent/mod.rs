//! `#[idempotent]`: `once` as an attribute.

mod answers;
mod beside_retry;
mod modes;
mod shapes;
mod shop;
mod times;
mod transaction;
