//! Inputs and outputs of a breaker.

use core::time::Duration;

use crate::breaker::window::counts::Counts;
use crate::class::Class;
use crate::units::{Moment, Span};

/// State of a breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Every attempt is permitted, and counted.
    Closed,
    /// No attempt is permitted during the open time.
    ///
    /// It ends when its time is over and the next attempt requests a permit.
    Open,
    /// Only a few attempts are permitted, the probes; their outcomes decide.
    HalfOpen,
    /// No attempt is permitted until [`clear_forced`](crate::Breaker::clear_forced).
    ForcedOpen,
    /// Every attempt is permitted and none is counted.
    ///
    /// It ends with [`clear_forced`](crate::Breaker::clear_forced).
    ForcedClosed,
}

/// Permit of a breaker for one attempt.
///
/// It cannot be copied, so that the place of a probe is freed once.
#[derive(Debug)]
#[must_use = "pass a permit to `record` or `release`; a lost one keeps the place of a probe forever"]
pub struct Permit {
    /// Start of the attempt; the origin of the clock if it is not timed.
    pub(super) begun: Moment,
    /// Generation and kind in one word.
    ///
    /// Two numbers stay in registers; three fields go through memory.
    ///
    /// ```text
    ///   31     30    29   18 17  16 15          0
    /// | zero | timed | zero  | kind | generation  |
    /// ```
    ///
    /// The code of a closed breaker's permit is its generation alone, until the attempt is timed.
    pub(super) code: u32,
}

/// Bit of an attempt that is timed because it had to wait.
///
/// No head of a window has it, because no window lacks that number of calls: the success of a timed attempt is never at rest.
const TIMED: u32 = 1 << 30;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An attempt of a closed breaker.
    Call = 0,
    /// A probe of a half-open breaker.
    Probe = 1,
    /// The probe that made an open breaker half-open.
    FirstProbe = 2,
}

impl Permit {
    #[inline]
    pub(super) const fn new(kind: Kind, generation: u16, begun: Moment) -> Self {
        Self { begun, code: (kind as u32) << 16 | generation as u32 }
    }

    #[inline]
    #[allow(clippy::cast_possible_truncation)] // that is the field
    pub(super) const fn generation(&self) -> u16 {
        self.code as u16
    }

    /// Returns whether it holds one of the few places of a half-open breaker.
    pub const fn is_probe(&self) -> bool {
        self.kind() != Kind::Call as u32
    }

    const fn kind(&self) -> u32 {
        self.untimed_code() >> 16
    }

    /// Returns whether the attempt had to wait and is timed from then on.
    #[inline]
    pub(super) const fn is_timed(&self) -> bool {
        self.code & TIMED != 0
    }

    pub(super) fn set_timed(&mut self) {
        self.code |= TIMED;
    }

    pub(super) const fn untimed_code(&self) -> u32 {
        self.code & !TIMED
    }

    /// Returns the change that granting the permit made.
    ///
    /// The first probe makes an open breaker half-open.
    pub const fn change(&self) -> Option<StateChange> {
        if self.kind() == Kind::FirstProbe as u32 {
            return Some(StateChange::new(State::Open, State::HalfOpen));
        }
        None
    }
}

/// A `Result<Permit, Rejection>` as two numbers, which stay in registers.
///
/// ```text
///                 code                    time
/// permit      its code                    start of the attempt
/// rejection   REJECTED | state            time until the breaker may permit an attempt
/// ```
pub(super) struct Answer(u32, u64);

/// Above the codes of all permits.
const REJECTED: u32 = 1 << 31;

impl Answer {
    pub(super) const fn permitted(Permit { begun, code }: Permit) -> Self {
        Self(code, begun.as_nanos())
    }

    pub(super) const fn rejected(state: State, left: Span) -> Self {
        Self(REJECTED | state as u32, left.as_nanos())
    }

    #[inline]
    pub(super) const fn into_result(self) -> Result<Permit, Rejection> {
        let Self(code, time) = self;
        if code & REJECTED == 0 {
            return Ok(Permit { begun: Moment::from_nanos(time), code });
        }
        let state = match code & !REJECTED {
            OPEN => State::Open,
            HALF_OPEN => State::HalfOpen,
            _ => State::ForcedOpen,
        };
        Err(Rejection { state, left: Span::from_nanos(time) })
    }
}

const OPEN: u32 = State::Open as u32;
const HALF_OPEN: u32 = State::HalfOpen as u32;

/// Error of an attempt that a breaker did not permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejection {
    state: State,
    left: Span,
}

impl Rejection {
    /// Returns the state: open, half-open with all probes out, or forced open.
    pub const fn state(&self) -> State {
        self.state
    }

    /// Returns the time until the breaker may permit an attempt.
    ///
    /// The result is `None` if that is unknown, because it is half-open or forced open.
    pub const fn left(&self) -> Option<Duration> {
        match self.state {
            State::Open => Some(self.left.as_duration()),
            _ => None,
        }
    }
}

/// Outcome of an attempt, as a breaker counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// It succeeded.
    Succeeded,
    /// It failed with this class.
    Failed(Class),
    /// It failed because an inner operation had given up.
    ///
    /// The breaker of that operation has counted the failure. If this one counted it too, one dead service would open
    /// the breakers of all layers above it.
    NestedGiveUp,
}

/// Change of the state of a breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateChange {
    from: State,
    to: State,
    counts: Counts,
    /// Zero if it did not open.
    open_for: Span,
}

impl StateChange {
    pub(super) const fn new(from: State, to: State) -> Self {
        Self { from, to, counts: Counts::NONE, open_for: Span::ZERO }
    }

    pub(super) const fn because(mut self, counts: Counts, open_for: Span) -> Self {
        self.counts = counts;
        self.open_for = open_for;
        self
    }

    /// Returns the state before.
    pub const fn from(&self) -> State {
        self.from
    }

    /// Returns the state after.
    pub const fn to(&self) -> State {
        self.to
    }

    /// Returns the counts that caused the change; zeros if it has another cause.
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// Returns the open time; `None` if the breaker did not open, or was forced open.
    pub const fn open_for(&self) -> Option<Duration> {
        if self.open_for.as_nanos() == 0 { None } else { Some(self.open_for.as_duration()) }
    }
}
