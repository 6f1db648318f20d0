//! The event and its kinds.

use core::time::Duration;

use crate::breaker::StateChange;
use crate::{BudgetDenial, Class, StopReason};

/// One thing that happened in a call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    operation: &'static str,
    kind: EventKind,
}

/// Kind of an event, with its data.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum EventKind {
    /// An attempt failed or timed out.
    #[non_exhaustive]
    AttemptFailed {
        /// The number of the attempt, from 1.
        attempt: u32,
        /// The failure class of the attempt.
        class: Class,
    },
    /// A retry follows the failure.
    ///
    /// A hook, `cancel`, the deadline or the budget may still prevent it.
    #[non_exhaustive]
    RetryScheduled {
        /// The number of the attempt that follows, from 2.
        attempt: u32,
        /// The failure class of the attempt before it.
        class: Class,
        /// The delay before it.
        delay: Duration,
    },
    /// A retry succeeded, and the call with it.
    #[non_exhaustive]
    Recovered {
        /// The number of attempts that the call made, at least 2.
        attempts: u32,
    },
    /// The call ended without a success.
    #[non_exhaustive]
    GaveUp {
        /// The number of attempts that the call made; 0 if none was admitted.
        attempts: u32,
        /// The failure class of the last attempt; `None` if no attempt failed.
        class: Option<Class>,
        /// The reason why no attempt follows.
        ///
        /// [`StopReason::NotRetryable`] if a retry would not help.
        reason: StopReason,
    },
    /// The call ended without a success, and `fallback` returned one.
    ///
    /// Follows `GaveUp`.
    #[non_exhaustive]
    AnsweredByFallback {
        /// The number of attempts that the call made; 0 if none was admitted.
        attempts: u32,
        /// The reason why no attempt followed.
        reason: StopReason,
        /// The age of a value that `stale` returned.
        age: Option<Duration>,
    },
    /// An attempt waits for a pace, a rate limit or a concurrency limit.
    ///
    /// The attempt follows, or the end of the call.
    #[non_exhaustive]
    WaitingForLimit {
        /// The number of the attempt that waits, from 1.
        attempt: u32,
        /// The option of the limit: `pace`, `rate_limit` or `concurrency`.
        limit: &'static str,
        /// The delay until the attempt.
        ///
        /// With a concurrency limit it is the longest one, or, without a bound, the time in which younger attempts wait behind it.
        delay: Duration,
    },
    /// A hedge, a second attempt, joined a first one that is slow.
    ///
    /// `HedgeWon` follows if it ends the call with a success.
    #[non_exhaustive]
    HedgeSent {
        /// The delay after which it began.
        delay: Duration,
    },
    /// A first attempt is slow, and no hedge joined it.
    #[non_exhaustive]
    HedgeRefused {
        /// The option that prevented it.
        ///
        /// `at_most` if the share of hedges is used up, `budget` if fewer than two retries are left there, `nested` if an
        /// attempt or a task around the call has no retry left; otherwise `max_attempts`, `deadline`, `pace`, `rate_limit`,
        /// `concurrency` or `breaker`.
        reason: &'static str,
    },
    /// The hedge succeeded first, and the call with it.
    HedgeWon,
    /// One attempt of a call with a hedge was dropped.
    ///
    /// The other one ended the call, or the call was cancelled.
    #[non_exhaustive]
    AttemptDropped {
        /// The number of the attempt: 1, or 2 for the hedge.
        attempt: u32,
        /// True if the other attempt succeeded.
        succeeded: bool,
    },
    /// A call waits in line for its budget.
    ///
    /// `BudgetGranted` or the end of the call follows.
    #[non_exhaustive]
    WaitingForBudget {
        /// The number of the attempt that failed, from 1.
        attempt: u32,
        /// The number of calls in line, this one included.
        in_line: u32,
    },
    /// A call that waited in line got its retry.
    #[non_exhaustive]
    BudgetGranted {
        /// The number of the attempt that follows, from 2.
        attempt: u32,
        /// The time in line before it.
        waited: Duration,
    },
    /// The budget denied a retry; `GaveUp` follows.
    #[non_exhaustive]
    BudgetDenied {
        /// The number of the attempt that failed, from 1.
        attempt: u32,
        /// The failure class of the attempt.
        class: Class,
        /// The numbers of requests and grants, and the time in line of this call.
        ///
        /// They are zero if the budget does not count.
        denial: BudgetDenial,
        /// True for the first denial of the operation.
        is_first: bool,
    },
    /// The server hint of a failed attempt cannot be read.
    ///
    /// The value, or the part of it that cannot be read, is skipped.
    #[non_exhaustive]
    HintUnreadable {
        /// The number of the attempt, from 1.
        attempt: u32,
        /// The name of the header, in lower case.
        header: &'static str,
    },
    /// A call changed the state of its operation's breaker.
    ///
    /// Forcing a breaker open or closed belongs to no call: only the breaker's own hook receives that change.
    BreakerChanged(StateChange),
    /// Settings were loaded, and apply to calls that begin from now on.
    ///
    /// [`Event::operation`] is `*`.
    #[non_exhaustive]
    SettingsLoaded {
        /// The number of operations and statics that differ from the code.
        changed: u32,
    },
    /// Settings were rejected; the last good ones stay.
    ///
    /// [`Event::operation`] is `*`.
    #[non_exhaustive]
    SettingsRejected {
        /// The number of faults.
        faults: u32,
    },
    /// A call returned the recorded result of its key; its body did not run.
    KeyReplayed,
    /// Chaos delayed an attempt, or failed it in the place of its body.
    ///
    /// The attempt's own events follow. The fault is none of the service.
    #[non_exhaustive]
    FaultInjected {
        /// The number of the attempt, from 1.
        attempt: u32,
        /// The latency before it.
        latency: Duration,
        /// True if the body does not run, and the attempt fails with an injected error.
        fails: bool,
    },
    /// A blocking operation waited on a thread of an async runtime.
    ///
    /// The tasks of that thread were blocked. Emitted once per operation. Call the operation in
    /// `tokio::task::spawn_blocking`, or make it async.
    #[non_exhaustive]
    BlockedRuntime {
        /// The delay.
        delay: Duration,
    },
}

impl Event {
    pub(super) const fn new(operation: &'static str, kind: EventKind) -> Self {
        Self { operation, kind }
    }

    /// Returns the name of the operation; `*` for an event of all operations.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Returns the kind of the event, with its data.
    pub fn kind(&self) -> EventKind {
        self.kind
    }
}
