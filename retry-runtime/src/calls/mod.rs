//! Calls: an operation, its attempts, and the delays between them.
//!
//! Floors, from top to bottom; each uses only those below it.
//!
//! ```text
//! expression/                  retries of an expression, delays as an iterator
//! call/                        a call and the decisions after its attempts
//! replacement, injectable      outcomes that replace an attempt
//! delay                        delays that a scope skips
//! typed_operation, operation   the function that is called
//! replica                      the same in the scope of a test
//! overrides                    settings that replace those of the code
//! admission/                   rate limit, pace and concurrency limit before an attempt
//! line/                        calls whose retries wait for the tokens of a budget
//! context/                     deadline and nesting of the running attempt, their propagation
//! key/                         idempotency keys
//! driver/                      clock, timer and cancellation
//! env/                         time and randomness of the process
//! ```

mod admission;
mod as_policy;
mod as_shared;
mod attempt;
mod call;
mod context;
mod delay;
mod driver;
pub(crate) mod env;
mod expression;
mod fresh;
mod from_stopped;
#[cfg(any(feature = "testing", feature = "chaos"))]
pub(crate) mod injectable;
#[cfg(feature = "idempotency-key")]
pub(crate) mod key;
mod line;
mod named;
mod operation;
mod overrides;
#[cfg(any(feature = "testing", feature = "chaos"))]
mod replacement;
mod replica;
mod typed_operation;

pub use self::admission::{Concurrency, RateLimit, hold_pace};
#[cfg(feature = "http")]
pub(crate) use self::admission::{has_pace, hold_pace_when_over};
pub use self::as_policy::AsPolicy;
#[cfg(any(feature = "review", feature = "settings"))]
pub(crate) use self::as_policy::PolicyType;
pub use self::as_shared::{AsBreaker, AsBudget, AsConcurrency, AsPace, AsRateLimit};
pub use self::attempt::Attempt;
#[cfg(not(feature = "idempotency-key"))]
pub use self::call::CallKey;
cfg_no_runtime! {
    pub use self::call::NeedsDriver;
}
pub use self::call::{
    AttemptDecision, AttemptResult, Call, FinishedAttempt, HedgedAttempt, HedgedContext, HookFuture, HookResult,
    stale_key, stale_key_async,
};
#[cfg(feature = "tower")]
pub(crate) use self::context::ServerContext;
pub use self::context::{
    Outgoing, Propagated, Serving, TaskBudget, TaskBudgetScope, propagate, propagate_blocking, serve,
};
cfg_default_runtime! {
    pub use self::driver::DefaultRuntime;
}
#[cfg(feature = "futures-timer")]
pub use self::driver::FuturesTimer;
#[cfg(feature = "smol")]
pub use self::driver::Smol;
#[cfg(feature = "tokio")]
pub use self::driver::Tokio;
#[cfg(feature = "wasm")]
pub use self::driver::Wasm;
#[cfg(feature = "http")]
pub(crate) use self::driver::within;
pub use self::driver::{
    Async, AsyncDriver, Blocking, Cancel, Driver, IsCancelled, Runtime, Uncancelled, sleep_blocking,
};
pub use self::expression::{CallsOn, Delays, on};
cfg_default_runtime! {
    pub use self::expression::{call, call_if, call_mut, call_mut_if};
}
cfg_threads! {
    pub use self::expression::{call_blocking, call_blocking_if};
}
pub(crate) use self::fresh::Fresh;
#[cfg(feature = "idempotency-key")]
pub use self::key::CallKey;
#[cfg(feature = "storm")]
pub(crate) use self::line::{Patience, Place, Queue, Step as LineStep};
pub use self::named::type_of;
pub use self::operation::Operation;
#[cfg(feature = "settings")]
pub(crate) use self::overrides::CallSettings;
#[cfg(feature = "testing")]
pub(crate) use self::replica::replica;
pub use self::typed_operation::{Fallible, TypedOperation};
