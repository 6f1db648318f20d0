//! Attempts by calls over the last minute.
//!
//! A healthy call reads no clock, so nothing knows when it was. But whenever something fails, and at each report, the
//! totals are noted with the second. How many calls there were a minute ago lies on the line between the two notes around
//! that moment: exact to the second while things fail, and a steady rate assumed while nothing does. What attempts there
//! were beyond calls needs no line, since each of them is noted.

use std::collections::VecDeque;

use retry_core::nanos::SECOND;

use crate::report::{float, ratio};

const MINUTE: u64 = 60 * SECOND;

/// Of every second of the minute, of the one that has not ended, and of one before them.
const NOTES: usize = 63;

/// Totals, and when they were so.
#[derive(Clone, Copy, Debug)]
struct Note {
    /// In nanoseconds.
    at: u64,
    calls: u64,
    /// Attempts beyond one a call; fewer, where calls were refused.
    extra: i64,
}

/// At most one note a second, and one from before the minute.
#[derive(Debug)]
pub(crate) struct Minute {
    notes: VecDeque<Note>,
}

impl Minute {
    pub(crate) fn since(begun: u64) -> Self {
        let mut notes = VecDeque::with_capacity(NOTES);
        notes.push_back(Note { at: begun, calls: 0, extra: 0 });
        Self { notes }
    }

    /// Notes the totals of now. Of each second the last note stays.
    pub(crate) fn look(&mut self, now: u64, calls: u64, extra: i64) {
        let is_same = |note: &Note| note.at / SECOND == now / SECOND;
        if self.notes.len() > 1 && self.notes.back().is_some_and(is_same) {
            self.notes.pop_back();
        }
        self.notes.push_back(Note { at: now, calls, extra });
        let Some(start) = now.checked_sub(MINUTE) else { return };
        while self.notes.get(1).is_some_and(|next| next.at <= start) {
            self.notes.pop_front();
        }
    }

    /// Of the minute that ends now; 1 where no attempt ended in it.
    #[allow(clippy::cast_precision_loss)] // of a number as small as the attempts of a minute
    pub(crate) fn amplification(&self, now: u64) -> f64 {
        let (Some(first), Some(last)) = (self.notes.front(), self.notes.back()) else { return 1.0 };
        let next = self.notes.get(1).unwrap_or(first);
        let (start, span) = (now.saturating_sub(MINUTE), next.at.saturating_sub(first.at));
        let share = if span == 0 { 0.0 } else { float(start.saturating_sub(first.at)) / float(span) };
        let calls_then = float(first.calls) + float(next.calls.saturating_sub(first.calls)) * share.min(1.0);
        let calls = float(last.calls) - calls_then;
        ratio(calls + (last.extra.saturating_sub(first.extra)) as f64, calls)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_is(minute: &Minute, now: u64, ratio: f64) {
        let found = minute.amplification(now * SECOND);
        assert!((found - ratio).abs() < 1e-9, "{found}, not {ratio}");
    }

    #[test]
    fn what_happened_before_the_minute_does_not_count() {
        let mut minute = Minute::since(0);
        minute.look(10 * SECOND, 10, 20);
        assert_is(&minute, 10, 3.0);
        minute.look(100 * SECOND, 110, 20);
        assert_is(&minute, 100, 1.0);
    }

    #[test]
    fn calls_between_two_notes_came_at_a_steady_rate_and_retries_when_they_were_noted() {
        let mut minute = Minute::since(0);
        minute.look(120 * SECOND, 120, 30);
        assert_is(&minute, 120, 90.0 / 60.0);
        minute.look(150 * SECOND, 150, 30);
        assert_is(&minute, 150, 90.0 / 60.0);
    }

    #[test]
    fn it_keeps_a_note_a_second() {
        let mut minute = Minute::since(0);
        for at in 0..10_000_u32 {
            minute.look(u64::from(at) * SECOND / 10, at.into(), at.into());
        }
        assert!(minute.notes.len() < NOTES, "{}", minute.notes.len());
        assert_is(&minute, 999, 2.0);
    }

    #[test]
    fn attempts_of_calls_from_before_the_minute_are_many_for_none() {
        let mut minute = Minute::since(0);
        minute.look(SECOND, 1, 0);
        minute.look(90 * SECOND, 1, 4);
        assert_is(&minute, 90, 4.0);
    }

    #[test]
    fn a_clock_that_goes_back_is_no_harm() {
        let mut minute = Minute::since(100 * SECOND);
        minute.look(5 * SECOND, 1, 1);
        minute.look(0, 2, 1);
        assert!(minute.amplification(0) >= 1.0);
    }
}
