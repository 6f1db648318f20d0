//! Pace: one caller's rejection holds all callers of a service.
//!
//! At rest it admits everybody, and counts. When the service rejects one attempt with a server hint, nobody calls until
//! that is over. Then callers go one by one in the order in which they asked, at a part of the rate that the service took
//! before, which grows until the service rejects again or nobody waits.
//!
//! Callers that wait hold a ticket with a number, and not a time: a schedule says when a number falls due, and a
//! rejection replaces the schedule. So it moves those who wait already, and they keep their order.

mod meter;
mod schedule;
mod state;
#[cfg(all(test, not(loom)))]
mod tests;
pub(crate) mod validate;

use core::fmt;
use core::time::Duration;

use self::meter::Meter;
pub use self::state::PaceTicket;
use self::state::{Hold, Settings, State, part};
use crate::display::Time;
use crate::error::accept;
use crate::sync::{AtomicU64, Mutex, MutexGuard, Ordering, PoisonError};
use crate::units::{Moment, SECOND, Span};

/// Cooldown that all callers of a service share.
///
/// One caller's throttling holds all, and lets them out at the rate that the service takes.
///
/// Put it in a `static`, and name it by `pace = PATH`; with accounts or hosts that have quotas of their own, use a keyed
/// one.
///
/// An attempt that failed as [`Throttled`](crate::Class::Throttled), or as [`Unavailable`](crate::Class::Unavailable) with
/// a server hint, holds all callers until the hint is over, first attempts too. Then they go one by one, in the order in
/// which they asked, at 0.7 of the rate that was accepted in the second before. That rate is reached again after 2 s, and
/// after later rejections after 10 s or eight times the hint. It goes on rising until the service rejects again, or until
/// nobody waits.
///
/// An answer that says, without a rejection, that nothing is left of a quota holds all callers until its reset, and cuts
/// nothing: `http::check` and `http::check_head` read that from the headers, and `hold_pace` is for other answers.
///
/// A call waits for at most half of the time that is left until its deadline, counted from the end of the hold, or for
/// `max_retry_after` if it has none. A call that would wait longer ends at once, with its last error or one made from
/// `Stopped`, and with [`StopReason::Pace`](crate::StopReason::Pace).
///
/// A retry that the pace delays withdraws nothing from the budget, because its rate is bounded already.
///
/// The growth is that of CUBIC ([RFC 9438](https://www.rfc-editor.org/rfc/rfc9438), section 4), with the constants of a
/// simulation of 50 workers, and of fleets of up to 1,000 processes.
///
/// ```compile_fail
/// static WRONG: retry_runtime::Pace = retry_runtime::Pace::new().cut(1.0);
/// # let _ = &WRONG;
/// ```
///
/// # Concurrency
///
/// At rest a caller reads one word, and writes one. Otherwise it takes a short lock, of about a microsecond.
pub struct Pace {
    settings: Settings,
    /// [`RESTING`], [`HOLDING`] or [`ACCEPTING`].
    ///
    /// It is read first, so that nobody takes the lock at rest.
    mode: AtomicU64,
    meter: Meter,
    state: Mutex<State>,
}

const USUAL: Settings = Settings { cut: part(0.7), recovery: Span::from_nanos(10 * SECOND) };

const RESTING: u64 = 0;
/// Nothing was accepted since the last cut.
const HOLDING: u64 = 1;
const ACCEPTING: u64 = 2;

/// Answer to a caller that asks for a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaceAdmission {
    /// The attempt may begin.
    Now(PaceTicket),
    /// The attempt may begin at a time, unless it is moved meanwhile.
    At(Moment, PaceTicket),
    /// The place would come at or after the end.
    TooLate,
}

impl Pace {
    /// Creates a pace at rest, with a cut to 0.7 and a recovery of 10 s.
    pub const fn new() -> Self {
        Self::with(USUAL)
    }

    /// Sets the part of the rate that remains after a rejection.
    ///
    /// It is from 0.1 to 0.95, and 0.7 by default. A greater part makes the lines shorter, and the service reject more.
    ///
    /// # Panics
    ///
    /// If `part` is outside that range. In a constant this is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn cut(mut self, part: f64) -> Self {
        accept(validate::cut(part));
        self.settings.cut = state::part(part);
        self
    }

    /// Sets the time after which the rate from before a rejection is allowed again.
    ///
    /// It is from 100 ms to a day, and 10 s by default. It is 2 s, or `time` if that is shorter, after the first rejection, and eight times the server
    /// hint if that is longer.
    ///
    /// # Panics
    ///
    /// If `time` is outside that range. In a constant this is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn recovery(mut self, time: Duration) -> Self {
        self.settings.recovery = Span::from_duration(time);
        accept(validate::recovery(self.settings.recovery));
        self
    }

    /// Creates another pace with the same settings, at rest.
    ///
    /// A keyed pace has one for each key.
    #[must_use]
    pub const fn fresh(&self) -> Self {
        Self::with(self.settings)
    }

    const fn with(settings: Settings) -> Self {
        Self { settings, mode: AtomicU64::new(RESTING), meter: Meter::new(), state: Mutex::new(State::new()) }
    }

    /// Returns whether nobody is held, so that the pace has nothing to remember.
    pub fn is_at_rest(&self, now: Moment) -> bool {
        self.mode.load(Ordering::Acquire) == RESTING || self.locked().may_rest(now)
    }

    /// Returns the end of the hold, or `None` at rest.
    ///
    /// It may have passed: callers then go one by one.
    pub fn held_until(&self) -> Option<Moment> {
        (self.mode.load(Ordering::Acquire) != RESTING).then(|| self.locked().schedule.start)
    }

    /// Reserves a place for an attempt.
    ///
    /// `end` receives the end of the hold, and returns the time from which on the place is too late.
    #[doc(hidden)]
    #[inline]
    pub fn reserve(&self, now: Moment, end: impl FnOnce(Moment) -> Moment) -> PaceAdmission {
        if self.mode.load(Ordering::Acquire) == RESTING {
            return PaceAdmission::Now(PaceTicket::at_rest(now));
        }
        let mut state = self.locked();
        if self.mode.load(Ordering::Relaxed) == RESTING {
            return PaceAdmission::Now(PaceTicket::at_rest(now));
        }
        if state.may_rest(now) {
            self.mode.store(RESTING, Ordering::Release);
            return PaceAdmission::Now(PaceTicket::at_rest(now));
        }
        let end = end(state.schedule.start);
        match state.reserve(now, end) {
            Some((ticket, at)) if at > now => PaceAdmission::At(at, ticket),
            Some((ticket, _)) => PaceAdmission::Now(ticket),
            None => PaceAdmission::TooLate,
        }
    }

    /// Returns the time of a place and the end of the hold, if the place was moved.
    ///
    /// A rejection moves the places of those who wait.
    #[doc(hidden)]
    pub fn later(&self, ticket: PaceTicket, now: Moment) -> Option<(Moment, Moment)> {
        if self.mode.load(Ordering::Acquire) == RESTING {
            return None;
        }
        let state = self.locked();
        Some((state.later(ticket, now)?, state.schedule.start))
    }

    /// Gives back a place of an attempt that does not begin.
    #[doc(hidden)]
    pub fn give_back(&self, ticket: PaceTicket, now: Moment) {
        if self.mode.load(Ordering::Acquire) != RESTING {
            self.locked().give_back(ticket, now);
        }
    }

    /// Counts an attempt that begins.
    #[doc(hidden)]
    pub fn begin(&self, now: Moment) {
        self.meter.begin(now);
    }

    /// Records that the service accepted an attempt.
    #[doc(hidden)]
    #[inline]
    pub fn accepted(&self, ticket: PaceTicket) {
        if self.mode.load(Ordering::Acquire) == HOLDING {
            let mut state = self.locked();
            // A rejection may have come first, and needs an answer of its own.
            if ticket.asked >= state.last_cut && self.mode.load(Ordering::Relaxed) == HOLDING {
                state.is_accepted = true;
                self.mode.store(ACCEPTING, Ordering::Release);
            }
        }
    }

    /// Records that the service rejected an attempt that began at `begun`.
    ///
    /// Nobody calls for `hint` then.
    #[doc(hidden)]
    pub fn rejected(&self, ticket: PaceTicket, begun: Moment, now: Moment, hint: Span, random: u64) {
        self.meter.rejected(begun, now);
        let hold = Hold { now, length: hint, measured: self.meter.rate(now), random };
        let mut state = self.locked();
        let is_resting = self.mode.load(Ordering::Relaxed) == RESTING;
        state.rejected(ticket, is_resting, hold, self.settings);
        self.set_mode(&state);
    }

    /// Records that the service, without a rejection, has nothing left for `hint`.
    #[doc(hidden)]
    pub fn exhausted(&self, now: Moment, hint: Span, random: u64) {
        let hold = Hold { now, length: hint, measured: self.meter.rate(now), random };
        let mut state = self.locked();
        let is_resting = self.mode.load(Ordering::Relaxed) == RESTING;
        if state.hold(is_resting, hold, self.settings) {
            self.set_mode(&state);
        }
    }

    fn set_mode(&self, state: &State) {
        self.mode.store(if state.is_accepted { ACCEPTING } else { HOLDING }, Ordering::Release);
    }

    /// A panic of another thread leaves plain numbers, so the state stays usable.
    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the attempts per second that may begin at `now`, or `None` at rest.
    #[allow(clippy::cast_precision_loss)] // below 2^39
    pub fn rate(&self, now: Moment) -> Option<f64> {
        let is_held = self.mode.load(Ordering::Acquire) != RESTING;
        is_held.then(|| self.locked().schedule.rate_at(now) as f64 / schedule::TICKET as f64)
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self::new()
    }
}

/// Formats the pace like its constructors: `new().cut(0.5)`.
impl fmt::Display for Pace {
    #[allow(clippy::cast_precision_loss)] // at most 2^16
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Settings { cut, recovery } = self.settings;
        formatter.write_str("new()")?;
        if cut != USUAL.cut {
            write!(formatter, ".cut({:.3})", cut as f64 / schedule::WHOLE as f64)?;
        }
        if recovery == USUAL.recovery { Ok(()) } else { write!(formatter, ".recovery({})", Time(recovery.as_nanos())) }
    }
}

impl fmt::Debug for Pace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Pace")
            .field("settings", &self.settings)
            .field("held_until", &self.held_until())
            .finish_non_exhaustive()
    }
}
