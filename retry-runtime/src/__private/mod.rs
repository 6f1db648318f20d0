//! Names that the expansions of the macros print. They may change in any release.
//!
//! An expansion imports this module by a glob (`use ::retry_runtime::__private::*;`) and prints the names unqualified,
//! because one glob costs the compiler less than a path per name. A name that the user's tokens could mean is printed with
//! its full path. So the module holds exactly what expansions print: each further name could hide one of the user's.

mod derive_fields;
mod duration;
mod register;

/// The policy of an operation may have an attempt timeout.
pub use retry_core::TimedPolicy as Policy;
#[doc(hidden)]
pub use retry_core::const_check;
#[doc(hidden)]
pub use retry_core::internal::Hedge;
pub use retry_core::{Backoff, Budget, ClassLimit, Classes, Jitter};

pub use self::derive_fields::{HintField, StatusField};
pub use self::duration::{from_micros, from_millis, from_nanos, from_secs};
#[cfg(feature = "std")]
pub use crate::calls::{CallKey, Concurrency, Operation, stale_key, stale_key_async, type_of};
pub use crate::classify::is_final_class;

/// Gives `return` and `?` in an async body their type. It is never called.
pub fn never<R>() -> R {
    unreachable!("printed only behind `if false`")
}
