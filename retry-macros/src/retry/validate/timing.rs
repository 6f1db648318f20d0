//! The rules over several numbers of a policy. Each is judged as soon as the numbers that it needs are known and
//! right, so that a fault hides no other, and makes no other.

use std::time::Duration;

use proc_macro2::Span;
use retry_core::{Backoff, Jitter, Policy, validate};

use crate::diagnostics::Diagnostics;
use crate::retry::parse::Given;
use crate::retry::parse::backoff::{Schedule, Spread};
use crate::retry::validate::{Attempts, Base, Limit, Limits, Model, Part};

/// What a rule sees of one number.
enum Seen<T> {
    Value(T),
    /// It is not written, and has its default.
    Default,
    /// It is an expression, or at fault, or may stand in a policy that is not written here.
    Unknown,
}

impl<T> Seen<T> {
    fn set(self, policy: Policy, setter: impl FnOnce(Policy, T) -> Policy) -> Option<Policy> {
        match self {
            Self::Value(value) => Some(setter(policy, value)),
            Self::Default => Some(policy),
            Self::Unknown => None,
        }
    }
}

struct Numbers<'a> {
    limits: &'a Limits,
    has_defaults: bool,
}

pub(crate) fn check(model: &Model, diagnostics: &mut Diagnostics) {
    let limits = &model.limits;
    let numbers = Numbers { limits, has_defaults: matches!(model.base, Base::New) && !limits.is_incomplete };
    numbers.unbounded(model, diagnostics);
    let spread = limits.jitter.as_ref().map(|given| given.key);
    let deadline = limits.deadline.as_ref().map(|given| given.value.span());
    let timeout = limits.attempt_timeout.as_ref().map(|given| given.value.span());
    let rules: [(Option<Span>, Option<validate::Rule>); 3] =
        [(spread, numbers.spread()), (deadline, numbers.deadline()), (timeout, numbers.attempt_timeout())];
    for (place, rule) in rules {
        if let (Some(place), Some(Err(broken))) = (place, rule) {
            diagnostics.here(place, broken.message());
        }
    }
}

impl Numbers<'_> {
    fn seen<T, V>(&self, part: Part, given: Option<&Given<V>>, known: impl FnOnce(&V) -> Option<T>) -> Seen<T> {
        match given.map(|given| known(&given.value)) {
            Some(Some(value)) => Seen::Value(value),
            None if self.has_defaults && !self.limits.faulty.contains(&part) => Seen::Default,
            _ => Seen::Unknown,
        }
    }

    fn backoff(&self) -> Seen<Backoff> {
        self.seen(Part::Backoff, self.limits.backoff.as_ref(), Schedule::known)
    }

    fn throttled_backoff(&self) -> Seen<Backoff> {
        self.seen(Part::ThrottledBackoff, self.limits.throttled_backoff.as_ref(), Schedule::known)
    }

    fn jitter(&self) -> Seen<Jitter> {
        self.seen(Part::Jitter, self.limits.jitter.as_ref(), Spread::known)
    }

    fn with_deadline(&self, policy: Policy) -> Option<Policy> {
        known(self.limits.deadline.as_ref()).map(|deadline| policy.deadline(deadline))
    }

    /// The jitter fits its backoffs.
    fn spread(&self) -> Option<validate::Rule> {
        // Every jitter fits a wait of a day.
        let fitting = || Backoff::fixed(Duration::from_secs(24 * 60 * 60));
        let policy = self.jitter().set(Policy::new(), Policy::jitter)?;
        let policy = self.backoff().set(policy.clone(), Policy::backoff).unwrap_or(policy.backoff(fitting()));
        let throttled = self.throttled_backoff().set(policy.clone(), Policy::throttled_backoff);
        Some(validate::spreads(&throttled.unwrap_or(policy.throttled_backoff(fitting()))))
    }

    /// The deadline leaves room for the waits: for the first, if the number of attempts is not known.
    fn deadline(&self) -> Option<validate::Rule> {
        let attempts = self.seen(Part::Attempts, self.limits.max_attempts.as_ref(), |attempts| match attempts {
            Attempts::Count(count) => count.known().copied(),
            Attempts::Unbounded => None,
        });
        let policy = attempts.set(Policy::new(), Policy::max_attempts).unwrap_or(Policy::new().unbounded());
        let policy = self.backoff().set(policy, Policy::backoff)?;
        let policy = self.jitter().set(policy, Policy::jitter)?;
        self.with_deadline(policy).map(|policy| validate::deadline(&policy))
    }

    /// The timeout is not above the deadline.
    fn attempt_timeout(&self) -> Option<validate::Rule> {
        let timeout = known(self.limits.attempt_timeout.as_ref())?;
        self.with_deadline(Policy::new().attempt_timeout(timeout)).map(|policy| validate::attempt_timeout(&policy))
    }

    /// `unbounded` has an end, and a backoff that spares the service.
    fn unbounded(&self, model: &Model, diagnostics: &mut Diagnostics) {
        let limits = self.limits;
        let unbounded = limits.max_attempts.as_ref().filter(|given| matches!(given.value, Attempts::Unbounded));
        let Some(attempts) = unbounded else { return };
        let policy = Policy::new().unbounded();
        let policy = self.backoff().set(policy.clone(), Policy::backoff).unwrap_or(policy);
        // A constant policy is judged by the compiler, with what it brings along.
        let hidden = limits.is_incomplete || limits.faulty.contains(&Part::Deadline);
        let ends =
            model.cancel.is_some() || limits.deadline.is_some() || hidden || matches!(model.base, Base::Const(_));
        if let Err(broken) = validate::unbounded(&policy, ends) {
            diagnostics.here(attempts.key, broken.message());
        }
    }
}

/// A limit that is the same at each call.
fn known(given: Option<&Given<Limit>>) -> Option<Duration> {
    given?.value.always()?.known().copied()
}
