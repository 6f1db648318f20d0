//! One annotated function, as it is known without being run.

use core::ops::RangeInclusive;
use core::time::Duration;
use std::vec::Vec;

use retry_core::internal::{NEVER, UNBOUNDED};
use retry_core::units;

use crate::review::registry::{Facts, Registered};
use crate::{Class, Classes, Operation, Policy};

/// One annotated function, as it is known without being run.
#[derive(Clone, Copy, Debug)]
pub struct Reviewed {
    registered: &'static Registered,
}

/// The end of a call or of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// There is none.
    Never,
    After(Duration),
    /// Each call says its own, by this expression.
    PerCall(&'static str),
}

impl End {
    pub(super) fn known(self) -> Option<Duration> {
        if let Self::After(time) = self { Some(time) } else { None }
    }

    /// Of a policy's nanoseconds, unless each call says its own.
    fn of(per_call: &'static str, nanos: u64) -> Self {
        match (per_call, nanos) {
            ("", NEVER) => Self::Never,
            ("", nanos) => Self::After(Duration::from_nanos(nanos)),
            (text, _) => Self::PerCall(text),
        }
    }
}

/// What a call can cost at most; `None` where nothing that is known here bounds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Worst {
    pub(super) attempts: Option<u32>,
    pub(super) waiting: Option<Duration>,
    pub(super) time: Option<Duration>,
}

/// As many as a policy with a bound has at most, and one.
const MOST_WINDOWS: usize = 100;

const DAY: Duration = Duration::from_nanos(units::DAY);

impl Reviewed {
    pub(super) const fn new(registered: &'static Registered) -> Self {
        Self { registered }
    }

    /// The operation's name.
    pub fn name(self) -> &'static str {
        self.operation().name()
    }

    /// The source file of the attribute, as the compiler was given it.
    pub fn file(self) -> &'static str {
        self.facts().file
    }

    /// The line of the attribute.
    pub fn line(self) -> u32 {
        self.facts().line
    }

    /// Its policy with all constants resolved; `None` if each call has one of its own.
    pub fn policy(self) -> Option<&'static Policy> {
        self.facts().policy.is_empty().then(|| self.operation().policy())
    }

    pub(super) fn operation(self) -> &'static Operation {
        self.registered.operation
    }

    pub(super) fn facts(self) -> &'static Facts {
        &self.registered.facts
    }

    /// The end of a whole call.
    pub(super) fn deadline(self) -> End {
        End::of(self.facts().deadline, self.operation().policy().deadline_nanos())
    }

    /// The end of one attempt.
    pub(super) fn attempt_timeout(self) -> End {
        End::of(self.facts().attempt_timeout, self.operation().policy().attempt_timeout_nanos())
    }

    /// Whether a retry may follow a failure that `Throttled` covers, which has a backoff of its own.
    pub(super) fn may_be_throttled(self) -> bool {
        let is_listed = |policy: &Policy| policy.covers(Class::Throttled) || policy.covers(Class::Status(429));
        self.facts().may_be_throttled || self.policy().is_some_and(is_listed)
    }

    /// The window of each wait, if the server asks for none; where attempts have no bound, of the first hundred, or of those
    /// that come to the deadline or to a day. Nothing if each call has a policy of its own. A backoff of the user's own is
    /// run for it, and so no further than calls may come.
    pub(super) fn windows(self) -> Vec<RangeInclusive<Duration>> {
        let Some(policy) = self.policy() else { return Vec::new() };
        let policy = policy.clone();
        let policy = if self.may_be_throttled() { policy.retry_on(Classes::new().throttled()) } else { policy };
        let is_bounded = policy.most_attempts() != UNBOUNDED;
        let end = self.deadline().known().unwrap_or(DAY);
        let mut waited = Duration::ZERO;
        let is_seen = |window: &RangeInclusive<Duration>| {
            let is_seen = is_bounded || waited < end;
            waited = waited.saturating_add(*window.end());
            is_seen
        };
        policy.delay_windows().take(MOST_WINDOWS).take_while(is_seen).collect()
    }

    /// What a call can cost at most, if the server asks for no wait.
    pub(super) fn worst(self) -> Worst {
        let Some(policy) = self.policy() else { return Worst { attempts: None, waiting: None, time: None } };
        let attempts = policy.worst_case().attempts();
        let deadline = self.deadline().known();
        let within = |time: Option<Duration>| match (time, deadline) {
            (Some(time), Some(deadline)) => Some(time.min(deadline)),
            (time, deadline) => time.or(deadline),
        };
        let waits = || self.windows().iter().fold(Duration::ZERO, |sum, window| sum.saturating_add(*window.end()));
        let waiting = attempts.map(|_| waits());
        let time = self.attempt_timeout().known().and_then(|timeout| {
            let running = attempts.map(|attempts| timeout.saturating_mul(attempts));
            within(running.zip(waiting).map(|(running, waiting)| running.saturating_add(waiting)))
        });
        Worst { attempts, waiting: within(waiting), time }
    }
}
