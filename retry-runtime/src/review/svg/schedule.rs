//! Schedule of a call: start and end of its attempts.

use core::ops::RangeInclusive;
use core::time::Duration;
use std::vec::Vec;

use crate::review::reviewed::ReviewedOperation;

/// The attempts of one call that are drawn.
pub(super) struct Schedule {
    pub(super) attempts: Vec<Attempt>,
    pub(super) rest: Option<Rest>,
    /// The bound of attempts, if there is one.
    pub(super) max_attempts: Option<u32>,
    pub(super) timeout: Option<Duration>,
    pub(super) deadline: Option<Duration>,
    /// The end of the worst case; attempts without a timeout count as no time.
    pub(super) end: Duration,
}

/// Attempt that starts before the deadline in the worst case.
pub(super) struct Attempt {
    /// The number of the attempt, from 1.
    pub(super) number: u32,
    /// The shortest and the longest delay before it.
    pub(super) delay: Option<RangeInclusive<Duration>>,
    /// The start of the delay in the worst case.
    pub(super) delay_start: Duration,
    /// The start in the worst case.
    pub(super) start: Duration,
    /// The end in the worst case, not later than the deadline.
    pub(super) end: Duration,
    /// The start if all attempts before fail at once after the shortest delays.
    pub(super) earliest: Duration,
}

/// Attempts that are not drawn individually.
pub(super) struct Rest {
    pub(super) first: u32,
    /// The last attempt; `None` without a bound.
    pub(super) last: Option<u32>,
    /// The earliest start, if the worst case leaves no time for them.
    ///
    /// These attempts run only when earlier attempts and delays are shorter.
    pub(super) earliest: Option<Duration>,
}

/// Number of attempts that are drawn if they are unbounded.
///
/// A near deadline bounds them.
const DRAWN_OF_UNBOUNDED: usize = 10;

impl Schedule {
    /// Creates the schedule; `None` if each call has a policy of its own.
    pub(super) fn new(operation: ReviewedOperation) -> Option<Self> {
        let max_attempts = operation.policy()?.worst_case().attempts();
        let (timeout, deadline) = (operation.attempt_timeout().known(), operation.deadline().known());
        let mut attempts = all_attempts(operation);
        let limit = deadline.unwrap_or(Duration::MAX);
        let in_time = attempts.iter().take_while(|attempt| attempt.start < limit).count();
        let mut rest = None;
        let mut ends_late = false;
        if let Some(next) = attempts.get(in_time) {
            ends_late = true;
            let earliest = Some(next.earliest).filter(|earliest| *earliest < limit);
            rest = earliest.map(|_| Rest { first: next.number, last: max_attempts, earliest });
            attempts.truncate(in_time);
        } else if max_attempts.is_none() {
            attempts.truncate(DRAWN_OF_UNBOUNDED);
            rest = Some(Rest { first: number(attempts.len() + 1), last: None, earliest: None });
        }
        for attempt in &mut attempts {
            attempt.end = attempt.end.min(limit);
        }
        let last = attempts.last().map_or(Duration::ZERO, |attempt| attempt.end);
        Some(Self { end: if ends_late { limit } else { last }, attempts, rest, max_attempts, timeout, deadline })
    }
}

/// Maximum number of attempts with a row each.
const MAX_ROWS: usize = 12;
/// Numbers of the first and the last attempts with a row each, if there are more.
const FIRST: usize = 5;
const LAST: usize = 2;

/// Groups attempts that share a row.
pub(super) fn grouped(schedule: &Schedule) -> impl Iterator<Item = &[Attempt]> {
    let all = &schedule.attempts[..];
    let singles = if all.len() > MAX_ROWS { FIRST } else { all.len() };
    let (first, others) = all.split_at(singles);
    let (between, last) = others.split_at(others.len().saturating_sub(LAST));
    let between = Some(between).filter(|group| !group.is_empty());
    first.chunks(1).chain(between).chain(last.chunks(1))
}

/// Returns all attempts, ignoring the deadline.
fn all_attempts(operation: ReviewedOperation) -> Vec<Attempt> {
    let zero = Duration::ZERO;
    let running = |attempt| operation.timeout_of(attempt).unwrap_or_default();
    let first = Attempt { number: 1, delay: None, delay_start: zero, start: zero, end: running(1), earliest: zero };
    let mut attempts = std::vec![first];
    let mut earliest = zero;
    for (index, delay) in operation.delay_windows().into_iter().enumerate() {
        let delay_start = attempts[index].end;
        let start = delay_start.saturating_add(*delay.end());
        earliest = earliest.saturating_add(*delay.start());
        let number = number(index + 2);
        let end = start.saturating_add(running(number));
        attempts.push(Attempt { number, delay: Some(delay), delay_start, start, end, earliest });
    }
    attempts
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
