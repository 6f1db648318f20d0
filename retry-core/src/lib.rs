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
mod class;
mod decide;
#[doc(hidden)]
pub mod display;
mod error;
#[doc(hidden)]
pub mod idempotency_bounds;
mod jitter;
#[doc(hidden)]
pub mod nesting;
mod policy;
mod retry_counter;
mod stop_reason;
mod sync;
#[doc(hidden)]
pub mod units;

pub use crate::backoff::Backoff;
pub use crate::breaker::{Breaker, BreakerBuilder, BreakerError};
pub use crate::budget::{Budget, Withdrawal};
pub use crate::class::{Class, Classes};
pub use crate::decide::{Decision, Failure, Progress};
pub use crate::error::PolicyError;
pub use crate::jitter::Jitter;
pub use crate::policy::{Policy, PolicyBuilder, WorstCase};
pub use crate::stop_reason::StopReason;

/// What the drivers and the attribute call and users need not; it may change in any release.
#[doc(hidden)]
pub mod internal {
    pub use crate::budget::OperationBudget;
    pub use crate::decide::STOP;
    pub use crate::retry_counter::RetryCounter;
    pub use crate::units::{NEVER, UNBOUNDED};
}

/// Rules as the attribute checks literals by them.
#[doc(hidden)]
pub mod validate {
    pub use crate::budget::validate::*;
    pub use crate::class::validate::*;
    pub use crate::error::{Rule, accept, day, duration, some, some_duration};
    pub use crate::policy::validate::*;
}

/// Rules as the attribute prints them.
#[doc(hidden)]
pub mod const_check {
    pub use crate::policy::const_check::*;
}
