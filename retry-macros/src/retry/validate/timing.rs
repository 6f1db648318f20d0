//! Rules over several numbers of a policy.
//!
//! A rule is checked if the numbers it needs are known and valid, so an error neither hides another one nor causes one.

use std::time::Duration;

use proc_macro2::Span;
use retry_core::{Backoff, Jitter, TimedPolicy, validate};

use crate::diagnostics::Diagnostics;
use crate::retry::draft::{Draft, DraftLimits, Read};
use crate::retry::guards::{BudgetShape, BudgetSpec, MaxWait};
use crate::retry::model::{Attempts, BackoffSpec, JitterSpec, PolicyBase, TimeLimit};
use crate::syntax::literal::Value;

/// Number of the policy as far as a rule can see it.
enum Seen<T> {
    Value(T),
    /// The option is missing, so its default holds.
    Default,
    /// The value is an expression, is at fault, or comes from a policy elsewhere.
    Unknown,
}

impl<T> Seen<T> {
    fn set(self, policy: TimedPolicy, setter: impl FnOnce(TimedPolicy, T) -> TimedPolicy) -> Option<TimedPolicy> {
        match self {
            Self::Value(value) => Some(setter(policy, value)),
            Self::Default => Some(policy),
            Self::Unknown => None,
        }
    }
}

struct Numbers<'a> {
    limits: &'a DraftLimits,
    has_defaults: bool,
}

pub(crate) fn check(draft: &Draft, diagnostics: &mut Diagnostics) {
    let limits = &draft.limits;
    let numbers = Numbers { limits, has_defaults: draft.base.is_new() && !draft.is_incomplete };
    numbers.unbounded(draft, diagnostics);
    in_line(draft, diagnostics);
    let jitter = limits.jitter.given().map(|given| given.key);
    let deadline = limits.deadline.given().map(|given| given.value.span());
    let timeout = limits.attempt_timeout.given().map(|given| given.value.span());
    let rules: [(Option<Span>, Option<validate::Rule>); 3] =
        [(jitter, numbers.spread()), (deadline, numbers.deadline()), (timeout, numbers.attempt_timeout())];
    for (place, rule) in rules {
        if let (Some(place), Some(Err(broken))) = (place, rule) {
            diagnostics.at_span(place, broken.message());
        }
    }
}

/// Checks that the longest wait in line of a budget ends before the deadline.
fn in_line(draft: &Draft, diagnostics: &mut Diagnostics) {
    let Some(BudgetSpec::Inline(shape)) = draft.guards.budget() else { return };
    let BudgetShape::Credit { wait: Some(MaxWait::AtMost(Value::Literal { value, text, span })), .. } = &**shape else {
        return;
    };
    let deadline = draft.limits.deadline.given().and_then(|given| given.value.constant());
    if let Some(Value::Literal { value: most, text: deadline, .. }) = deadline.filter(|_| !value.is_zero()) {
        if value > most {
            let message = format!(
                "the `deadline` of `{deadline}` ends a call before it has waited `{text}` in line; write `wait = {deadline}`, or a longer deadline"
            );
            diagnostics.at_span(*span, message);
        }
    }
}

impl Numbers<'_> {
    fn seen<T, V>(&self, read: &Read<V>, literal: impl FnOnce(&V) -> Option<T>) -> Seen<T> {
        match read {
            Read::Value(given) => literal(&given.value).map_or(Seen::Unknown, Seen::Value),
            Read::Missing if self.has_defaults => Seen::Default,
            Read::Missing | Read::Faulty => Seen::Unknown,
        }
    }

    fn backoff(&self) -> Seen<Backoff> {
        self.seen(&self.limits.backoff, BackoffSpec::literal)
    }

    fn throttled_backoff(&self) -> Seen<Backoff> {
        self.seen(&self.limits.throttled_backoff, BackoffSpec::literal)
    }

    fn jitter(&self) -> Seen<Jitter> {
        self.seen(&self.limits.jitter, JitterSpec::literal)
    }

    fn with_deadline(&self, policy: TimedPolicy) -> Option<TimedPolicy> {
        literal(&self.limits.deadline).map(|deadline| policy.deadline(deadline))
    }

    /// The jitter fits both backoffs.
    fn spread(&self) -> Option<validate::Rule> {
        // Every jitter fits a delay of a day.
        let fitting = || Backoff::fixed(Duration::from_secs(24 * 60 * 60));
        let policy = self.jitter().set(TimedPolicy::new(), TimedPolicy::jitter)?;
        let policy = self.backoff().set(policy.clone(), TimedPolicy::backoff).unwrap_or(policy.backoff(fitting()));
        let throttled = self.throttled_backoff().set(policy.clone(), TimedPolicy::throttled_backoff);
        Some(validate::jitter_of(&throttled.unwrap_or(policy.throttled_backoff(fitting()))))
    }

    /// The deadline leaves time for the delays.
    ///
    /// For the first one, if the number of attempts is unknown.
    fn deadline(&self) -> Option<validate::Rule> {
        let attempts = self.seen(&self.limits.max_attempts, |attempts| match attempts {
            Attempts::Count(count) => count.literal().copied(),
            Attempts::Unbounded => None,
        });
        let policy =
            attempts.set(TimedPolicy::new(), TimedPolicy::max_attempts).unwrap_or(TimedPolicy::new().unbounded());
        let policy = self.backoff().set(policy, TimedPolicy::backoff)?;
        let policy = self.jitter().set(policy, TimedPolicy::jitter)?;
        self.with_deadline(policy).map(|policy| validate::deadline(&policy))
    }

    /// The timeout does not exceed the deadline.
    fn attempt_timeout(&self) -> Option<validate::Rule> {
        let timeout = literal(&self.limits.attempt_timeout)?;
        self.with_deadline(TimedPolicy::new().attempt_timeout(timeout)).map(|policy| validate::attempt_timeout(&policy))
    }

    /// `unbounded` has an end, and a backoff that grows long enough.
    fn unbounded(&self, draft: &Draft, diagnostics: &mut Diagnostics) {
        let attempts = self.limits.max_attempts.given();
        let Some(attempts) = attempts.filter(|given| matches!(given.value, Attempts::Unbounded)) else { return };
        let policy = TimedPolicy::new().unbounded();
        let policy = self.backoff().set(policy.clone(), TimedPolicy::backoff).unwrap_or(policy);
        // The compiler checks a constant policy together with these options.
        let is_unknown = draft.is_incomplete || matches!(draft.base, PolicyBase::Const(_));
        let ends = draft.cancel.is_some() || !self.limits.deadline.is_missing() || is_unknown;
        if let Err(broken) = validate::unbounded(&policy, ends) {
            diagnostics.at_span(attempts.key, broken.message());
        }
    }
}

/// Returns a limit that is a literal.
fn literal(read: &Read<TimeLimit>) -> Option<Duration> {
    read.given()?.value.constant()?.literal().copied()
}
