//! The decision core of `retry-runtime`: what makes a policy, and what follows an attempt.
//!
//! Depend on `retry-runtime`, which re-exports all of this. The crate stands apart for one reason: the attribute
//! judges a policy while compiling by the very rules and arithmetic that run later, so both are here once.
//!
//! It takes time and chance as arguments. It reads no clock, draws no randomness, never sleeps, never allocates and
//! does no I/O.
#![no_std]

mod backoff;
pub mod breaker;
mod budget;
#[doc(hidden)]
pub mod check;
mod class;
mod classes;
mod decide;
mod jitter;
#[doc(hidden)]
pub mod keys;
#[doc(hidden)]
pub mod marks;
#[doc(hidden)]
pub mod nanos;
mod policy;
#[doc(hidden)]
pub mod rule;
mod stop;
mod sync;
mod worst_case;
#[doc(hidden)]
pub mod written;

pub use crate::backoff::Backoff;
pub use crate::breaker::{Breaker, BreakerBuilder, InvalidBreaker};
pub use crate::budget::{Budget, Receipt};
pub use crate::class::Class;
pub use crate::classes::Classes;
pub use crate::decide::{Decision, Failure, Progress};
pub use crate::jitter::Jitter;
pub use crate::policy::{Policy, PolicyBuilder};
pub use crate::rule::InvalidPolicy;
pub use crate::stop::StopReason;
pub use crate::worst_case::WorstCase;

/// What the drivers and the attribute call and users need not; it may change in any release.
#[doc(hidden)]
pub mod internal {
    pub use crate::budget::{Count, OwnBudget};
    pub use crate::decide::STOP;
    pub use crate::policy::{NEVER, UNBOUNDED};
}
