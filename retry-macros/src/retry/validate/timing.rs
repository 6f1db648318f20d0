//! Rules over several numbers of a policy.
//!
//! A rule is checked if the numbers it needs are known and valid, so an error neither hides another one nor causes one.

use std::time::Duration;

use proc_macro2::Span;
use retry_core::{Backoff, TimedPolicy, validate};

use crate::diagnostics::Diagnostics;
use crate::retry::draft::{Draft, Read};
use crate::retry::guards::{BudgetShape, BudgetSpec, ConcurrencySpec, MaxWait};
use crate::retry::model::{Attempts, PolicyBase, TimeLimit};
use crate::retry::validate::class_limits;
use crate::retry::validate::numbers::Numbers;
use crate::syntax::literal::Value;

pub(crate) fn check(draft: &Draft, diagnostics: &mut Diagnostics) {
    let limits = &draft.limits;
    let numbers = Numbers { limits, has_defaults: draft.base.is_new() && !draft.is_incomplete };
    numbers.unbounded(draft, diagnostics);
    in_line(draft, diagnostics);
    for_a_place(draft, diagnostics);
    class_limits::beside(draft, &numbers, diagnostics);
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

/// Checks that the longest wait for a place ends before the deadline.
fn for_a_place(draft: &Draft, diagnostics: &mut Diagnostics) {
    let Some(ConcurrencySpec::Inline { wait: Some(wait), .. }) = draft.guards.concurrency() else { return };
    let Value::Literal { value, text, span } = wait else { return };
    let deadline = draft.limits.deadline.given().and_then(|given| given.value.constant());
    if let Some(Value::Literal { value: most, text: deadline, .. }) = deadline.filter(|_| !value.is_zero()) {
        if value > most {
            let message = format!(
                "the `deadline` of `{deadline}` ends a call before it has waited `{text}` for its place; write `wait = {deadline}`, or a longer deadline"
            );
            diagnostics.at_span(*span, message);
        }
    }
}

impl Numbers<'_> {
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
        let by_number = self.limits.attempt_timeout.given().and_then(|given| given.value.by_number());
        let policy = match (by_number, &self.limits.max_attempts) {
            (None, _) => TimedPolicy::new().attempt_timeout(literal(&self.limits.attempt_timeout)?),
            (Some(timeouts), attempts) => {
                let limited = |attempts: &Attempts| match attempts {
                    Attempts::Count(count) => count.literal().map(|count| TimedPolicy::new().max_attempts(*count)),
                    Attempts::Unbounded => Some(TimedPolicy::new().unbounded()),
                };
                let policy = self.seen(attempts, limited).set(TimedPolicy::new(), |_, limited| limited);
                // Without a known number the first attempt decides.
                policy.unwrap_or(TimedPolicy::new().with_attempts_at_most(1)).attempt_timeouts(timeouts.literal()?)
            }
        };
        self.with_deadline(policy).map(|policy| validate::attempt_timeout(&policy))
    }

    /// `unbounded` has an end, and a backoff that grows long enough.
    fn unbounded(&self, draft: &Draft, diagnostics: &mut Diagnostics) {
        let attempts = self.limits.max_attempts.given();
        let Some(attempts) = attempts.filter(|given| matches!(given.value, Attempts::Unbounded)) else { return };
        let policy = TimedPolicy::new().unbounded();
        let policy = self.backoff().set(policy.clone(), TimedPolicy::backoff).unwrap_or(policy);
        // The compiler checks a constant policy together with these options.
        let is_unknown = draft.is_incomplete || matches!(draft.base, PolicyBase::Const(_));
        let is_limited = draft.retry_on.as_ref().is_some_and(|draft| draft.list.is_limited());
        let is_limited = is_limited && draft.retry_if.is_none() && draft.retry_ok.is_none();
        let ends = draft.cancel.is_some() || !self.limits.deadline.is_missing() || is_limited || is_unknown;
        if let Err(broken) = validate::unbounded(&policy, ends) {
            diagnostics.at_span(attempts.key, broken.message());
        }
    }
}

/// Returns a limit that is a literal.
fn literal(read: &Read<TimeLimit>) -> Option<Duration> {
    read.given()?.value.constant()?.literal().copied()
}
