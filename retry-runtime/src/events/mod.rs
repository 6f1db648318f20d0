//! What retries do, as it happens: one stream of events (feature `events`).
//!
//! A retry hides a failure from its caller, and so from everybody, until there are too many. These events show it again:
//! to a function of yours ([`subscribe`]), to `tracing` (feature `tracing`), to `metrics` (feature `metrics`), and counted
//! in the report (feature `report`).
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
//! Of one call, in this order and nothing else: for each attempt that fails `AttemptFailed`, then `RetryScheduled` or
//! `GaveUp` (before it `BudgetDenied`, if that is why); after a scheduled retry `Recovered`, if it succeeds. A call that
//! succeeds at its first attempt has no event. What a breaker changes stands where it changed: after the failure that
//! opened it, before the end of the call that closed it.
//!
//! # What is in them
//!
//! Numbers, the operation's name, classes and reasons. No key, no payload and no message of an error is ever in one, so
//! that they may go anywhere; and each can be a label, since there are so many operations in a source, nine named classes
//! and at most 500 statuses. A label that would grow without bound is refused: a `Status` that is none (below 100, above
//! 599) is told as [`Class::Unclassified`], and of a program that makes operations while it runs, those after the first
//! 10,000 are `others` in events and in no report (feature `report`).
//!
//! # `tracing`
//!
//! With the feature `tracing` each is an event of the target `retry_runtime`: level `WARN` for a call that gave up, a budget
//! that denied, a breaker that changed and a wait that blocks a runtime, `INFO` for what a retry recovered, `DEBUG` for the
//! rest. Its fields follow the conventions of OpenTelemetry where they have a word:
//!
//! | field | what |
//! |---|---|
//! | `retry.operation` | the operation's name |
//! | `retry.attempt` | the number of the attempt that failed, follows, or was the last |
//! | `error.type` | the class, as `Timeout` or `Status(503)` |
//! | `http.response.status_code` | the status, where the class is one |
//! | `http.request.resend_count` | how often the request was sent again, where the class is a status |
//! | `retry.delay` | the delay, in seconds |
//! | `retry.stop_reason` | why the call ended, as `attempts` or `deadline` |
//! | `breaker.from`, `breaker.to` | the states of the breaker |
//!
//! Where a request is sent `with_attempt` inside a span that declares `http.request.resend_count`, that field of the span
//! is recorded for every retry, as the conventions of HTTP clients ask.

mod label;
mod observed;
mod subscribe;
#[cfg(feature = "tracing")]
mod trace;

use core::time::Duration;

pub(crate) use self::label::bounded;
#[cfg(feature = "report")]
pub(crate) use self::label::{of_class, of_reason, of_state};
pub(crate) use self::observed::Observed;
pub(crate) use self::subscribe::send;
pub use self::subscribe::{TooManySubscribers, subscribe};
#[cfg(all(feature = "tracing", feature = "http"))]
pub(crate) use self::trace::resent;
use crate::breaker::Change;
use crate::{Class, Operation, StopReason};

/// One thing that happened to a call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    operation: &'static str,
    kind: EventKind,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum EventKind {
    /// An attempt failed, or was cut by its timeout.
    #[non_exhaustive]
    AttemptFailed {
        /// Its number, from 1.
        attempt: u32,
        /// What it ended in.
        class: Class,
    },
    /// A retry follows the failure. It may be called off: by a hook, by `cancel`, by the deadline.
    #[non_exhaustive]
    RetryScheduled {
        /// The number of the attempt that follows, from 2.
        attempt: u32,
        /// What the attempt before it ended in.
        class: Class,
        /// The delay before it.
        delay: Duration,
    },
    /// A retry succeeded, and with it the call.
    #[non_exhaustive]
    Recovered {
        /// How many attempts it took, at least 2.
        attempts: u32,
    },
    /// The call ended without a success.
    #[non_exhaustive]
    GaveUp {
        /// How many attempts it made; 0 where none was admitted.
        attempts: u32,
        /// What the last one ended in; `None` where none has failed.
        class: Option<Class>,
        /// Why no further attempt follows; [`StopReason::NotRetryable`] where none would help.
        reason: StopReason,
    },
    /// The budget had no retry to give; `GaveUp` follows.
    #[non_exhaustive]
    BudgetDenied {
        /// The number of the attempt that failed, from 1.
        attempt: u32,
        /// What it ended in.
        class: Class,
    },
    /// A call changed the state of its operation's breaker. One that was forced has no call, and is told to the breaker's
    /// own hook alone.
    BreakerChanged(Change),
    /// A call was answered with the remembered result of its idempotency key, and its body did not run.
    KeyReplayed,
    /// A blocking operation waited on a thread that runs the tasks of an async runtime, which stand still meanwhile. Told
    /// once an operation. Call it in `tokio::task::spawn_blocking`, or make it async.
    #[non_exhaustive]
    BlockedRuntime {
        /// The delay.
        delay: Duration,
    },
}

impl Event {
    /// The name of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// What happened.
    pub fn kind(&self) -> EventKind {
        self.kind
    }
}

/// Tells that a call of this operation was answered with the remembered result of its idempotency key.
///
/// What runs effects once says it by itself; say it where you drive a store by hand.
///
/// ```
/// use retry_runtime::{Operation, Policy, events};
///
/// static CHARGE: Operation = Operation::new("shop::charge", Policy::new());
/// events::key_replayed(&CHARGE);
/// ```
pub fn key_replayed(operation: &'static Operation) {
    emit(operation, EventKind::KeyReplayed);
}

/// All that is told goes through here: first it is counted, then sent.
#[cold]
#[inline(never)]
pub(crate) fn emit(operation: &'static Operation, kind: EventKind) {
    #[cfg(feature = "report")]
    crate::report::count(operation, kind);
    send(operation, kind);
}
