//! Calls as they run: the drivers, what they own (clock, chance, wait), and what they tell the body and the hooks.

mod as_budget;
mod attempt;
mod call;
mod call_site;
mod call_state;
mod classifier;
pub(crate) mod clock;
mod context;
mod delays;
mod driver;
mod expression;
mod feature_stubs;
mod frame;
mod hook;
#[cfg(feature = "idempotency-key")]
pub(crate) mod key;
mod operation;
mod permits;
mod propagate;
mod propagation;
pub mod random;
#[cfg(feature = "governor")]
mod rate_limit;
#[cfg(feature = "events")]
mod runtime_detect;
#[cfg(feature = "test-util")]
pub mod test_util;
mod transition;
mod typed_operation;

pub use self::as_budget::AsBudget;
pub use self::attempt::Attempt;
pub use self::call::Call;
pub use self::call_state::{CallState, FullState, NoState, StartTime};
pub use self::classifier::{AttemptResult, ByClass, ByPredicate, Classifier};
pub use self::delays::Delays;
pub use self::driver::*;
pub use self::expression::*;
#[cfg(not(feature = "tokio"))]
pub use self::feature_stubs::NeedsDriver;
#[cfg(not(feature = "idempotency-key"))]
pub use self::feature_stubs::{CallKey as CallKeyStub, NeedsIdempotency};
#[cfg(not(feature = "governor"))]
pub use self::feature_stubs::{NeedsGovernor, RateLimit};
pub use self::hook::{AttemptDecision, FinishedAttempt, HookFuture, HookResult};
pub use self::operation::Operation;
pub use self::permits::RetryBudget;
pub use self::propagate::{Propagated, TaskBudget, TaskBudgetScope, propagate, propagate_blocking};
#[cfg(feature = "tower")]
pub(crate) use self::propagation::ServerContext;
pub use self::propagation::{Outgoing, Serving, serve};
#[cfg(feature = "governor")]
pub use self::rate_limit::RateLimit;
pub use self::typed_operation::{Fallible, TypedOperation};
