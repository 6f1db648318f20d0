//! An annotated function under review.

use core::ops::RangeInclusive;
use core::time::Duration;
use std::string::{String, ToString};
use std::vec::Vec;

use retry_core::internal::UNBOUNDED;
use retry_core::units;

use crate::registry::{Facts, Registered};
#[cfg(feature = "settings")]
use crate::settings::reviewed::ReviewedSettings;
use crate::{Budget, Class, Classes, Operation, TimedPolicy};

/// An annotated function under review, known without running it.
#[derive(Clone, Copy, Debug)]
pub struct ReviewedOperation {
    registered: &'static Registered,
    /// Settings that replace those of the code.
    #[cfg(feature = "settings")]
    settings: Option<&'static ReviewedSettings>,
}

/// Time limit of a call or of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeLimit {
    Unlimited,
    After(Duration),
    /// Set by each call, by this expression.
    PerCall(&'static str),
}

impl TimeLimit {
    pub(super) fn known(self) -> Option<Duration> {
        if let Self::After(time) = self { Some(time) } else { None }
    }

    /// Converts the limit of a policy, unless each call sets one.
    fn new(per_call: &'static str, limit: Option<Duration>) -> Self {
        match (per_call, limit) {
            ("", None) => Self::Unlimited,
            ("", Some(time)) => Self::After(time),
            (text, _) => Self::PerCall(text),
        }
    }
}

/// Upper bounds of a call; `None` if there is no bound that is known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WorstCase {
    pub(super) attempts: Option<u32>,
    pub(super) delays: Option<Duration>,
    pub(super) time: Option<Duration>,
}

/// Longest time in line of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InLine {
    /// The budget has no line, or there is no retry.
    Never,
    UpTo(Duration),
    /// Each call has a budget of its own, by this expression.
    PerCall(&'static str),
}

/// The largest bound of attempts: a bounded policy has fewer delays.
const MAX_WINDOWS: usize = 100;
/// Most attempts of which the longest timeout is found.
const MAX_TIMEOUTS: u32 = 100;

const DAY: Duration = Duration::from_nanos(units::DAY);

impl ReviewedOperation {
    pub(super) const fn new(registered: &'static Registered) -> Self {
        Self {
            registered,
            #[cfg(feature = "settings")]
            settings: None,
        }
    }

    /// Returns the operation as settings make it.
    #[cfg(feature = "settings")]
    pub(super) const fn with_settings(settings: &'static ReviewedSettings) -> Self {
        Self { registered: settings.registered, settings: Some(settings) }
    }

    /// Returns the settings that replace those of the code.
    #[cfg(feature = "settings")]
    pub(super) const fn settings(self) -> Option<&'static ReviewedSettings> {
        self.settings
    }

    /// Returns the budget of settings.
    #[cfg(feature = "settings")]
    pub(super) fn set_budget(self) -> Option<&'static Budget> {
        self.settings?.budget.as_ref()
    }

    /// Returns the budget of settings.
    #[cfg(not(feature = "settings"))]
    #[allow(clippy::unused_self)] // there are none
    pub(super) const fn set_budget(self) -> Option<&'static Budget> {
        None
    }

    /// Returns the operation's name.
    pub fn name(self) -> &'static str {
        self.operation().name()
    }

    /// Returns the source file of the attribute, as it was passed to the compiler.
    pub fn file(self) -> &'static str {
        self.facts().file
    }

    /// Returns the line of the attribute.
    pub fn line(self) -> u32 {
        self.facts().line
    }

    /// Returns the policy with all constants resolved.
    ///
    /// Returns `None` if each call has a policy of its own. A reference to a constant, `policy = &GENTLE`, is a constant.
    pub fn policy(self) -> Option<TimedPolicy> {
        #[cfg(feature = "settings")]
        if let Some(policy) = self.settings.and_then(|settings| settings.policy.as_ref()) {
            return Some(policy.clone());
        }
        if self.facts().policy.is_empty() {
            return Some(self.operation().policy().clone());
        }
        self.facts().known_policy.and_then(|known| known().value)
    }

    /// Returns whether the policy is not known, but of a type without attempt timeout.
    pub(super) fn is_untimed_by_type(self) -> bool {
        self.facts().known_policy.map(|known| known()).is_some_and(|policy| policy.value.is_none() && !policy.is_timed)
    }

    /// Returns the policy, or the operation's own if each call has another.
    fn policy_or_own(self) -> TimedPolicy {
        self.policy().unwrap_or_else(|| self.operation().policy().clone())
    }

    /// Returns whether failures are retried on which an inner operation has given up.
    pub(super) fn retries_nested(self) -> bool {
        self.policy_or_own().get_retry_nested()
    }

    pub(super) fn operation(self) -> &'static Operation {
        self.registered.operation
    }

    pub(super) fn facts(self) -> &'static Facts {
        &self.registered.facts
    }

    /// Returns the deadline of a call.
    pub(super) fn deadline(self) -> TimeLimit {
        TimeLimit::new(self.facts().deadline, self.policy_or_own().get_deadline())
    }

    /// Returns the timeout of an attempt, the longest if they differ by its number.
    pub(super) fn attempt_timeout(self) -> TimeLimit {
        let policy = self.policy_or_own();
        let longest = if policy.has_attempt_timeouts() {
            let last = policy.attempt_limit().min(MAX_TIMEOUTS);
            (1..=last).filter_map(|attempt| policy.timeout_of(attempt).finite()).max()
        } else {
            policy.get_attempt_timeout()
        };
        TimeLimit::new(self.facts().attempt_timeout, longest)
    }

    /// Returns the timeouts by the number of the attempt.
    ///
    /// They are as the attribute writes them; `None` if all are the same.
    pub(super) fn attempt_timeouts(self) -> Option<String> {
        let policy = self.policy_or_own();
        let differ = self.facts().attempt_timeout.is_empty() && policy.has_attempt_timeouts();
        differ.then(|| policy.written_attempt_timeout().to_string())
    }

    /// Returns the timeout of the attempt with this number, if it is known.
    pub(super) fn timeout_of(self, attempt: u32) -> Option<Duration> {
        if self.attempt_timeouts().is_some() {
            return self.policy_or_own().timeout_of(attempt).finite();
        }
        self.attempt_timeout().known()
    }

    /// Returns whether a retry may follow a failure that `Throttled` covers.
    ///
    /// Such a failure has a backoff of its own.
    pub(super) fn may_be_throttled(self) -> bool {
        const THROTTLED: [Class; 3] = [Class::Throttled, Class::Status(429), Class::Status(529)];
        let is_listed = |policy: &TimedPolicy| THROTTLED.iter().any(|class| policy.covers(*class));
        self.facts().may_be_throttled || self.policy().as_ref().is_some_and(is_listed)
    }

    /// Returns the shortest and the longest value of each delay, without server hints.
    ///
    /// Without a bound of attempts, returns the first hundred, or those before the deadline or within a day. Empty if each
    /// call has a policy of its own. A custom backoff is called for it, and so no further than a call may get.
    pub(super) fn delay_windows(self) -> Vec<RangeInclusive<Duration>> {
        let Some(policy) = self.policy() else { return Vec::new() };
        let policy = policy.clone();
        let policy = if self.may_be_throttled() && !policy.has_limits() {
            policy.retry_on(Classes::new().throttled())
        } else {
            policy
        };
        let is_bounded = policy.attempt_limit() != UNBOUNDED;
        let end = self.deadline().known().unwrap_or(DAY);
        let mut elapsed = Duration::ZERO;
        let is_included = |window: &RangeInclusive<Duration>| {
            let is_included = is_bounded || elapsed < end;
            elapsed = elapsed.saturating_add(*window.end());
            is_included
        };
        policy.delay_windows().take(MAX_WINDOWS).take_while(is_included).collect()
    }

    /// Returns how long a call may wait in line for its budget.
    ///
    /// The result is cut by a deadline that is known here.
    pub(super) fn in_line(self) -> InLine {
        let policy = self.policy();
        let limit = policy.as_ref().map(TimedPolicy::budgeted_attempts);
        let own = Budget::credit();
        let budget = match (self.set_budget().or(self.operation().shared_budget()), self.facts().budget) {
            _ if limit == Some(1) => return InLine::Never,
            (Some(budget), _) => budget,
            // Attempts without a limit have no budget of their own.
            (None, "none") => return InLine::Never,
            (None, "") if limit == Some(UNBOUNDED) => return InLine::Never,
            (None, "") => &own,
            (None, expression) => return InLine::PerCall(expression),
        };
        let longest =
            policy.map_or(budget.max_wait().unwrap_or_default(), |policy| policy.worst_case_within(budget).in_line());
        match longest.min(self.deadline().known().unwrap_or(Duration::MAX)) {
            Duration::ZERO => InLine::Never,
            longest => InLine::UpTo(longest),
        }
    }

    /// Returns the upper bounds of a call, without server hints and time in line.
    pub(super) fn worst_case(self) -> WorstCase {
        let Some(policy) = self.policy() else { return WorstCase { attempts: None, delays: None, time: None } };
        let attempts = policy.worst_case().attempts();
        let deadline = self.deadline().known();
        let within = |time: Option<Duration>| match (time, deadline) {
            (Some(time), Some(deadline)) => Some(time.min(deadline)),
            (time, deadline) => time.or(deadline),
        };
        let sum = || self.delay_windows().iter().fold(Duration::ZERO, |sum, window| sum.saturating_add(*window.end()));
        // Without a number of attempts, limits of time by class may still bound the call.
        let (delays, timed) = (attempts.map(|_| sum()), policy.worst_case());
        let delays = delays.or(timed.delays());
        let time = self.attempt_timeout().known().and_then(|timeout| {
            let by_number = |attempts| (1..=attempts).filter_map(|attempt| self.timeout_of(attempt));
            let running = attempts.map(|attempts| match self.attempt_timeouts() {
                Some(_) => by_number(attempts).fold(Duration::ZERO, Duration::saturating_add),
                None => timeout.saturating_mul(attempts),
            });
            within(running.zip(delays).map(|(running, delays)| running.saturating_add(delays)).or(timed.time()))
        });
        WorstCase { attempts, delays: within(delays), time }
    }
}
