//! Which fault hits which attempt: a function of the seed, never of time.

use crate::operation::{Operation, Tag};
use crate::random;
use crate::waves::{self, Wave};

/// Fault of one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// 503.
    Unavailable,
    /// 503 with a Retry-After of 30 s: longer than any deadline here.
    Closed,
    /// 429 with a Retry-After of 1 s.
    Throttled,
    /// 429 with a Retry-After of 120 s: longer than `max_retry_after`.
    ThrottledLong,
    /// An answer long after the attempt timeout.
    Slow,
    /// Nobody listens.
    Refused,
    /// The connection is reset in the middle of the answer.
    Reset,
    /// JSON that ends midway.
    Malformed,
    /// 401 until the session's token is renewed.
    Expired,
    /// An Ok page without items.
    Empty,
}

impl Fault {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Unavailable => "503",
            Self::Closed => "503 for 30 s",
            Self::Throttled => "429 for 1 s",
            Self::ThrottledLong => "429 for 120 s",
            Self::Slow => "slow",
            Self::Refused => "refused",
            Self::Reset => "reset",
            Self::Malformed => "malformed",
            Self::Expired => "401",
            Self::Empty => "empty page",
        }
    }
}

/// The faults of an operation, each with its share of the attempts in thousandths.
const fn faults_of(operation: Operation) -> &'static [(Fault, u64)] {
    match operation {
        Operation::Quote => &[(Fault::Unavailable, 220), (Fault::Slow, 20), (Fault::Refused, 30)],
        Operation::Stock => {
            &[(Fault::Unavailable, 120), (Fault::Reset, 100), (Fault::Throttled, 40), (Fault::ThrottledLong, 40)]
        }
        Operation::Search => &[(Fault::Empty, 180), (Fault::Malformed, 120), (Fault::Unavailable, 80)],
        Operation::Profile => &[(Fault::Expired, 250), (Fault::Unavailable, 100), (Fault::Reset, 60)],
        Operation::Picks => &[(Fault::Unavailable, 200), (Fault::Closed, 70), (Fault::Slow, 20)],
        Operation::Order => &[(Fault::Refused, 260), (Fault::Reset, 40), (Fault::Unavailable, 30)],
        Operation::Shelf => &[(Fault::Refused, 150), (Fault::Reset, 120), (Fault::Slow, 20), (Fault::Malformed, 40)],
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Script {
    seed: u64,
    /// Faults come and go instead of being permanent.
    in_waves: bool,
}

impl Script {
    pub(crate) const fn new(seed: u64) -> Self {
        Self { seed, in_waves: false }
    }

    /// A script whose faults come in waves.
    pub(crate) const fn in_waves(seed: u64) -> Self {
        Self { seed, in_waves: true }
    }

    /// Returns the fault of this attempt, if it has one.
    pub(crate) fn fault(self, tag: Tag) -> Option<Fault> {
        let random = self.random(1, tag);
        if !self.in_waves {
            return Self::usual(tag, random % 1000);
        }
        match waves::at(tag.operation, tag.call) {
            Wave::Down => Some(waves::main_fault(tag.operation)),
            Wave::Busy if tag.attempt == 1 && random % 10 < 4 => Some(waves::main_fault(tag.operation)),
            Wave::Busy | Wave::Calm => Self::usual(tag, random % 20_000),
        }
    }

    /// Returns the fault at this per mille of randomness.
    fn usual(tag: Tag, mut random: u64) -> Option<Fault> {
        for &(fault, share) in faults_of(tag.operation) {
            if random < share {
                return (fault != Fault::Expired || tag.attempt == 1).then_some(fault);
            }
            random -= share;
        }
        None
    }

    /// Returns whether the token of this session is rejected until it is renewed.
    pub(crate) fn is_expired(self, tag: Tag) -> bool {
        self.fault(Tag { attempt: 1, ..tag }) == Some(Fault::Expired)
    }

    /// Returns whether the shop renews the token of this session: one in four is unknown to it.
    pub(crate) fn renews(self, tag: Tag) -> bool {
        self.random(2, Tag { attempt: 1, ..tag }) % 4 != 0
    }

    /// Returns the seed of the generator of a call's delays.
    pub(crate) fn seed_of_call(self, tag: Tag) -> u64 {
        self.random(3, tag)
    }

    fn random(self, purpose: u64, tag: Tag) -> u64 {
        random::hash([self.seed, purpose, tag.operation as u64, tag.call.into(), tag.attempt.into()])
    }
}
