//! Idempotency keys of calls: generated, derived, and sent by the adapters.

mod call_key;
mod current;
mod derive;
mod error;
mod idempotency_key;

pub use self::call_key::{CallKey, KeyText};
pub(crate) use self::current::CurrentKey;
pub use self::current::KeyScope;
pub use self::derive::{hash, hex, uuid, uuid_from_bits};
pub use self::error::KeyError;
pub use self::idempotency_key::{IdempotencyKey, check, visible_prefix};
