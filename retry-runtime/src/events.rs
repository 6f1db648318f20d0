//! Events of calls as they happen (feature `events`).
//!
//! A retry hides a failure from the caller, and so from everybody until there are too many failures. Events make it
//! visible: to a function of yours ([`subscribe`]), in `tracing` (feature `tracing`), in `metrics` (feature `metrics`),
//! and counted in the report (feature `report`).
//!
//! ```
//! use retry_runtime::events::{self, Event, EventKind};
//!
//! events::subscribe(|event: &Event| {
//!     if let EventKind::GaveUp { attempts, reason, .. } = event.kind() {
//!         eprintln!("{} gave up after {attempts} attempts: {reason}", event.operation());
//!     }
//! })?;
//! # Ok::<(), events::TooManySubscribers>(())
//! ```
//!
//! # Order
//!
//! A call emits for each failed attempt `AttemptFailed`, then `RetryScheduled` or `GaveUp`, and `Recovered` if a retry
//! succeeds. `HintUnreadable` follows the `AttemptFailed` of an attempt whose server sent a `Retry-After`, or another hint,
//! that cannot be read. An attempt that a limit does not admit at once is preceded by `WaitingForLimit`. Otherwise a call
//! that succeeds at its first attempt emits nothing.
//!
//! A retry takes from the budget when its delay has passed. If it finds too little, `RetryScheduled` is followed by
//! `WaitingForBudget`, and at the end of the wait by `BudgetGranted` and the attempt, or by `BudgetDenied` and `GaveUp`. A
//! deadline or a cancellation ends the wait with `GaveUp` alone. A budget without a line, and one that an attempt finds
//! empty after its timeout, deny a retry at once: `BudgetDenied` and `GaveUp`, without `WaitingForBudget`.
//!
//! A first attempt that is slow emits `HedgeSent` or `HedgeRefused` if its operation has a `hedge`. `AttemptDropped` is the attempt that
//! was dropped because the other one ended the call, and `HedgeWon` the success of the hedge.
//!
//! `BreakerChanged` is emitted at the change: after the failure that opened the breaker, and before the end of the call
//! that closed it.
//!
//! # Data
//!
//! Events contain numbers, the operation's name, classes and reasons. They never contain a key, a payload or an error
//! message, so they may be sent anywhere. Each value can be a label, because its number is bounded: by the operations of
//! the source code, nine named classes, at most 500 statuses, and the names of the headers that are read. Values that would grow without bound are replaced. An
//! invalid `Status` (below 100 or above 599) becomes [`Unclassified`](crate::Class::Unclassified). If a program creates
//! operations while it runs, those after the first 10,000 are named `others` in events and are not in the report (feature
//! `report`).
//!
//! # `tracing`
//!
//! With the feature `tracing` each event is sent to the target `retry_runtime`. The level is `WARN` for a call that gave
//! up, the first retry of an operation that the budget denied, a server hint that cannot be read, a breaker that changed
//! and a delay that blocks a runtime; `INFO` for a call that recovered; and `DEBUG` for the rest. Fields follow the
//! conventions of OpenTelemetry if there is one:
//!
//! | field | value |
//! |---|---|
//! | `retry.operation` | the operation's name |
//! | `retry.attempt` | the number of the attempt that failed, follows, or was the last |
//! | `error.type` | the class, as `Timeout` or `Status(503)` |
//! | `http.response.status_code` | the status, if the class is one |
//! | `http.request.resend_count` | the number of resends of the request, if the class is a status |
//! | `retry.delay` | the delay, in seconds |
//! | `retry.hint` | the header that cannot be read |
//! | `retry.budget.in_line` | the number of calls in line, this one included |
//! | `retry.budget.waited` | the time in line, in seconds |
//! | `retry.budget.asked`, `retry.budget.granted` | how many calls asked the budget for a retry since it was last at rest, and how many got one |
//! | `retry.hedge.refused_by` | the option that refused a hedge, as `at_most` or `budget` |
//! | `retry.stop_reason` | the reason why the call ended, as `attempts` or `deadline` |
//! | `breaker.from`, `breaker.to` | the states of the breaker |
//!
//! If a request is sent `with_attempt` inside a span that declares `http.request.resend_count`, every retry records that
//! field of the span, as the conventions of HTTP clients require.

use crate::Operation;
use crate::observe::emit;
pub use crate::observe::event::{Event, EventKind};
pub use crate::observe::subscribe::{TooManySubscribers, subscribe};

/// Emits [`EventKind::KeyReplayed`] for a call of `operation`.
///
/// The idempotency layers emit it themselves; call this only in code that uses a store directly.
///
/// ```
/// use retry_runtime::{Operation, TimedPolicy, events};
///
/// static CHARGE: Operation = Operation::new("shop::charge", TimedPolicy::new());
/// events::key_replayed(&CHARGE);
/// ```
pub fn key_replayed(operation: &'static Operation) {
    emit::key_replayed(operation.in_scope());
}
