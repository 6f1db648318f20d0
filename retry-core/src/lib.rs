//! Decision core of `retry-runtime`.
//!
//! It holds policies, delays, budgets, circuit breakers, rate limits, and the decision that follows an attempt.
//!
//! Depend on `retry-runtime`, which re-exports all of this. The crate is separate because the attribute checks a policy
//! while compiling, with the rules and the arithmetic that run later.
//!
//! Time and randomness are arguments. The crate reads no clock, generates no random numbers, never sleeps, never
//! allocates and does no I/O.
#![no_std]

#[cfg(feature = "std")]
extern crate std;

mod backoff;
pub mod breaker;
mod budget;
mod class;
mod concurrency;
mod decide;
#[doc(hidden)]
pub mod display;
mod error;
mod fixed_text;
mod hedge;
#[doc(hidden)]
pub mod idempotency_bounds;
mod jitter;
#[doc(hidden)]
pub mod nesting;
#[cfg(feature = "std")]
mod pace;
mod parse;
mod policy;
mod quantile;
mod retry_counter;
#[cfg(feature = "serde")]
mod serde;
mod stop_reason;
mod sync;
mod time_slots;
#[doc(hidden)]
pub mod units;

pub use crate::backoff::Backoff;
pub use crate::breaker::{Breaker, BreakerBuilder, BreakerError};
pub use crate::budget::{Budget, BudgetDenial, Withdrawal};
pub use crate::class::{Class, ClassLimit, Classes};
pub use crate::decide::{Decision, Failure, Progress};
pub use crate::error::PolicyError;
pub use crate::jitter::Jitter;
#[cfg(feature = "std")]
pub use crate::pace::Pace;
pub use crate::parse::ParseError;
pub use crate::policy::{Policy, PolicyBuilder, TimedPolicy, WorstCase};
pub use crate::stop_reason::StopReason;
pub use crate::units::Moment;

/// Parts for drivers and for the attribute. It may change in any release.
#[doc(hidden)]
pub mod internal {
    #[cfg(feature = "settings")]
    pub use crate::breaker::BreakerTuning;
    pub use crate::budget::{Limits, News, OperationBudget, RetryEnd, Turn, WaitingCredit};
    pub use crate::concurrency::Places;
    pub use crate::decide::{Grant, Next};
    pub use crate::hedge::Hedge;
    #[cfg(feature = "std")]
    pub use crate::pace::{PaceAdmission, PaceTicket};
    pub use crate::parse::{duration, number};
    pub use crate::retry_counter::RetryCounter;
    pub use crate::time_slots::{TimeSlot, TimeSlots};
    pub use crate::units::{Span, UNBOUNDED};
}

/// Rules by which the attribute checks literals.
#[doc(hidden)]
pub mod validate {
    pub use crate::budget::validate::*;
    pub use crate::class::validate::*;
    pub use crate::concurrency::validate::*;
    pub use crate::error::{Rule, accept, day, duration, some, some_duration};
    pub use crate::hedge::validate::*;
    #[cfg(feature = "std")]
    pub use crate::pace::validate::{cut, recovery};
    pub use crate::policy::validate::*;
    pub use crate::time_slots::validate::*;
}

/// Rules that the attribute prints for the compiler to check.
#[doc(hidden)]
pub mod const_check {
    pub use crate::policy::const_check::*;
}
