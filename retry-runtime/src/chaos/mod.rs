//! Faults that a program injects into its own operations (feature `chaos`).
//!
//! A retry policy is a guess until something fails. A [`Plan`] fails a share of the attempts of some operations with
//! errors of your own, and delays others, so that you see what callers, budgets and breakers make of it:
//!
//! ```
//! use core::time::Duration;
//! use retry_runtime::{Classify, chaos, retry};
//!
//! #[derive(Debug, Classify)]
//! enum ApiError {
//!     Timeout,
//! }
//!
//! #[retry(max_attempts = 3, backoff = none, retry_on = Timeout, name = "shop::pay")]
//! fn pay() -> Result<u32, ApiError> {
//!     Ok(7)
//! }
//!
//! chaos::start(
//!     chaos::Plan::new()
//!         .fail("shop::*", 0.1, || ApiError::Timeout)
//!         .delay("shop::pay", 0.05, Duration::from_micros(10)..=Duration::from_micros(400)),
//! )?;
//! for _ in 0..100 {
//!     let _ = pay();
//! }
//! chaos::stop();
//! # #[cfg(feature = "report")]
//! assert!(retry_runtime::report().operation("shop::pay").unwrap().faults_injected > 0);
//! # Ok::<(), chaos::ChaosError>(())
//! ```
//!
//! # Dangers
//!
//! Injected faults are real to your callers. The feature is therefore off in three ways: it is a cargo feature of its own,
//! it does nothing before [`start`], and it stops at [`stop`]. Besides:
//!
//! - With the environment variable `RETRY_CHAOS` set to `off`, `0`, `false` or `no`, `start` refuses. So a deployment
//!   stays calm without a new build.
//! - [`Plan::only_if`] refuses outside of the environments that you name.
//! - [`Plan::max_latency_per_minute`] bounds the latency of the whole process, 60 seconds a minute by default.
//! - An operation with side effects that fails by chaos has not run its body: nothing happened. A fault whose class says
//!   that something may have happened, such as `Disconnected`, is repeated by the policy as it would be in production.
//!
//! Every fault is the event [`FaultInjected`](crate::events::EventKind::FaultInjected) (`INFO` in `tracing`), the metric
//! `retry_faults_injected_total`, and a number in the report and on the page, which also says that chaos is active: nobody
//! has to hunt a failure that was injected.
//!
//! # Operations
//!
//! A pattern is the name of an operation, in which each `*` matches any text. A fault needs an error: a rule applies to
//! those operations of its pattern that fail with the type of its error. It is made by a closure for each fault. An
//! operation whose error type borrows or is generic cannot be failed; the list is that of
//! [`Scope::fail`](crate::testing::Scope::fail). Latency needs no error, and reaches every operation.
//!
//! A fault comes in the place of the body, after breaker and rate limit have admitted the attempt, and counts like any
//! failure: with the budget, the breaker, the deadline. Latency passes before the body, inside the attempt, so that an
//! attempt timeout cuts it.
//!
//! # Seed
//!
//! The seed, the operation's name and the number of its attempt decide about each fault. So the k-th attempt of an operation
//! meets the same in each run, if the plan is the same.
//!
//! # Costs
//!
//! Without a plan a call reads one word more. With one, each attempt takes a lock.
//!
//! # Tests
//!
//! [`Scope::chaos`](crate::testing::Scope::chaos) (feature `testing`) gives a plan to one test. The plan of the process does
//! not reach into scopes.

mod error;
mod plan;

use std::env;

pub use self::error::ChaosError;
pub use self::plan::Plan;
use crate::fault_plan;

/// Environment variable that forbids chaos.
const SWITCH: &str = "RETRY_CHAOS";

/// Injects the faults of `plan` into the calls that begin from now on.
///
/// It replaces the plan that is active.
///
/// # Errors
///
/// If the plan is wrong, or the environment forbids it. The plan that was active stays.
///
/// - A share is not from 0 to 1, or a range of latencies ends before it begins.
/// - A pattern matches no annotated function of the program; the message has the nearest name.
/// - No operation of a pattern fails with the type of its rule's errors.
/// - `RETRY_CHAOS` is `off`, `0`, `false` or `no`, or [`Plan::only_if`] does not hold.
pub fn start(plan: Plan) -> Result<(), ChaosError> {
    if let Ok(switch) = env::var(SWITCH) {
        if ["off", "0", "false", "no"].contains(&switch.to_lowercase().as_str()) {
            return Err(ChaosError::switched_off(&switch));
        }
    }
    plan.check_environment()?;
    let plan = plan.active()?;
    #[cfg(feature = "tracing")]
    crate::observe::export_tracing::chaos_started(&plan);
    fault_plan::replace(Some(plan));
    Ok(())
}

/// Stops injecting, for attempts that begin from now on: the kill switch.
///
/// Calls under way end without further faults. Returns whether a plan was active.
pub fn stop() -> bool {
    let was_active = fault_plan::replace(None).is_some();
    #[cfg(feature = "tracing")]
    if was_active {
        crate::observe::export_tracing::chaos_stopped();
    }
    was_active
}

/// Returns whether a plan is active in the process.
#[must_use]
pub fn is_active() -> bool {
    fault_plan::is_active()
}
