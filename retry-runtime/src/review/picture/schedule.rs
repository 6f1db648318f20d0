//! When the attempts of a call begin and end.

use core::ops::RangeInclusive;
use core::time::Duration;
use std::vec::Vec;

use crate::review::Reviewed;

/// The attempts of one call, as far as they are drawn.
pub(super) struct Schedule {
    pub(super) attempts: Vec<Attempt>,
    pub(super) rest: Option<Rest>,
    /// The most attempts, if there is a bound.
    pub(super) most: Option<u32>,
    pub(super) timeout: Option<Duration>,
    pub(super) deadline: Option<Duration>,
    /// Where the worst case ends; attempts without a timeout count as no time.
    pub(super) end: Duration,
}

/// An attempt that begins before the deadline also in the worst case.
pub(super) struct Attempt {
    /// From 1.
    pub(super) number: u32,
    /// The wait before it.
    pub(super) wait: Option<RangeInclusive<Duration>>,
    /// When the wait begins, if all before took as long as it could.
    pub(super) free: Duration,
    pub(super) begin: Duration,
    /// No later than the deadline.
    pub(super) end: Duration,
    /// When it begins if all attempts before fail at once, and all waits are the shortest.
    pub(super) soonest: Duration,
}

/// Attempts that are not drawn one by one.
pub(super) struct Rest {
    pub(super) first: u32,
    /// `None` without a bound.
    pub(super) last: Option<u32>,
    /// When the first of them begins at the soonest, where they begin only if what is before them is shorter than it can be.
    pub(super) soonest: Option<Duration>,
}

/// So many attempts are drawn where no number ends them, and no deadline within sight.
const FIRST_OF_UNBOUNDED: usize = 10;

impl Schedule {
    /// `None` if each call has a policy of its own.
    pub(super) fn of(of: Reviewed) -> Option<Self> {
        let most = of.policy()?.worst_case().attempts();
        let (timeout, deadline) = (of.attempt_timeout().known(), of.deadline().known());
        let mut attempts = all(of, timeout.unwrap_or_default());
        let limit = deadline.unwrap_or(Duration::MAX);
        let in_time = attempts.iter().take_while(|attempt| attempt.begin < limit).count();
        let mut rest = None;
        let mut ends_late = false;
        if let Some(next) = attempts.get(in_time) {
            ends_late = true;
            let soonest = Some(next.soonest).filter(|soonest| *soonest < limit);
            rest = soonest.map(|_| Rest { first: next.number, last: most, soonest });
            attempts.truncate(in_time);
        } else if most.is_none() {
            attempts.truncate(FIRST_OF_UNBOUNDED);
            rest = Some(Rest { first: number(attempts.len() + 1), last: None, soonest: None });
        }
        for attempt in &mut attempts {
            attempt.end = attempt.end.min(limit);
        }
        let last = attempts.last().map_or(Duration::ZERO, |attempt| attempt.end);
        Some(Self { end: if ends_late { limit } else { last }, attempts, rest, most, timeout, deadline })
    }
}

/// As if there were no deadline.
fn all(of: Reviewed, running: Duration) -> Vec<Attempt> {
    let zero = Duration::ZERO;
    let first = Attempt { number: 1, wait: None, free: zero, begin: zero, end: running, soonest: zero };
    let mut attempts = std::vec![first];
    let mut soonest = zero;
    for (index, wait) in of.windows().into_iter().enumerate() {
        let free = attempts[index].end;
        let begin = free.saturating_add(*wait.end());
        soonest = soonest.saturating_add(*wait.start());
        let (number, end) = (number(index + 2), begin.saturating_add(running));
        attempts.push(Attempt { number, wait: Some(wait), free, begin, end, soonest });
    }
    attempts
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
