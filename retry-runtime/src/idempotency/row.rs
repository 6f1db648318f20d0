//! A key as a store remembers it, and the rules of its two steps, for stores that decide in this process.

use core::time::Duration;
use std::boxed::Box;

use crate::idempotency::id::OwnedId;
use crate::idempotency::{
    Ask, Change, Claimed, Entry, Fingerprint, Held, Kept, Owner, Resolution, Resolved, State, Steps, Takeover,
};

/// A key as a store remembers it. Times are microseconds of the store's clock.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Of the first use.
    pub(super) fingerprint: Option<Fingerprint>,
    pub(super) owner: Owner,
    pub(super) token: u64,
    pub(super) runs: u32,
    pub(super) is_finished: bool,
    /// The end of the lease, or of the time to be kept.
    pub(super) until: u64,
    /// What it finished with; of an open row the result that is to be replaced.
    pub(super) result: Option<Box<[u8]>>,
    /// How long the result that is to be replaced was to be kept; 0 in all other rows.
    pub(super) kept: u64,
    pub(super) steps: Steps,
}

/// What a claim comes to.
pub(super) enum Verdict {
    Answer(Claimed),
    Take(Take),
}

/// How a row is taken.
#[derive(Clone, Copy)]
pub(super) enum Take {
    /// It is over: as if there were none.
    Anew,
    Resume,
    Reopen,
}

/// What a change has made of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Changed {
    Lost,
    Kept,
    /// The row is to be removed.
    Gone,
}

impl From<Changed> for Kept {
    fn from(changed: Changed) -> Self {
        if changed == Changed::Lost { Self::Lost } else { Self::Yes }
    }
}

impl Row {
    /// The row of a first use.
    pub(super) fn first(ask: &Ask<'_>, now: u64, token: u64) -> Self {
        Self {
            fingerprint: ask.fingerprint.copied(),
            owner: ask.owner,
            token,
            runs: 1,
            is_finished: false,
            until: now.saturating_add(micros(ask.lease)),
            result: None,
            kept: 0,
            steps: Steps::default(),
        }
    }

    /// What a claim comes to. Nothing is changed yet: the order of the questions is the rule.
    pub(super) fn judge(&self, id: &OwnedId, ask: &Ask<'_>, now: u64) -> Verdict {
        let is_over = self.until <= now;
        let is_mine = self.owner == ask.owner;
        let reopens = ask.takeover == Takeover::Reopen;
        if is_mine && !self.is_finished && !is_over {
            return Verdict::Answer(Claimed::Run(self.held(id.clone())));
        }
        if self.is_finished && is_over {
            return Verdict::Take(Take::Anew);
        }
        if self.is_finished && reopens && !is_mine {
            return Verdict::Take(Take::Reopen);
        }
        if !reopens && !Fingerprint::agree(self.fingerprint.as_ref(), ask.fingerprint) {
            return Verdict::Answer(Claimed::Mismatch);
        }
        if self.is_finished {
            return Verdict::Answer(Claimed::Finished(self.result.clone().unwrap_or_default()));
        }
        if !is_over {
            return Verdict::Answer(Claimed::InFlight { retry_in: self.left(now) });
        }
        match ask.takeover {
            Takeover::Resume => Verdict::Take(Take::Resume),
            Takeover::Reopen if self.result.is_some() => Verdict::Take(Take::Reopen),
            Takeover::Refuse | Takeover::Reopen => Verdict::Answer(Claimed::Interrupted { runs: self.runs }),
        }
    }

    /// Takes the row, with a token of at least `token`.
    pub(super) fn take(&mut self, how: Take, ask: &Ask<'_>, now: u64, token: u64) {
        let token = token.max(self.token.saturating_add(1));
        match how {
            Take::Anew => {
                *self = Self::first(ask, now, token);
                return;
            }
            Take::Resume => self.runs = self.runs.saturating_add(1),
            Take::Reopen => {
                if self.is_finished {
                    self.kept = self.until;
                }
                self.runs = if self.is_finished { 1 } else { self.runs.saturating_add(1) };
                self.is_finished = false;
                self.steps = Steps::default();
            }
        }
        self.owner = ask.owner;
        self.token = token;
        self.until = now.saturating_add(micros(ask.lease));
    }

    /// Makes a change, if the row is this owner's.
    pub(super) fn change(&mut self, owner: Owner, change: Change<'_>, now: u64) -> Changed {
        let may = match change {
            Change::Finish { .. } => true,
            Change::Extend { .. } | Change::Step { .. } | Change::Release | Change::Forget => !self.is_finished,
        };
        if self.owner != owner || !may {
            return Changed::Lost;
        }
        match change {
            Change::Extend { lease } => self.until = now.saturating_add(micros(lease)),
            Change::Step { name, result } => self.steps.append(name, result),
            Change::Release => self.until = now,
            Change::Finish { result, keep } => {
                self.result = Some(result.into());
                self.finish(now.saturating_add(micros(keep)));
            }
            Change::Forget if self.result.is_none() => return Changed::Gone,
            Change::Forget => self.finish(self.kept),
        }
        Changed::Kept
    }

    /// What a resolution finds, where it cannot be made.
    pub(super) const fn unresolvable(&self, force: bool, now: u64) -> Option<Resolved> {
        match self.state(now) {
            State::Finished if self.until <= now => Some(Resolved::Unknown),
            State::Finished => Some(Resolved::Finished),
            State::InFlight if !force => Some(Resolved::InFlight { left: self.left(now) }),
            State::InFlight | State::Interrupted => None,
        }
    }

    /// Resolves the row, under a new owner: whoever held it has lost it.
    pub(super) fn resolve(&mut self, resolution: Resolution<'_>, now: u64) -> Changed {
        self.owner = Owner::random();
        self.change(self.owner, resolution.into(), now)
    }

    fn finish(&mut self, until: u64) {
        self.is_finished = true;
        self.until = until;
        self.kept = 0;
        self.steps = Steps::default();
    }

    pub(super) fn held(&self, id: OwnedId) -> Held {
        Held::of(id, self.owner, self.token, self.runs)
            .with_steps(self.steps.clone())
            .with_previous(self.result.clone())
    }

    /// Whether it may be removed.
    pub(super) const fn is_purgeable(&self, now: u64) -> bool {
        self.is_finished && self.until <= now
    }

    pub(super) const fn state(&self, now: u64) -> State {
        match self {
            Self { is_finished: true, .. } => State::Finished,
            Self { until, .. } if *until <= now => State::Interrupted,
            _ => State::InFlight,
        }
    }

    pub(super) fn entry(&self, id: OwnedId, now: u64) -> Entry {
        let mut entry = Entry::of(id, self.state(now), self.token, self.left(now));
        entry.runs = self.runs;
        entry.result.clone_from(&self.result);
        entry.steps.clone_from(&self.steps);
        entry
    }

    const fn left(&self, now: u64) -> Duration {
        Duration::from_micros(self.until.saturating_sub(now))
    }
}

/// In microseconds, rounded up: nobody waits, or keeps, for less than was asked.
pub(super) fn micros(time: Duration) -> u64 {
    time.as_nanos().div_ceil(1000).try_into().unwrap_or(u64::MAX)
}
