//! Runtime of [`#[retry]`](macro@retry): bounded, jittered and observable retries.
//!
//! A retry helps if a failure is transient. Otherwise it repeats side effects, delays the caller, and loads a service that is
//! already down. So every policy has an end, delays are randomized, only the listed failure classes are retried, and a policy
//! that contradicts itself is a compile error.
//!
//! ```
//! use retry_runtime::{Classify, Stopped, retry};
//!
//! #[derive(Debug, Classify)]
//! enum ApiError {
//!     Timeout,
//!     Status(u16),
//!     #[classify(Timeout)]
//!     Stopped(Stopped),
//! }
//!
//! impl From<Stopped> for ApiError {
//!     fn from(stopped: Stopped) -> Self {
//!         Self::Stopped(stopped)
//!     }
//! }
//!
//! #[retry(max_attempts = 3, backoff = exp(0.5, 4.0), retry_on = (Timeout, Status(503)), attempt_timeout = 2s)]
//! async fn quote(id: &str) -> Result<f64, ApiError> {
//!     # let _ = (ApiError::Timeout, id);
//!     Err(ApiError::Status(404)) // is not retried
//! }
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(quote("x")).unwrap_err();
//! ```
//!
//! # Defaults
//!
//! - A service that is down gets the retries of one call per process, at least three, however long it is down: each operation
//!   has a [`Budget`].
//! - Retries of several layers add instead of multiplying: a call that an inner operation gave up on is not repeated outside.
//! - A deadline ends everything inside it.
//!
//! # Overview
//!
//! | task | item |
//! |---|---|
//! | annotate a function | [`#[retry]`](macro@retry) with all its options |
//! | give your error a failure class | [`Classify`], derived or implemented |
//! | share a policy, or read it from configuration | [`Policy`]; with an attempt timeout, [`TimedPolicy`] |
//! | retry a transaction, or wait for a database | [databases](guide::databases) |
//! | retry an expression in a larger function | [`call`], [`call_mut`], [`call_blocking`] |
//! | bound the retries of a process, a user, a request | [`Budget`], [`KeyedBudget`], [`TaskBudget`] |
//! | stop calling a failing service | [`Breaker`], [`KeyedBreaker`] |
//! | wait together when a service throttles one caller | [`Pace`], [`KeyedPace`], [`hold_pace`], [limits](guide::limits) |
//! | limit attempts per second, or at a time | [`RateLimit`], [`Concurrency`], and those per key |
//! | propagate deadline and nesting into tasks and threads | [`propagate`], [`propagate_blocking`] |
//! | propagate them between processes | [`OutgoingRequest`], [`http`], [`tower`] (features), [`serve`] |
//! | delays alone, for a loop that reconnects | [`Delays`] |
//! | send an idempotency key | [`IdempotencyKey`] (feature `idempotency-key`) |
//! | run an effect once on the server | the crate `retry-idempotency` |
//! | observe retries | [`events`], [`report()`], [`metrics`], [`page`] (features) |
//! | change policies in production, by environment | [`settings`] (feature) |
//! | hold every policy of a program in a reviewed file | [`review`] (feature) |
//! | answer with an earlier value, a default, or another operation | [fallbacks](guide::fallbacks), [`stale`] |
//! | find out why a call ended | [`StopReason`], in `fallback` |
//! | test without waiting, with failures that you script | [`testing`] (feature) |
//! | inject faults into a running program | [`chaos`] (feature) |
//! | find out whether a system recovers after an outage | [`storm`] (feature) |
//! | decide with a clock and random numbers of your own | [`Progress`] |
//! | run on smol, in a browser, or on any other async runtime | [runtimes](guide::runtimes), [`driver`] |
#![no_std]

#[cfg(feature = "std")]
extern crate std;

#[cfg(feature = "std")]
#[macro_use]
mod cfg;

#[cfg(any(feature = "testing", feature = "chaos"))]
#[doc(hidden)]
pub mod __injection;
#[doc(hidden)]
pub mod __private;
mod adapters;
#[cfg(feature = "std")]
mod calls;
#[cfg(feature = "chaos")]
pub mod chaos;
mod classify;
#[cfg(feature = "events")]
pub mod events;
#[cfg(feature = "chaos")]
mod fault_plan;
pub mod guide;
#[cfg(feature = "metrics")]
pub mod metrics;
#[cfg(any(feature = "settings", feature = "testing", feature = "chaos", feature = "storm"))]
mod names;
#[cfg(feature = "std")]
mod observe;
mod outcome;
#[cfg(feature = "page")]
pub mod page;
#[cfg(feature = "std")]
mod per_key;
#[cfg(any(feature = "review", feature = "settings"))]
mod registry;
#[cfg(feature = "report")]
pub mod report;
#[cfg(feature = "review")]
pub mod review;
#[cfg(feature = "settings")]
pub mod settings;
#[cfg(feature = "std")]
pub mod stale;
mod stopped;
#[cfg(feature = "storm")]
pub mod storm;
#[cfg(feature = "testing")]
mod test_scope;
#[cfg(feature = "testing")]
pub mod testing;

#[cfg(feature = "std")]
pub use retry_core::Pace;
pub use retry_core::{
    Backoff, Breaker, BreakerBuilder, BreakerError, Budget, BudgetDenial, Class, ClassLimit, Classes, Decision,
    Failure, Jitter, Moment, ParseError, Policy, PolicyBuilder, PolicyError, Progress, StopReason, TimedPolicy,
    Withdrawal, WorstCase, breaker,
};
#[cfg(feature = "macros")]
pub use retry_macros::{Classify, retry};

#[cfg(feature = "std")]
pub use crate::adapters::Classified;
#[cfg(feature = "tower")]
pub use crate::adapters::tower;
#[cfg(feature = "http")]
pub use crate::adapters::{OutgoingRequest, http};
#[cfg(feature = "std")]
pub use crate::calls::env::random;
#[cfg(feature = "idempotency-key")]
pub use crate::calls::key::{IdempotencyKey, KeyError};
#[cfg(feature = "std")]
pub use crate::calls::{
    AsBreaker, AsBudget, AsConcurrency, AsPace, AsPolicy, AsRateLimit, Attempt, AttemptResult, Concurrency, Delays,
    Operation, Outgoing, RateLimit, TaskBudget, hold_pace, on, propagate, propagate_blocking, serve,
};
#[cfg(feature = "std")]
cfg_default_runtime! {
    pub use crate::calls::{call, call_if, call_mut, call_mut_if};
}
#[cfg(feature = "std")]
cfg_threads! {
    pub use crate::calls::{call_blocking, call_blocking_if};
}
pub use crate::classify::Classify;
pub use crate::outcome::{Missing, Outcome};
#[cfg(feature = "std")]
pub use crate::per_key::{Keyed, KeyedBreaker, KeyedBudget, KeyedConcurrency, KeyedPace, KeyedRateLimit};
#[cfg(feature = "report")]
pub use crate::report::report;
pub use crate::stopped::Stopped;

/// Drivers, and the calls that the attribute prints.
///
/// Use it for another async runtime, or for a call loop by hand.
///
/// A runtime of your own implements [`Runtime`](driver::Runtime); see [runtimes](guide::runtimes). The methods of
/// [`Call`](driver::Call) are those that an expansion uses.
#[cfg(feature = "std")]
pub mod driver {
    cfg_default_runtime! {
        pub use crate::calls::DefaultRuntime;
    }
    #[cfg(feature = "futures-timer")]
    pub use crate::calls::FuturesTimer;
    #[cfg(feature = "smol")]
    pub use crate::calls::Smol;
    #[cfg(feature = "tokio")]
    pub use crate::calls::Tokio;
    #[cfg(feature = "wasm")]
    pub use crate::calls::Wasm;
    pub use crate::calls::{
        Async, AsyncDriver, AttemptDecision, Blocking, Call, CallsOn, Cancel, Driver, Fallible, FinishedAttempt,
        HedgedAttempt, HedgedContext, HookFuture, HookResult, IsCancelled, Runtime, TypedOperation, Uncancelled,
    };
}

/// Futures that functions of this crate return.
#[cfg(feature = "std")]
pub mod future {
    #[cfg(feature = "idempotency-key")]
    pub use crate::calls::key::KeyScope;
    pub use crate::calls::{Propagated, Serving, TaskBudgetScope};
    #[cfg(feature = "testing")]
    pub use crate::testing::scoped::Scoped;
}

/// Registrations that expansions print. They may change in any release.
#[cfg(any(feature = "review", feature = "settings"))]
#[doc(hidden)]
pub mod __registry {
    pub use crate::registry::{Facts, KnownPolicy, Registered, inventory};
}

/// Helpers that the sibling crates of the workspace share.
///
/// They may change in any release.
#[cfg(feature = "std")]
#[doc(hidden)]
pub mod __internal {
    cfg_no_runtime! {
        pub use crate::calls::NeedsDriver;
    }
    pub use crate::calls::env::clock::now_nanos as now;
    pub use crate::calls::env::random::random;
    #[cfg(feature = "idempotency-key")]
    pub use crate::calls::key::{KeyText, check, hash, hex, uuid, uuid_from_bits, visible_prefix};
    pub use crate::calls::sleep_blocking;
    pub use retry_core::internal::Span;
}
