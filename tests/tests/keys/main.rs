//! Idempotency keys of the client.

mod answers;
mod calls;
mod current;
mod headers;
mod key;
