//! What happened in the last minute.
//!
//! A healthy call reads no clock, so nothing knows when it was. But whenever something fails, and at each report, the
//! totals are noted with the second. How many calls there were a minute ago lies on the line between the two notes around
//! that moment: exact to the second while things fail, and a steady rate assumed while nothing does. What attempts there
//! were beyond calls, and what retries came to, needs no line, since each of them is noted.

use std::collections::VecDeque;

use retry_core::nanos::SECOND;

use crate::report::{float, ratio};

const MINUTE: u64 = 60 * SECOND;

/// Of every second of the minute, of the one that has not ended, and of one before them.
const NOTES: usize = 63;

/// What happened to an operation in the last minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LastMinute {
    /// Calls whose first attempt ended, or was refused. Calls that succeed at once leave no time behind: where nothing failed
    /// around the minute's begin, how many there were by then is taken from the rate between the failures around it.
    pub calls: u64,
    /// Retries that were scheduled, exactly.
    pub retries: u64,
    /// Calls that succeeded after a retry, exactly.
    pub recovered: u64,
    /// Calls that failed although a retry might have helped, exactly: that ended without a success for any reason but
    /// [`NotRetryable`](crate::StopReason::NotRetryable) and [`Cancelled`](crate::StopReason::Cancelled). Those are among
    /// them whose retry the budget denied, or that an open breaker refused; and those whose future was dropped after a
    /// failure that they were retried for, as by a timeout around them.
    pub lost: u64,
}

/// What is counted since the process began.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Totals {
    pub(crate) calls: u64,
    /// Attempts beyond one a call; fewer, where calls were refused.
    pub(crate) extra: i64,
    pub(crate) retries: u64,
    pub(crate) recovered: u64,
    pub(crate) lost: u64,
}

/// Totals, and when they were so, in nanoseconds.
#[derive(Clone, Copy, Debug)]
struct Note {
    at: u64,
    of: Totals,
}

/// At most one note a second, and one from before the minute.
#[derive(Debug)]
pub(crate) struct Minute {
    notes: VecDeque<Note>,
}

impl Minute {
    pub(crate) fn since(begun: u64) -> Self {
        let mut notes = VecDeque::with_capacity(NOTES);
        notes.push_back(Note { at: begun, of: Totals::default() });
        Self { notes }
    }

    /// Notes the totals of now. Of each second the last note stays.
    pub(crate) fn look(&mut self, now: u64, totals: Totals) {
        let is_same = |note: &Note| note.at / SECOND == now / SECOND;
        if self.notes.len() > 1 && self.notes.back().is_some_and(is_same) {
            self.notes.pop_back();
        }
        self.notes.push_back(Note { at: now, of: totals });
        let Some(start) = now.checked_sub(MINUTE) else { return };
        while self.notes.get(1).is_some_and(|next| next.at <= start) {
            self.notes.pop_front();
        }
    }

    /// Attempts by calls in the minute that ends now; 1 where no attempt ended in it.
    #[allow(clippy::cast_precision_loss)] // of a number as small as the attempts of a minute
    pub(crate) fn amplification(&self, now: u64) -> f64 {
        let (Some(first), Some(last)) = (self.notes.front(), self.notes.back()) else { return 1.0 };
        let calls = self.calls(now);
        ratio(calls + (last.of.extra.saturating_sub(first.of.extra)) as f64, calls)
    }

    /// The numbers of the minute that ends now.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // of a number as small as the calls of a minute
    pub(crate) fn numbers(&self, now: u64) -> LastMinute {
        let (Some(first), Some(last)) = (self.notes.front(), self.notes.back()) else { return LastMinute::default() };
        LastMinute {
            calls: self.calls(now).round() as u64,
            retries: last.of.retries.saturating_sub(first.of.retries),
            recovered: last.of.recovered.saturating_sub(first.of.recovered),
            lost: last.of.lost.saturating_sub(first.of.lost),
        }
    }

    /// How many calls there were in the minute that ends now.
    fn calls(&self, now: u64) -> f64 {
        let (Some(first), Some(last)) = (self.notes.front(), self.notes.back()) else { return 0.0 };
        let next = self.notes.get(1).unwrap_or(first);
        let (start, span) = (now.saturating_sub(MINUTE), next.at.saturating_sub(first.at));
        let share = if span == 0 { 0.0 } else { float(start.saturating_sub(first.at)) / float(span) };
        let calls_then = float(first.of.calls) + float(next.of.calls.saturating_sub(first.of.calls)) * share.min(1.0);
        (float(last.of.calls) - calls_then).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(calls: u64, extra: i64) -> Totals {
        Totals { calls, extra, ..Totals::default() }
    }

    fn assert_is(minute: &Minute, now: u64, ratio: f64) {
        let found = minute.amplification(now * SECOND);
        assert!((found - ratio).abs() < 1e-9, "{found}, not {ratio}");
    }

    #[test]
    fn what_happened_before_the_minute_does_not_count() {
        let mut minute = Minute::since(0);
        minute.look(10 * SECOND, totals(10, 20));
        assert_is(&minute, 10, 3.0);
        minute.look(100 * SECOND, totals(110, 20));
        assert_is(&minute, 100, 1.0);
    }

    #[test]
    fn calls_between_two_notes_came_at_a_steady_rate_and_retries_when_they_were_noted() {
        let mut minute = Minute::since(0);
        minute.look(120 * SECOND, totals(120, 30));
        assert_is(&minute, 120, 90.0 / 60.0);
        minute.look(150 * SECOND, totals(150, 30));
        assert_is(&minute, 150, 90.0 / 60.0);
    }

    #[test]
    fn it_keeps_a_note_a_second() {
        let mut minute = Minute::since(0);
        for at in 0..10_000_u32 {
            minute.look(u64::from(at) * SECOND / 10, totals(at.into(), at.into()));
        }
        assert!(minute.notes.len() < NOTES, "{}", minute.notes.len());
        assert_is(&minute, 999, 2.0);
    }

    #[test]
    fn attempts_of_calls_from_before_the_minute_are_many_for_none() {
        let mut minute = Minute::since(0);
        minute.look(SECOND, totals(1, 0));
        minute.look(90 * SECOND, totals(1, 4));
        assert_is(&minute, 90, 4.0);
    }

    #[test]
    fn a_clock_that_goes_back_is_no_harm() {
        let mut minute = Minute::since(100 * SECOND);
        minute.look(5 * SECOND, totals(1, 1));
        minute.look(0, totals(2, 1));
        assert!(minute.amplification(0) >= 1.0);
    }

    #[test]
    fn what_was_saved_and_lost_is_exact_wherever_the_calls_were() {
        let mut minute = Minute::since(0);
        minute.look(30 * SECOND, Totals { calls: 300, retries: 9, recovered: 4, lost: 5, ..Totals::default() });
        minute.look(70 * SECOND, Totals { calls: 700, retries: 12, recovered: 5, lost: 6, ..Totals::default() });
        assert_eq!(minute.numbers(70 * SECOND), LastMinute { calls: 600, retries: 12, recovered: 5, lost: 6 });
        minute.look(100 * SECOND, Totals { calls: 1000, retries: 12, recovered: 5, lost: 6, ..Totals::default() });
        assert_eq!(minute.numbers(100 * SECOND), LastMinute { calls: 600, retries: 3, recovered: 1, lost: 1 });
    }
}
