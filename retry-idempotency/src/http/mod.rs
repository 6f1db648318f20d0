//! Server side of the `Idempotency-Key` header: a layer for axum.
//!
//! It serves each request once, as draft-ietf-httpapi-idempotency-key-header-07 (expired 2026-04-18) specifies. Keys without
//! quotes, which the draft does not allow and many clients send, are accepted too: see [`strict`](IdempotencyLayer::strict).
//!
//! A client that has lost a response sends its request again, and must not be charged again. Under this layer the first
//! request with a key runs the handler, and later ones receive its response.
//!
//! | request | response |
//! |---|---|
//! | with a new key | from the handler, which runs to its end even if the client hangs up |
//! | with a finished key | the first response, with `Idempotent-Replayed: true` |
//! | with a key in flight | 409 with `Retry-After`, at once or after [`wait`](IdempotencyLayer::wait) |
//! | with an interrupted key | 409 without `Retry-After`; see [`rerun`](IdempotencyLayer::rerun), [`in_transaction`](IdempotencyLayer::in_transaction) |
//! | with a key of another request | 422 |
//! | without a required key | 400 |
//!
//! Every response of the handler is recorded, also a 500, a 403 or a 429, because it is unknown what the handler has done. Only
//! a 425 and a response marked [`NothingHappened`] are not: the next request with the key is a first one. Authentication and
//! rate limits belong above the layer, or mark their responses. [`Problem`] lists the layer's own responses.
//!
//! The handler does not see `Accept-Encoding`, so that a layer below does not compress what may be replayed to a client that does
//! not take it: put compression above this layer. A handler that encodes its response nevertheless is replayed to those who accept
//! that encoding; others receive [`Problem::NotAcceptable`].
//!
//! The handler runs in the task of the request as long as the client waits, and in a task of its own after that: see
//! [`around`](IdempotencyLayer::around) for its task-locals, and [`drain`](IdempotencyLayer::drain) for a graceful shutdown.
//!
//! A response that the store cannot record is sent nevertheless, because the effect was made. Later requests with the key
//! are in flight until the lease ends, and interrupted then.
//!
//! After a crash between the effect and the record of its response it is unknown what was done. Only a handler that stores
//! its response in the transaction of its effect is safe from that: see [`IdempotencyLayer::in_transaction`].

mod body;
mod encoding;
mod extract;
mod fingerprint;
mod handle;
mod handling;
mod key_header;
mod layer;
mod multipart;
mod problem;
mod request;
mod response_codec;
mod rules;
mod service;

pub use self::extract::{Idempotent, NothingHappened};
pub use self::handling::Handling;
pub use self::layer::IdempotencyLayer;
pub use self::problem::Problem;
pub use self::service::IdempotencyService;
pub use crate::session::Drain;
