//! Retries that are bounded, spread out and visible.
#![no_std]

#[cfg(feature = "std")]
extern crate std;

use core::time::Duration;

mod adapters;
#[cfg(feature = "std")]
mod attempt;
#[cfg(feature = "std")]
mod call;
mod classify;
#[cfg(feature = "std")]
mod clock;
#[cfg(feature = "std")]
mod context;
#[cfg(feature = "std")]
mod driver;
#[cfg(feature = "std")]
mod expression;
mod field;
#[cfg(feature = "std")]
mod hook;
#[cfg(feature = "std")]
mod judge;
#[cfg(feature = "std")]
mod operation;
mod outcome;
#[cfg(feature = "std")]
pub mod random;
mod stopped;
#[cfg(feature = "test-util")]
pub mod test_util;
#[cfg(feature = "std")]
mod track;
#[cfg(feature = "std")]
mod waits;

#[doc(hidden)]
pub use retry_core::check;
pub use retry_core::{
    Backoff, Class, Classes, Decision, Failure, InvalidPolicy, Jitter, Policy, PolicyBuilder, Progress, StopReason,
    WorstCase,
};
#[cfg(feature = "macros")]
pub use retry_macros::{Classify, retry};

#[cfg(feature = "std")]
pub use crate::adapters::Classified;
#[cfg(feature = "http")]
pub use crate::adapters::http;
#[cfg(feature = "std")]
pub use crate::attempt::Attempt;
#[cfg(feature = "std")]
pub use crate::call::{Call, Ran};
pub use crate::classify::Classify;
#[cfg(feature = "std")]
pub use crate::driver::*;
#[cfg(feature = "std")]
pub use crate::expression::*;
#[cfg(feature = "std")]
pub use crate::hook::{Failed, HookResult, Step};
#[cfg(feature = "std")]
pub use crate::judge::{ByClass, ByQuestion, Ended, Judge};
#[cfg(feature = "std")]
pub use crate::operation::Operation;
pub use crate::outcome::{Missing, Outcome};
pub use crate::stopped::{FromStopped, Stopped};
#[cfg(feature = "std")]
pub use crate::track::{Begun, Cuttable, Timed, Track, Untracked};
#[cfg(feature = "std")]
pub use crate::waits::Waits;

/// What the derive prints and users need not; it may change in any release.
#[doc(hidden)]
pub mod __derive {
    pub use crate::field::{HintField, StatusField};
}

/// So many seconds, as the expansion writes them.
#[doc(hidden)]
pub const fn from_secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// So many milliseconds, as the expansion writes them.
#[doc(hidden)]
pub const fn from_millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// So many microseconds, as the expansion writes them.
#[doc(hidden)]
pub const fn from_micros(micros: u64) -> Duration {
    Duration::from_micros(micros)
}

/// So many nanoseconds, as the expansion writes them.
#[doc(hidden)]
pub const fn from_nanos(nanos: u64) -> Duration {
    Duration::from_nanos(nanos)
}

/// Gives `return` and `?` in an async body their type. It is never called.
#[doc(hidden)]
pub fn never<R>() -> R {
    unreachable!("stands behind `if false` alone")
}
