//! Assertions about the calls of an operation.

use core::fmt::Debug;
use core::ops::RangeBounds;
use core::time::Duration;
use std::format;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use crate::test_scope::record::{CallRecord, NOT_CALLED, Step, Timeline};
use crate::testing::handle::Scope;
use crate::testing::operation_name::{OperationName, found};
use crate::{Class, StopReason};

/// Assertions about calls of an operation: returned by [`Scope::assert`].
///
/// Each one panics if it does not hold, at the line of the test, with what the calls did. They can be chained.
#[derive(Debug)]
pub struct Calls {
    operation: &'static str,
    chosen: Vec<Arc<CallRecord>>,
    /// All calls, for the message.
    all: Vec<Arc<CallRecord>>,
}

impl Scope {
    /// Returns the calls of an operation that began in the scope, for assertions.
    ///
    /// # Panics
    ///
    /// If there is no such operation; the message has the nearest name.
    ///
    /// ```
    /// use core::time::Duration;
    /// use retry_runtime::{Class, retry, testing};
    ///
    /// #[retry(max_attempts = 3, backoff = fixed(1s), jitter = none, retry_on = transient, name = "shop::stock")]
    /// fn stock() -> std::io::Result<u32> {
    ///     Ok(3)
    /// }
    ///
    /// let scope = testing::scope();
    /// scope.fail("shop::stock", [std::io::Error::from(std::io::ErrorKind::TimedOut)]);
    /// assert_eq!(stock().unwrap(), 3);
    /// scope
    ///     .assert("shop::stock")
    ///     .calls(1)
    ///     .attempts(2)
    ///     .recovered()
    ///     .failed_with([Class::Timeout])
    ///     .waited(Duration::from_secs(1)..=Duration::from_secs(1));
    /// ```
    #[track_caller]
    pub fn assert(&self, operation: impl OperationName) -> Calls {
        let records = &self.state.generation().records;
        let operation = found(operation, records);
        let all = records.of(operation);
        Calls { operation, chosen: all.clone(), all }
    }
}

#[allow(clippy::return_self_not_must_use)] // an assertion is there for its panic
impl Calls {
    /// Narrows the assertions that follow to one call, numbered from 1.
    ///
    /// # Panics
    ///
    /// If there were fewer calls.
    #[track_caller]
    #[must_use]
    pub fn call(mut self, number: usize) -> Self {
        let call = number.checked_sub(1).and_then(|index| self.chosen.get(index)).cloned();
        self.check(call.is_some(), || format!("made no call {number}"));
        self.chosen = call.into_iter().collect();
        self
    }

    /// Asserts the number of calls.
    ///
    /// # Panics
    ///
    /// If it differs.
    #[track_caller]
    pub fn calls(self, expected: usize) -> Self {
        let count = self.chosen.len();
        self.check(count == expected, || format!("was called {}, and not {}", times(count), times(expected)));
        self
    }

    /// Asserts the number of attempts, those of all calls together.
    ///
    /// An attempt that a breaker or a rate limit refused is not one. A hedge is one, also if it was dropped.
    ///
    /// # Panics
    ///
    /// If it differs.
    #[track_caller]
    pub fn attempts(self, expected: u32) -> Self {
        let count: u32 = self.chosen.iter().map(|call| call.attempts()).sum();
        self.check(count == expected, || format!("made {}, and not {expected}", counted(count, "attempt")));
        self
    }

    /// Asserts that every call returned a success, perhaps that of its fallback.
    ///
    /// # Panics
    ///
    /// If one did not, or there was none.
    #[track_caller]
    pub fn succeeded(self) -> Self {
        self.every("did not succeed", CallRecord::is_success)
    }

    /// Asserts that every call succeeded after an attempt of it had failed.
    ///
    /// It succeeded by a retry, or by a hedge whose first attempt failed. A hedge that was faster recovers nothing.
    ///
    /// # Panics
    ///
    /// If one did not, or there was none.
    #[track_caller]
    pub fn recovered(self) -> Self {
        self.every("did not recover by a retry", CallRecord::is_recovered)
    }

    /// Asserts that every call ended without a success for this reason.
    ///
    /// [`StopReason::NotRetryable`] is that of an error that is not retried.
    ///
    /// # Panics
    ///
    /// If one did not, or there was none.
    #[track_caller]
    pub fn gave_up(self, reason: StopReason) -> Self {
        self.every(&format!("did not give up because: {reason}"), |call| call.end() == Some(reason))
    }

    /// Asserts the failure classes of all attempts that failed, in their order.
    ///
    /// # Panics
    ///
    /// If they differ.
    #[track_caller]
    pub fn failed_with(self, expected: impl IntoIterator<Item = Class>) -> Self {
        let class = |step: Step| if let Step::Failed { class, .. } = step { Some(class) } else { None };
        let classes: Vec<_> = self.chosen.iter().flat_map(|call| call.steps()).filter_map(class).collect();
        let expected: Vec<_> = expected.into_iter().collect();
        self.check(classes == expected, || format!("failed with {classes:?}, and not with {expected:?}"));
        self
    }

    /// Asserts the sum of the planned delays of all calls.
    ///
    /// Waits for the budget and the limits are not among them; the timeline shows them.
    ///
    /// # Panics
    ///
    /// If it is not in the range.
    #[track_caller]
    pub fn waited(self, range: impl RangeBounds<Duration> + Debug) -> Self {
        let sum: Duration = self.chosen.iter().flat_map(|call| call.delays()).sum();
        self.check(range.contains(&sum), || format!("waited {sum:?} in all, which is not in {range:?}"));
        self
    }

    /// Asserts that there was a call, and no retry.
    ///
    /// A hedge is a second attempt, and not a retry.
    ///
    /// # Panics
    ///
    /// If there was one.
    #[track_caller]
    pub fn was_not_retried(self) -> Self {
        self.every("was retried", |call| call.retries() == 0 && call.delays().is_empty())
    }

    /// Asserts that there was no call.
    ///
    /// # Panics
    ///
    /// If there was one.
    #[track_caller]
    pub fn never_called(self) -> Self {
        let count = self.chosen.len();
        self.check(count == 0, || format!("was called {}, and should not be", times(count)));
        self
    }

    /// Asserts a property of every call, of which there is one at least.
    #[track_caller]
    fn every(self, otherwise: &str, holds: impl Fn(&CallRecord) -> bool) -> Self {
        self.check(!self.chosen.is_empty(), || format!("was not called\n{NOT_CALLED}"));
        let wrong = self.chosen.iter().position(|call| !holds(call));
        self.check(wrong.is_none(), || {
            let is_only = self.chosen.len() == 1;
            let which = wrong.filter(|_| !is_only).map_or_else(String::new, |index| format!(" in call {}", index + 1));
            format!("{otherwise}{which}")
        });
        self
    }

    /// Fails the test unless `holds`, with the timeline.
    #[track_caller]
    fn check(&self, holds: bool, otherwise: impl FnOnce() -> String) {
        if !holds {
            let (operation, calls) = (self.operation, self.all.clone());
            let mut found = otherwise();
            if calls.is_empty() && !found.ends_with(NOT_CALLED) {
                found = found + "\n" + NOT_CALLED;
            }
            panic!("`{operation}` {found}\n\n{}", Timeline { operation, calls });
        }
    }
}

fn times(count: usize) -> String {
    match count {
        1 => "once".into(),
        _ => format!("{count} times"),
    }
}

fn counted(count: u32, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
