//! A layer for axum that serves each request once: the server's side of the `Idempotency-Key` header, as
//! draft-ietf-httpapi-idempotency-key-header says.
//!
//! A client that lost an answer sends its request again, and must not be charged again. Under this layer the first request
//! with a key runs the handler, and each later one gets the answer of the first.
//!
//! | a request | is answered |
//! |---|---|
//! | with a new key | by the handler, which runs to its end, also where the client hangs up |
//! | with a finished key | as the first one was, with `Idempotent-Replayed: true` |
//! | with a key that is being worked on | 409 with `Retry-After`, at once or after [`wait`](IdempotencyLayer::wait) |
//! | with a key whose run was cut off | 409 without `Retry-After` ([`rerun`](IdempotencyLayer::rerun), [`in_transaction`](IdempotencyLayer::in_transaction)) |
//! | with a key that was used for another request | 422 |
//! | without a key, where one is required | 400 |
//!
//! The handler's answer is kept whatever it says, a 500 too, since nobody knows what was done. Forgotten are 401, 403, 425,
//! 429, and what is marked [`NothingHappened`]: the next request with the key is a first one. [`Problem`] lists the
//! answers of the layer's own.
//!
//! An answer that the store cannot note is sent all the same, since what it says was done. A later request with the key is
//! in flight until the lease ends, and cut off then.
//!
//! After a crash between the effect and the note of its answer nobody knows what was done. Only a handler that stores its
//! answer in the transaction of its effect is proof against that: see [`IdempotencyLayer::in_transaction`].

mod body;
mod config;
mod extract;
mod key;
mod problem;
mod request;
mod run;
mod service;
pub(crate) mod stored;

pub use self::config::IdempotencyLayer;
pub use self::extract::{Idempotent, NothingHappened};
pub use self::problem::Problem;
pub use self::service::IdempotencyService;
