//! Ends of the waits for admission.

use retry_core::internal::Span;
use retry_core::units::SECOND;
use retry_core::{Moment, StopReason};

/// Time in which a call without a bound waits for a place in the order of arrival.
///
/// Then it lets younger ones go first, so that users whose patience nobody states are served under overload.
const IN_ORDER: Span = Span::from_nanos(SECOND / 2);

/// Time in which no place became free that ends a wait without a bound.
///
/// Far above the time of an attempt. It ends calls that wait for each other, as nested ones of one limit do.
const STUCK: Span = Span::from_nanos(600 * SECOND);

/// Times that end a wait.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends {
    pub(crate) deadline: Moment,
    pub(crate) max_retry_after: Span,
}

impl Ends {
    /// Returns the end of the wait for a pace, counted from the end of its `hold`.
    pub(super) fn after_hold(self, now: Moment, hold: Moment) -> Moment {
        let from = now.max(hold);
        if self.deadline.is_never() { from.plus(self.max_retry_after) } else { half(from, self.deadline) }
    }

    /// Returns the end of the wait for a place, or `None` if it has no bound.
    pub(super) fn of_place(self, now: Moment, wait: Option<Span>) -> Option<Moment> {
        match wait {
            Some(wait) => Some(now.plus(wait).min(self.deadline)),
            None if self.deadline.is_never() => None,
            None => Some(half(now, self.deadline)),
        }
    }

    /// Returns the reason of a rejection: the deadline, if that has passed.
    pub(super) fn reason(self, now: Moment, otherwise: StopReason) -> StopReason {
        if now >= self.deadline { StopReason::Deadline } else { otherwise }
    }
}

/// Returns the middle between `from` and `deadline`, which may be never.
pub(super) fn half(from: Moment, deadline: Moment) -> Moment {
    if deadline.is_never() { deadline } else { from.plus(Span::from_nanos(deadline.since(from).as_nanos() / 2)) }
}

/// Returns the end of the wait in the order of arrival of a call without a bound.
pub(super) fn in_order(now: Moment) -> Moment {
    now.plus(IN_ORDER)
}

/// Returns the time at which an overdue call looks whether places became free.
pub(super) fn stuck(now: Moment) -> Moment {
    now.plus(STUCK)
}
