//! Tickets of callers that wait, and what a rejection does to them.

use crate::pace::schedule::{ACCURACY, Schedule, TICKET, WHOLE};
use crate::units::{Moment, SECOND, Span};

/// Time to the old rate after the cut that ends the rest.
///
/// It is short, because rates measured at rest are rough.
const FIRST_RECOVERY: Span = Span::from_nanos(2 * SECOND);
/// Recoveries last at least as many times the hold.
const RECOVERY_PER_HOLD: u64 = 8;
/// Least rate that a cut leaves: half an attempt per second.
const MIN_RATE: u64 = TICKET / 2;
/// Rate below which callers of many processes are likely to have one call each.
const FEW: u64 = 2 * TICKET;
/// Tickets given back out of order that are kept for others.
const SPARES: usize = 4;

/// Settings of a pace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    /// Part of the rate that remains after a cut, with 16 fractional bits.
    pub(super) cut: u64,
    pub(super) recovery: Span,
}

impl Settings {
    fn first_recovery(self) -> Span {
        FIRST_RECOVERY.min(self.recovery)
    }
}

/// Rejection of an attempt, or the news that nothing is left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hold {
    pub(super) now: Moment,
    /// Time for which nobody calls.
    pub(super) length: Span,
    /// Rate that the service took in the last second.
    pub(super) measured: u64,
    /// 64 random bits.
    pub(super) random: u64,
}

/// Place in the order of those who call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a ticket that is not used is given back"]
pub struct PaceTicket {
    /// Zero at rest, when nobody waits for a number. The others begin at one.
    pub(super) number: u64,
    pub(super) asked: Moment,
}

impl PaceTicket {
    pub(super) const fn at_rest(asked: Moment) -> Self {
        Self { number: 0, asked }
    }
}

/// Schedule of a pace that is not at rest.
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    pub(super) schedule: Schedule,
    /// Number of the next ticket.
    next: u64,
    spares: [u64; SPARES],
    /// Time of the last cut: an attempt that asked before says nothing new.
    pub(super) last_cut: Moment,
    /// True once an attempt was accepted that asked after the cut.
    pub(super) is_accepted: bool,
    /// True if the last cut ended the rest.
    is_first: bool,
}

impl State {
    pub(super) const fn new() -> Self {
        let schedule = Schedule { base: 0, start: Moment::ORIGIN, rate: 0, recovery: FIRST_RECOVERY, cut: WHOLE };
        Self {
            schedule,
            next: TICKET,
            spares: [0; SPARES],
            last_cut: Moment::ORIGIN,
            is_accepted: true,
            is_first: false,
        }
    }

    /// Returns whether the pace may rest again.
    ///
    /// It may when nobody waits and twice the old rate is allowed.
    pub(super) const fn may_rest(&self, now: Moment) -> bool {
        self.next <= self.schedule.position(now)
            && now.0 > self.schedule.start.0
            && self.schedule.rate_at(now) >= 2 * max(self.schedule.rate, MIN_RATE)
    }

    /// Reserves the first free ticket, and returns it with its time.
    ///
    /// Returns `None`, and changes nothing, if that is at or after `end`.
    pub(super) fn reserve(&mut self, now: Moment, end: Moment) -> Option<(PaceTicket, Moment)> {
        let position = self.schedule.position(now);
        let spare = self.spares.iter_mut().filter(|spare| **spare > position).min_by_key(|spare| **spare);
        let number = spare.as_ref().map_or(max(self.next, position), |spare| **spare);
        let at = self.schedule.due(number);
        if at >= end {
            return None;
        }
        match spare {
            Some(spare) => *spare = 0,
            None => self.next = number.saturating_add(TICKET),
        }
        Some((PaceTicket { number, asked: now }, at))
    }

    /// Returns the time of a ticket, if it is later than `now`.
    pub(super) fn later(&self, ticket: PaceTicket, now: Moment) -> Option<Moment> {
        let at = self.schedule.due(ticket.number);
        (at > now.plus(Span::from_nanos(ACCURACY))).then_some(at)
    }

    /// Gives back a ticket that was not used.
    ///
    /// The last is free again. One before others becomes a spare until its time has come, if there are fewer than four.
    pub(super) fn give_back(&mut self, ticket: PaceTicket, now: Moment) {
        if ticket.number == 0 {
            return;
        }
        if self.next == ticket.number.saturating_add(TICKET) {
            self.next = ticket.number;
            return;
        }
        let position = self.schedule.position(now);
        if ticket.number > position {
            if let Some(free) = self.spares.iter_mut().find(|spare| **spare <= position) {
                *free = ticket.number;
            }
        }
    }

    /// Holds all callers after a rejection.
    ///
    /// Also cuts the rate, unless the rejection says nothing about it.
    pub(super) fn rejected(&mut self, ticket: PaceTicket, is_resting: bool, hold: Hold, settings: Settings) {
        let position = self.position(is_resting, hold.now);
        let measured = max(hold.measured, MIN_RATE);
        let is_news = is_resting || ticket.asked >= self.last_cut;
        if is_news && (is_resting || self.is_accepted) {
            let rate = self.schedule.rate_at(hold.now);
            self.schedule.rate = if is_resting { measured } else { max(measured.clamp(rate / 2, rate), MIN_RATE) };
            (self.last_cut, self.is_accepted, self.is_first) = (hold.now, false, is_resting);
        } else if !is_news && self.is_first {
            self.schedule.rate = self.schedule.rate.min(measured);
        }
        self.schedule.cut = settings.cut;
        let spread = if is_news { self.spread(hold, true) } else { Span::ZERO };
        let start = hold.now.plus(hold.length).plus(spread);
        if is_news || start > self.schedule.start {
            self.schedule.start = if is_resting { start } else { start.max(self.schedule.start) };
            self.schedule.base = position;
            self.schedule.recovery = self.recovery(hold.length, settings);
        }
        self.next = max(self.next, position);
    }

    /// Holds all callers because the service said that nothing is left.
    ///
    /// Returns whether that changed anything.
    pub(super) fn hold(&mut self, is_resting: bool, hold: Hold, settings: Settings) -> bool {
        let end = hold.now.plus(hold.length);
        if !is_resting && end <= self.schedule.start {
            return false;
        }
        let position = self.position(is_resting, hold.now);
        if is_resting {
            self.schedule.rate = max(hold.measured, MIN_RATE);
            self.schedule.recovery = settings.first_recovery();
        }
        self.schedule.cut = settings.cut;
        self.schedule.base = position;
        self.schedule.start = end.plus(self.spread(hold, false));
        self.next = max(self.next, position);
        (self.last_cut, self.is_accepted, self.is_first) = (hold.now, true, is_resting || self.is_first);
        true
    }

    const fn position(&self, is_resting: bool, now: Moment) -> u64 {
        if is_resting { self.next } else { self.schedule.position(now) }
    }

    /// Returns a random time after the hold.
    ///
    /// It keeps processes from coming back at once, and is at most the time between two attempts. Where a process makes few, a fleet of such processes needs more.
    #[allow(clippy::cast_possible_truncation)] // a share of 64 bits
    fn spread(&self, hold: Hold, is_rejection: bool) -> Span {
        let interval = self.schedule.interval_after_cut();
        let longest = if is_rejection && self.schedule.rate < FEW {
            interval.max(Span(hold.length.0 / 2))
        } else {
            interval.min(Span(max(hold.length.0, SECOND) / 2))
        };
        Span(((u128::from(hold.random) * u128::from(longest.0)) >> 64) as u64)
    }

    fn recovery(&self, hold: Span, settings: Settings) -> Span {
        if self.is_first {
            return settings.first_recovery();
        }
        Span(max(settings.recovery.0, hold.0.saturating_mul(RECOVERY_PER_HOLD)))
    }
}

const fn max(a: u64, b: u64) -> u64 {
    if a > b { a } else { b }
}

/// Converts a part of the rate to fixed point.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // checked: 0.1 to 0.95
pub(super) const fn part(cut: f64) -> u64 {
    (cut * WHOLE as f64) as u64
}
