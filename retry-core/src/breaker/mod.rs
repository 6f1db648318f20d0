//! Circuit breakers: stop calling a failing service.
//!
//! Callers of a service that is down wait in vain, and their load keeps it down. A breaker counts the outcomes of
//! attempts, opens when too many fail or are slow, so that callers fail at once, and after a while admits a few probes.
//!
//! ```text
//!            rate reached                open time over: the next call
//! closed ------------------> open ------------------------------------> half-open
//!   ^                         ^                                          |    |
//!   |                         +---------- the probes' rate reached ------+    |
//!   +----------------------------------------- it is not ---------------------+
//! ```
//!
//! The state is one word and each change is one compare-and-swap, so exactly one thread makes it, and no interleaving
//! admits one probe too many. There is no lock, no allocation and no clock here.

mod builder;
mod display;
mod forced;
mod permit;
mod settings;
mod state_word;
mod success_times;
mod timing;
mod tuned;
#[cfg(feature = "settings")]
mod tuning;
mod validate;
mod window;

use core::fmt;
use core::time::Duration;

pub use self::builder::BreakerBuilder;
use self::permit::{Answer, Kind};
pub use self::permit::{AttemptOutcome, Permit, Rejection, State, StateChange};
use self::settings::Settings;
use self::state_word::StateWord;
use self::success_times::SuccessTimes;
use self::tuned::Tuned;
#[cfg(feature = "settings")]
pub use self::tuning::BreakerTuning;
pub use self::validate::BreakerError;
use self::window::Window;
pub use self::window::counts::Counts;
use self::window::counts::Mark;
use crate::sync::{AtomicU64, Ordering};
use crate::units::{Moment, Span};

/// Circuit breaker, in a `static` that several operations may share.
///
/// [`new`](Self::new) opens for about a second when half of the last 100 attempts failed, once there are 20, and then
/// admits 3 probes; [`consecutive`](Self::consecutive) opens after some failures in a row. The compiler checks a breaker in
/// a `static`; [`builder`](Self::builder) checks one from configuration.
///
/// ```
/// use core::time::Duration;
/// use retry_runtime::breaker::{Breaker, AttemptOutcome, State};
/// use retry_runtime::{Class, Moment};
///
/// static SHOP: Breaker = Breaker::new().window_calls(4).minimum_calls(2).open_for(Duration::from_secs(1));
///
/// let now = || Moment::ORIGIN; // the time of any monotonic clock
/// let random = || u64::MAX / 2;
/// for _ in 0..2 {
///     let Ok(permit) = SHOP.try_acquire(now) else { panic!("closed") };
///     SHOP.record(permit, AttemptOutcome::Failed(Class::Timeout), now, random);
/// }
/// assert_eq!(SHOP.state(), State::Open);
/// assert!(matches!(SHOP.try_acquire(now), Err(_)));
/// ```
///
/// ```compile_fail
/// static WRONG: retry_runtime::Breaker = retry_runtime::Breaker::new().failure_rate(1.5);
/// # let _ = &WRONG;
/// ```
///
/// # Concurrency
///
/// Under races the state is exact: one thread opens it, it never admits one probe too many, and no outcome of one period
/// counts in the next. A window may for a moment lack the attempt that is being recorded; with one thread its counts are
/// exact. A probe that never ends keeps its place forever, so give the attempts a timeout.
pub struct Breaker {
    settings: Settings,
    state: AtomicU64,
    window: Window,
    times: SuccessTimes,
    tuned: Tuned,
}

impl Breaker {
    /// Creates a breaker that opens at half of the last 100 attempts.
    ///
    /// There must be 20. It opens for 1 s and up to 2 s, and then admits 3 probes.
    pub const fn new() -> Self {
        Self::closed(Settings::new())
    }

    const fn closed(settings: Settings) -> Self {
        Self {
            settings,
            state: AtomicU64::new(StateWord::FIRST.0),
            window: Window::new(),
            times: SuccessTimes::new(),
            tuned: Tuned::new(),
        }
    }

    /// Creates another breaker with the same settings, which is closed.
    ///
    /// A keyed breaker has one for each key.
    #[must_use]
    pub const fn fresh(&self) -> Self {
        Self::closed(self.settings)
    }

    /// Requests a permit for an attempt.
    ///
    /// Pass it to [`record`](Self::record) when the attempt ends, to [`record_dropped`](Self::record_dropped) if its
    /// future is dropped, or to [`release`](Self::release) if it ends for a reason that says nothing about the service.
    ///
    /// Does not call `now` while the breaker is closed, unless [`slow_calls`](Self::slow_calls) is set.
    ///
    /// # Errors
    ///
    /// Returns a [`Rejection`] if the breaker is open, forced open, or half-open with all probes out.
    #[inline]
    pub fn try_acquire(&self, now: impl FnOnce() -> Moment) -> Result<Permit, Rejection> {
        // A stale word gives the answer of a moment earlier; recording the outcome reads the word again.
        let word = StateWord(self.state.load(Ordering::Relaxed));
        if word.is_closed() && !self.settings.times_calls() {
            return Ok(Permit::new(Kind::Call, word.generation(), Moment::ORIGIN));
        }
        let answer = self.acquire_at(now()).into_result();
        if let Ok(permit) = &answer {
            self.notify(permit.change());
        }
        answer
    }

    #[inline(never)]
    fn acquire_at(&self, now: Moment) -> Answer {
        let mut word = self.word();
        loop {
            let state = word.state();
            let rejected = |left| Answer::rejected(state, left);
            let (next, kind) = match state {
                State::Closed | State::ForcedClosed => {
                    return Answer::permitted(Permit::new(Kind::Call, word.generation(), now));
                }
                State::ForcedOpen => return rejected(Span::ZERO),
                State::Open if now < word.until() => return rejected(word.until().since(now)),
                State::Open => (word.half_opened(), Kind::FirstProbe),
                State::HalfOpen => match word.probes().permitted(self.settings.probes) {
                    Some(probes) => (word.with(probes), Kind::Probe),
                    None => return rejected(Span::ZERO),
                },
            };
            match self.swap(word, next) {
                Ok(_) => return Answer::permitted(Permit::new(kind, next.generation(), now)),
                Err(actual) => word = actual,
            }
        }
    }

    /// Counts the outcome of a permitted attempt.
    ///
    /// Returns the change of state that follows, if any.
    ///
    /// `now` is the clock of [`try_acquire`](Self::try_acquire), and `random` returns 64 uniform bits. The breaker reads
    /// the clock for slow calls, for attempts that [`start_timing`](Self::start_timing) timed, for a window of time and when
    /// it opens, and calls `random` when it opens. A success in a window of good attempts writes nothing, except that a timed
    /// one teaches how long successes take, and without timing it reads no clock.
    #[inline]
    pub fn record(
        &self,
        permit: Permit,
        outcome: AttemptOutcome,
        now: impl Fn() -> Moment,
        random: impl FnMut() -> u64,
    ) -> Option<StateChange> {
        if matches!(outcome, AttemptOutcome::Succeeded) && self.is_at_rest(&permit) {
            return None;
        }
        self.record_otherwise(permit, outcome, now, random)
    }

    /// Returns whether a success with this permit would change nothing.
    #[inline]
    fn is_at_rest(&self, permit: &Permit) -> bool {
        // The generation of a probe is never that of a window.
        self.window.is_quiet(permit.code)
    }

    #[inline(never)]
    fn record_otherwise(
        &self,
        permit: Permit,
        outcome: AttemptOutcome,
        now: impl Fn() -> Moment,
        random: impl FnMut() -> u64,
    ) -> Option<StateChange> {
        let timed = self.learn(&permit, outcome, &now);
        let now = || timed.unwrap_or_else(&now);
        if timed.is_some() && self.window.is_quiet(permit.untimed_code()) {
            return None;
        }
        match self.settings.mark(outcome, || now().since(permit.begun)) {
            None => {
                self.release(permit);
                None
            }
            Some(mark) if permit.is_probe() => self.notify(self.record_probe(permit.generation(), mark, now, random)),
            Some(mark) => self.notify(self.record_call(permit.generation(), mark, now, random)),
        }
    }

    /// Learns from a success that was timed; returns the clock that it read.
    fn learn(&self, permit: &Permit, outcome: AttemptOutcome, now: impl Fn() -> Moment) -> Option<Moment> {
        let is_timed = permit.is_timed() && matches!(outcome, AttemptOutcome::Succeeded);
        is_timed.then(|| {
            let now = now();
            self.times.record(now.since(permit.begun));
            now
        })
    }

    fn record_call(
        &self,
        generation: u16,
        mark: Mark,
        now: impl Fn() -> Moment,
        random: impl FnMut() -> u64,
    ) -> Option<StateChange> {
        let word = self.word();
        if !word.is_closed() || word.generation() != generation {
            return None;
        }
        let is_current = || self.word() == word;
        let settings = self.tuned.applied(&self.settings);
        let counts = self.window.record(settings.window(), generation, mark, &now, is_current)?;
        if !settings.is_enough(&counts) || !settings.is_too_bad(&counts) {
            return None;
        }
        let (next, opened) = self.opened(word, 0, counts, now(), random);
        // One thread succeeds; another one finds a new generation.
        self.swap(word, next).ok().map(|_| opened)
    }

    fn record_probe(
        &self,
        generation: u16,
        mark: Mark,
        now: impl Fn() -> Moment,
        mut random: impl FnMut() -> u64,
    ) -> Option<StateChange> {
        let mut word = self.word();
        loop {
            if word.state() != State::HalfOpen || word.generation() != generation {
                return None;
            }
            let probes = word.probes().recorded(mark);
            let counts = probes.counts();
            let (next, changed) = if probes.counted < self.settings.probes {
                (word.with(probes), None)
            } else if self.tuned.applied(&self.settings).is_too_bad(&counts) {
                let (next, opened) = self.opened(word, word.level() + 1, counts, now(), &mut random);
                (next, Some(opened))
            } else {
                (word.closed(), Some(StateChange::new(State::HalfOpen, State::Closed).because(counts, Span::ZERO)))
            };
            match self.swap(word, next) {
                Ok(_) => return changed,
                Err(actual) => word = actual,
            }
        }
    }

    fn opened(
        &self,
        word: StateWord,
        level: u32,
        counts: Counts,
        now: Moment,
        random: impl FnMut() -> u64,
    ) -> (StateWord, StateChange) {
        let open_for = self.tuned.applied(&self.settings).open_time(level, random);
        let next = word.opened(level, now.plus(open_for));
        (next, StateChange::new(word.state(), State::Open).because(counts, open_for))
    }

    /// Releases the permit of an attempt that was dropped or does not count.
    ///
    /// The place of a probe is free again, if its half-open period still lasts.
    #[allow(clippy::needless_pass_by_value)] // so that it cannot be released twice
    pub fn release(&self, permit: Permit) {
        let generation = permit.generation();
        let mut word = self.word();
        // Only probes have the generation of a half-open period.
        while word.state() == State::HalfOpen && word.generation() == generation {
            match self.swap(word, word.with(word.probes().released())) {
                Ok(_) => return,
                Err(actual) => word = actual,
            }
        }
    }

    /// Calls the hook of the settings with a change.
    fn notify(&self, change: Option<StateChange>) -> Option<StateChange> {
        if let (Some(hook), Some(change)) = (self.settings.on_change, &change) {
            hook(change);
        }
        change
    }

    /// Returns the state.
    ///
    /// An open breaker stays open after its open time until the next attempt.
    pub fn state(&self) -> State {
        self.word().state()
    }

    /// Returns whether it is open or forced open, without reading a clock.
    pub fn is_open(&self) -> bool {
        matches!(self.state(), State::Open | State::ForcedOpen)
    }

    /// Returns the time from `now` until it may permit an attempt.
    ///
    /// The result is `None` if it may at once, and `Duration::MAX` if it was forced open.
    pub fn remaining_open_time(&self, now: Moment) -> Option<Duration> {
        let word = self.word();
        match word.state() {
            State::ForcedOpen => Some(Duration::MAX),
            State::Open if now < word.until() => Some(word.until().since(now).as_duration()),
            _ => None,
        }
    }

    /// Returns the counts of the window that ends at `now`.
    ///
    /// While it is half-open, the counts are those of the probes. They are zero while it is open or forced.
    pub fn counts(&self, now: Moment) -> Counts {
        let word = self.word();
        match word.state() {
            State::Closed => self.window.counts(self.tuned.applied(&self.settings).window(), word.generation(), now),
            State::HalfOpen => word.probes().counts(),
            State::Open | State::ForcedOpen | State::ForcedClosed => Counts::default(),
        }
    }

    /// Returns the share of failed attempts in the window, from 0 to 1.
    ///
    /// The result is `None` unless it is closed and has at least `minimum_calls`.
    pub fn failure_rate_at(&self, now: Moment) -> Option<f64> {
        if self.state() != State::Closed {
            return None;
        }
        let counts = self.counts(now);
        counts.failure_rate().filter(|_| self.tuned.applied(&self.settings).is_enough(&counts))
    }

    /// Reads each atomic, so that each is made before a model starts its threads.
    #[cfg(loom)]
    pub fn touch(&self) {
        self.word();
        self.window.touch();
        let _ = self.times.limit();
    }

    fn word(&self) -> StateWord {
        StateWord(self.state.load(Ordering::Acquire))
    }

    /// Replaces the word.
    ///
    /// `Release` publishes the counts from before a change to the threads that see it, and `Acquire` reads them.
    fn swap(&self, word: StateWord, next: StateWord) -> Result<StateWord, StateWord> {
        match self.state.compare_exchange(word.0, next.0, Ordering::AcqRel, Ordering::Acquire) {
            Ok(before) => Ok(StateWord(before)),
            Err(actual) => Err(StateWord(actual)),
        }
    }
}

impl Default for Breaker {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Breaker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Breaker")
            .field("state", &self.state())
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
