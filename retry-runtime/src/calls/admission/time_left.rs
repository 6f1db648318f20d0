//! Ends of the waits for admission.

use retry_core::Moment;
use retry_core::internal::Span;
use retry_core::units::SECOND;

/// Wait for a place of a call without a deadline.
const WITHOUT_DEADLINE: Span = Span::from_nanos(SECOND);

/// Returns the middle between `from` and `deadline`, which may be never.
pub(super) fn half(from: Moment, deadline: Moment) -> Moment {
    if deadline.is_never() { deadline } else { from.plus(Span::from_nanos(deadline.since(from).as_nanos() / 2)) }
}

/// Returns the end of the wait for a pace, counted from the end of its `hold`.
pub(super) fn after_hold(now: Moment, hold: Moment, deadline: Moment, max_retry_after: Span) -> Moment {
    let from = now.max(hold);
    if deadline.is_never() { from.plus(max_retry_after) } else { half(from, deadline) }
}

/// Returns the end of the wait for a place.
pub(super) fn for_place(now: Moment, deadline: Moment, wait: Option<Span>) -> Moment {
    match wait {
        Some(wait) => now.plus(wait).min(deadline),
        None if deadline.is_never() => now.plus(WITHOUT_DEADLINE),
        None => half(now, deadline),
    }
}
