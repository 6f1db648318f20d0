//! The circuit breaker in front of an operation.
//!
//! Callers of a dead service wait for nothing, and keep it from coming back. A breaker lets them fail at once: it
//! counts what calls end in, opens when too many fail or are slow, and after a while lets a few probes find out.
//!
//! ```text
//!            rate reached                open time over: the next call
//! closed ------------------> open ------------------------------------> half-open
//!   ^                         ^                                          |    |
//!   |                         +---------- the probes' rate reached ------+    |
//!   +----------------------------------------- it is not ---------------------+
//! ```
//!
//! All of the state is one word, and each change one compare-and-swap, so one thread wins it, and no interleaving
//! admits one probe too many. There is no lock, no allocation and no clock here.

mod builder;
mod display;
mod permit;
mod settings;
mod state_word;
mod validate;
mod window;

use core::fmt;
use core::time::Duration;

pub use self::builder::BreakerBuilder;
use self::permit::{Answer, Kind};
pub use self::permit::{AttemptOutcome, Permit, Rejection, State, StateChange};
use self::settings::Settings;
use self::state_word::StateWord;
pub use self::validate::BreakerError;
use self::window::Window;
pub use self::window::counts::Counts;
use self::window::counts::Mark;
use crate::sync::{AtomicU64, Ordering};

/// A circuit breaker, in a `static` beside the operations that share it.
///
/// [`new`](Self::new) opens when half of the last 100 calls failed, once there are 20, for about a second, and then
/// admits 3 probes. A `static` is checked by the compiler, a breaker from configuration by
/// [`builder`](Self::builder).
///
/// ```
/// use core::time::Duration;
/// use retry_runtime::breaker::{Breaker, AttemptOutcome, State};
/// use retry_runtime::Class;
///
/// static SHOP: Breaker = Breaker::new().window_calls(4).minimum_calls(2).open_for(Duration::from_secs(1));
///
/// let now = || 0; // nanoseconds on any clock that never goes back
/// let half = || u64::MAX / 2; // chance
/// for _ in 0..2 {
///     let Ok(permit) = SHOP.try_acquire(now) else { panic!("closed") };
///     SHOP.record(permit, AttemptOutcome::Failed(Class::Timeout), now, half);
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
/// # Exactness
///
/// One thread alone sees exact counts in a window of calls. Under races, the state is exact: one opener, never a
/// probe too many, and no result of one period in the next. A window may then for a moment lack the call that is just
/// being recorded. A probe that never ends holds its place for ever: give the attempts a timeout.
pub struct Breaker {
    settings: Settings,
    state: AtomicU64,
    window: Window,
}

impl Breaker {
    /// Opens at half of the last 100 calls once there are 20, for 1 s and up to 2 s; 3 probes.
    pub const fn new() -> Self {
        Self::closed(Settings::new())
    }

    const fn closed(settings: Settings) -> Self {
        Self { settings, state: AtomicU64::new(StateWord::FIRST.0), window: Window::new() }
    }

    /// Asks whether an attempt may begin. The permit goes back by [`record`](Self::record) when the attempt ended, or
    /// by [`release`](Self::release) when it was dropped.
    ///
    /// `now` gives nanoseconds; it is asked unless the breaker is closed and no call is slow.
    #[inline]
    pub fn try_acquire(&self, now: impl FnOnce() -> u64) -> Result<Permit, Rejection> {
        // A late answer of another state is one that came a moment earlier; what is counted is checked again.
        let word = StateWord(self.state.load(Ordering::Relaxed));
        if word.is_closed() && !self.settings.times_calls() {
            return Ok(Permit::new(Kind::Call, word.generation(), 0));
        }
        let admission = self.admit_at(now()).into_result();
        if let Ok(permit) = &admission {
            self.told(permit.change());
        }
        admission
    }

    #[inline(never)]
    fn admit_at(&self, now: u64) -> Answer {
        let mut word = self.word();
        loop {
            let state = word.state();
            let rejected = |left| Answer::rejected(state, left);
            let (next, kind) = match state {
                State::Closed | State::ForcedClosed => {
                    return Answer::admitted(Permit::new(Kind::Call, word.generation(), now));
                }
                State::ForcedOpen => return rejected(0),
                State::Open if now < word.until() => return rejected(word.until() - now),
                State::Open => (word.half_opened(), Kind::FirstProbe),
                State::HalfOpen => match word.probes().admitted(self.settings.probes) {
                    Some(probes) => (word.with(probes), Kind::Probe),
                    None => return rejected(0),
                },
            };
            match self.swap(word, next) {
                Ok(_) => return Answer::admitted(Permit::new(kind, next.generation(), now)),
                Err(actual) => word = actual,
            }
        }
    }

    /// Counts what an admitted attempt ended in, and says what changed by it.
    ///
    /// `now` gives nanoseconds on the clock of [`admit`](Self::admit), `chance` 64 bits, each as likely to be set as
    /// not. Both are asked only where they matter: the clock for slow calls, a window of time, and when it opens;
    /// chance when it opens. A success in a window of calls that are all good asks for nothing and writes nothing.
    #[inline]
    pub fn record(
        &self,
        permit: Permit,
        ending: AttemptOutcome,
        now: impl Fn() -> u64,
        chance: impl FnMut() -> u64,
    ) -> Option<StateChange> {
        if matches!(ending, AttemptOutcome::Succeeded) && self.is_at_rest(&permit) {
            return None;
        }
        self.record_otherwise(permit, ending, now, chance)
    }

    /// Whether a success with this permit would change nothing.
    #[inline]
    fn is_at_rest(&self, permit: &Permit) -> bool {
        // A probe's generation is never that of a window.
        self.window.is_quiet(permit.code)
    }

    #[inline(never)]
    fn record_otherwise(
        &self,
        permit: Permit,
        ending: AttemptOutcome,
        now: impl Fn() -> u64,
        chance: impl FnMut() -> u64,
    ) -> Option<StateChange> {
        match self.settings.mark(ending, || now().saturating_sub(permit.begun)) {
            None => {
                self.release(permit);
                None
            }
            Some(mark) if permit.is_probe() => self.told(self.record_probe(permit.generation(), mark, now, chance)),
            Some(mark) => self.told(self.record_call(permit.generation(), mark, now, chance)),
        }
    }

    fn record_call(
        &self,
        generation: u16,
        mark: Mark,
        now: impl Fn() -> u64,
        chance: impl FnMut() -> u64,
    ) -> Option<StateChange> {
        let word = self.word();
        if !word.is_closed() || word.generation() != generation {
            return None;
        }
        let is_current = || self.word() == word;
        let counts = self.window.record(self.settings.window(), generation, mark, &now, is_current)?;
        if !self.settings.is_enough(&counts) || !self.settings.is_too_bad(&counts) {
            return None;
        }
        let (next, opened) = self.opened(word, 0, counts, now(), chance);
        // One thread wins; whoever loses finds another generation.
        self.swap(word, next).ok().map(|_| opened)
    }

    fn record_probe(
        &self,
        generation: u16,
        mark: Mark,
        now: impl Fn() -> u64,
        mut chance: impl FnMut() -> u64,
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
            } else if self.settings.is_too_bad(&counts) {
                let (next, opened) = self.opened(word, word.level() + 1, counts, now(), &mut chance);
                (next, Some(opened))
            } else {
                (word.closed(), Some(StateChange::new(State::HalfOpen, State::Closed).because(counts, 0)))
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
        now: u64,
        chance: impl FnMut() -> u64,
    ) -> (StateWord, StateChange) {
        let open_for = self.settings.open_time(level, chance);
        let next = word.opened(level, now.saturating_add(open_for));
        (next, StateChange::new(word.state(), State::Open).because(counts, open_for))
    }

    /// Takes back the permit of an attempt that was dropped, or that ended in nothing to count: a probe's place is
    /// free again, if its half-open period still lasts.
    #[allow(clippy::needless_pass_by_value)] // so that it cannot come back twice
    pub fn release(&self, permit: Permit) {
        let generation = permit.generation();
        let mut word = self.word();
        // Only probes have the generation of a half-open period.
        while word.state() == State::HalfOpen && word.generation() == generation {
            match self.swap(word, word.with(word.probes().given_back())) {
                Ok(_) => return,
                Err(actual) => word = actual,
            }
        }
    }

    /// Admits no call, until somebody says otherwise. Says what changed: nothing, if it was forced open before.
    pub fn force_open(&self) -> Option<StateChange> {
        self.force(|word| (word.state() != State::ForcedOpen).then(|| word.forced(true)))
    }

    /// Admits every call and counts none, until somebody says otherwise. Says what changed.
    pub fn force_closed(&self) -> Option<StateChange> {
        self.force(|word| (word.state() != State::ForcedClosed).then(|| word.forced(false)))
    }

    /// Ends a forced state: closed, with an empty window. Changes nothing where no state was forced.
    pub fn clear_forced(&self) -> Option<StateChange> {
        self.force(|word| matches!(word.state(), State::ForcedOpen | State::ForcedClosed).then(|| word.closed()))
    }

    fn force(&self, next: impl Fn(StateWord) -> Option<StateWord>) -> Option<StateChange> {
        let mut word = self.word();
        loop {
            let next = next(word)?;
            match self.swap(word, next) {
                Ok(_) => return self.told(Some(StateChange::new(word.state(), next.state()))),
                Err(actual) => word = actual,
            }
        }
    }

    /// Tells who wants to know.
    fn told(&self, change: Option<StateChange>) -> Option<StateChange> {
        if let (Some(hook), Some(change)) = (self.settings.on_change, &change) {
            hook(change);
        }
        change
    }

    /// Its state. An open breaker whose time is over stays open until the next call comes.
    pub fn state(&self) -> State {
        self.word().state()
    }

    /// Whether it is open, or forced open; time is not asked for.
    pub fn is_open(&self) -> bool {
        matches!(self.state(), State::Open | State::ForcedOpen)
    }

    /// How long it admits no attempt from `now` on (nanoseconds), as far as anybody knows: `None` if it may admit one,
    /// `Duration::MAX` where it was forced open. Nothing changes by asking.
    pub fn remaining_open_time(&self, now: u64) -> Option<Duration> {
        let word = self.word();
        match word.state() {
            State::ForcedOpen => Some(Duration::MAX),
            State::Open => word.until().checked_sub(now).filter(|left| *left > 0).map(Duration::from_nanos),
            _ => None,
        }
    }

    /// What was counted: in the window that ends at `now` (nanoseconds) while it is closed, of the probes while it is
    /// half-open; nothing otherwise.
    pub fn counts(&self, now: u64) -> Counts {
        let word = self.word();
        match word.state() {
            State::Closed => self.window.counts(self.settings.window(), word.generation(), now),
            State::HalfOpen => word.probes().counts(),
            State::Open | State::ForcedOpen | State::ForcedClosed => Counts::default(),
        }
    }

    /// The share of failed calls in the window, from 0 to 1; `None` unless it is closed and there are enough calls to
    /// judge by.
    pub fn judged_failure_rate(&self, now: u64) -> Option<f64> {
        if self.state() != State::Closed {
            return None;
        }
        let counts = self.counts(now);
        counts.failure_rate().filter(|_| self.settings.is_enough(&counts))
    }

    /// Looks at every atomic, so that each is made before a model starts its threads.
    #[cfg(loom)]
    pub fn look(&self) {
        self.word();
        self.window.look();
    }

    fn word(&self) -> StateWord {
        StateWord(self.state.load(Ordering::Acquire))
    }

    /// `Release` shows what was counted before a change to those who see it; `Acquire` the other way round.
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
