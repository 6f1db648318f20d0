//! The layer of idempotency keys over real sockets: each request once.

mod context;
mod encoding;
mod endings;
mod keys;
mod shop;
mod stores;
mod transaction;
mod vectors;
mod waiting;
