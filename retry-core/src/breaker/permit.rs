//! What goes in and out of a breaker.

use core::time::Duration;

use crate::breaker::window::counts::Counts;
use crate::class::Class;

/// The states of a breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Every call is admitted, and counted.
    Closed,
    /// No call is admitted, until the open time is over and the next call comes.
    Open,
    /// As many calls are admitted as there are probes; what they end in decides.
    HalfOpen,
    /// No call is admitted, until somebody says so.
    ForcedOpen,
    /// Every call is admitted and none is counted, until somebody says otherwise.
    ForcedClosed,
}

/// Proof that a breaker admitted a call. It cannot be copied, so that a probe's place is given back once.
#[derive(Debug)]
#[must_use = "a permit goes back by `record` or `release`; a lost one keeps a probe's place for ever"]
pub struct Permit {
    /// When the call was admitted, in nanoseconds; 0 where nobody asks.
    pub(super) begun: u64,
    /// 16 bits of generation, then the kind: the generation alone for a call of a closed breaker. Two numbers stay in
    /// registers where three fields go through memory.
    pub(super) code: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Of a closed breaker.
    Call = 0,
    /// Of a half-open one.
    Probe = 1,
    /// The probe that made an open breaker half-open.
    FirstProbe = 2,
}

impl Permit {
    #[inline]
    pub(super) const fn new(kind: Kind, generation: u16, begun: u64) -> Self {
        Self { begun, code: (kind as u32) << 16 | generation as u32 }
    }

    #[inline]
    #[allow(clippy::cast_possible_truncation)] // that is the field
    pub(super) const fn generation(&self) -> u16 {
        self.code as u16
    }

    /// Whether it holds one of the few places of a half-open breaker.
    pub const fn is_probe(&self) -> bool {
        self.code >> 16 != Kind::Call as u32
    }

    /// What changed when the call was admitted: the first probe makes an open breaker half-open.
    pub const fn change(&self) -> Option<StateChange> {
        if self.code >> 16 == Kind::FirstProbe as u32 {
            return Some(StateChange::new(State::Open, State::HalfOpen));
        }
        None
    }
}

/// An admission as two numbers, for the same reason: a code above all permits' is a refusal.
pub(super) struct Answer(u32, u64);

const REJECTED: u32 = 1 << 31;

impl Answer {
    pub(super) const fn admitted(Permit { begun, code }: Permit) -> Self {
        Self(code, begun)
    }

    pub(super) const fn rejected(state: State, left: u64) -> Self {
        Self(REJECTED | state as u32, left)
    }

    #[inline]
    pub(super) const fn into_result(self) -> Result<Permit, Rejection> {
        let Self(code, time) = self;
        if code & REJECTED == 0 {
            return Ok(Permit { begun: time, code });
        }
        let state = match code & !REJECTED {
            OPEN => State::Open,
            HALF_OPEN => State::HalfOpen,
            _ => State::ForcedOpen,
        };
        Err(Rejection { state, left: time })
    }
}

const OPEN: u32 = State::Open as u32;
const HALF_OPEN: u32 = State::HalfOpen as u32;

/// Why and for how long a call was not admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejection {
    pub(super) state: State,
    /// Nanoseconds.
    pub(super) left: u64,
}

impl Rejection {
    /// Open, half-open with every probe out, or forced open.
    pub const fn state(&self) -> State {
        self.state
    }

    /// How long the breaker stays open at least; `None` where nobody knows, because probes are out or it was forced.
    pub const fn left(&self) -> Option<Duration> {
        match self.state {
            State::Open => Some(Duration::from_nanos(self.left)),
            _ => None,
        }
    }
}

/// What an admitted call ended in, as a breaker sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// It succeeded.
    Succeeded,
    /// It failed with this class.
    Failed(Class),
    /// It failed because an inner operation had given up. That one's breaker has counted it; counted here too, one
    /// dead service would open the breakers of every layer above it, and each must then find out anew.
    NestedGiveUp,
}

/// A change of state, for events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateChange {
    from: State,
    to: State,
    counts: Counts,
    /// Nanoseconds; 0 where it did not open.
    open_for: u64,
}

impl StateChange {
    pub(super) const fn new(from: State, to: State) -> Self {
        Self { from, to, counts: Counts { calls: 0, failed: 0, slow: 0 }, open_for: 0 }
    }

    pub(super) const fn because(mut self, counts: Counts, open_for: u64) -> Self {
        self.counts = counts;
        self.open_for = open_for;
        self
    }

    /// The state before.
    pub const fn from(&self) -> State {
        self.from
    }

    /// The state after.
    pub const fn to(&self) -> State {
        self.to
    }

    /// What was counted when it was decided; nothing where no count decided.
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// How long the breaker stays open; `None` if it did not open, or was forced open.
    pub const fn open_for(&self) -> Option<Duration> {
        if self.open_for == 0 { None } else { Some(Duration::from_nanos(self.open_for)) }
    }
}
