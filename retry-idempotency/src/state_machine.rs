//! State machine of a key, for stores that decide in this process.
//!
//! ```text
//!            claim                   Finish
//!  (no row) -------> open, in flight --------> finished --- expires ---> as if there were no row
//!     ^                |       ^ claim(Resume)   |
//!     | Forget         | lease |                 | claim(Reopen)
//!     +----------------+ ends  |                 v
//!                      v       |         open again, with its old result; Forget finishes it as it was
//!                 open, interrupted
//! ```
//!
//! Every transition compares the holder, so a holder that was taken over loses at its next one.

use core::time::Duration;

use crate::admin::{KeyDetails, KeyEntry, KeyState, Resolution, ResolveOutcome};
use crate::protocol::id::OwnedId;
use crate::protocol::{Ack, ClaimOutcome, ClaimRequest, Fingerprint, HolderId, Lease, Steps, Takeover, Transition};

/// Row of a key. Times are microseconds of the store's clock.
#[derive(Clone)]
pub(crate) struct Row {
    /// Fingerprint of the first use.
    pub(crate) fingerprint: Option<Fingerprint>,
    pub(crate) holder: HolderId,
    pub(crate) token: u64,
    pub(crate) runs: u32,
    pub(crate) is_finished: bool,
    /// End of the lease, or of the time for which the result is kept.
    pub(crate) until: u64,
    /// Recorded result; in an open row, the result that is to be replaced.
    pub(crate) result: Option<Box<[u8]>>,
    /// End of the time for which the old result was kept; 0 in other rows.
    pub(crate) kept: u64,
    pub(crate) steps: Steps,
}

/// Moment of a decision, in microseconds of the store's clock.
#[derive(Clone, Copy)]
pub(crate) struct Moment {
    /// Time by which leases end.
    pub(crate) now: u64,
    /// Time by which results expire.
    ///
    /// It is before `now` if the clock was set forward while the store was open.
    pub(crate) expiry: u64,
}

/// Decision about a claim.
pub(crate) enum Verdict {
    Answer(ClaimOutcome),
    Take(Take),
}

/// Way in which a row is taken.
#[derive(Clone, Copy)]
pub(crate) enum Take {
    /// The row has expired, and is taken as if it did not exist.
    Anew,
    Resume,
    Reopen,
}

/// Effect of a transition on a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Lost,
    Changed,
    /// The row is to be removed.
    Removed,
}

impl From<Effect> for Ack {
    fn from(effect: Effect) -> Self {
        if effect == Effect::Lost { Self::Lost } else { Self::Applied }
    }
}

impl Row {
    /// Creates the row of a first use.
    pub(crate) fn first(request: &ClaimRequest<'_>, now: u64, token: u64) -> Self {
        Self {
            fingerprint: request.fingerprint.copied(),
            holder: request.holder,
            token,
            runs: 1,
            is_finished: false,
            until: now.saturating_add(micros(request.lease)),
            result: None,
            kept: 0,
            steps: Steps::default(),
        }
    }

    /// Decides a claim without changing the row.
    ///
    /// The order of the checks is part of the protocol: the SQL and Lua of the other stores follow it.
    pub(crate) fn decide(&self, id: &OwnedId, request: &ClaimRequest<'_>, at: Moment) -> Verdict {
        let now = at.now;
        let is_over = if self.is_finished { self.until <= at.expiry } else { self.until <= now };
        let is_mine = self.holder == request.holder;
        let reopens = request.takeover == Takeover::Reopen;
        if is_mine && !self.is_finished && !is_over {
            return Verdict::Answer(ClaimOutcome::Run(self.lease(id.clone())));
        }
        if self.is_finished && is_over {
            return Verdict::Take(Take::Anew);
        }
        if self.is_finished && reopens && !is_mine {
            return Verdict::Take(Take::Reopen);
        }
        if !reopens && !Fingerprint::agree(self.fingerprint.as_ref(), request.fingerprint) {
            return Verdict::Answer(ClaimOutcome::Mismatch);
        }
        if self.is_finished {
            return Verdict::Answer(ClaimOutcome::Finished(self.result.clone().unwrap_or_default()));
        }
        if !is_over {
            return Verdict::Answer(ClaimOutcome::InFlight { retry_in: self.left(now) });
        }
        match request.takeover {
            Takeover::Resume => Verdict::Take(Take::Resume),
            Takeover::Reopen if self.result.is_some() => Verdict::Take(Take::Reopen),
            Takeover::Refuse | Takeover::Reopen => Verdict::Answer(ClaimOutcome::Interrupted { runs: self.runs }),
        }
    }

    /// Takes the row, with a token of at least `token`.
    pub(crate) fn take(&mut self, how: Take, request: &ClaimRequest<'_>, now: u64, token: u64) {
        let token = token.max(self.token.saturating_add(1));
        match how {
            Take::Anew => {
                *self = Self::first(request, now, token);
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
        self.holder = request.holder;
        self.token = token;
        self.until = now.saturating_add(micros(request.lease));
    }

    /// Makes a transition if `holder` holds the row.
    pub(crate) fn apply(&mut self, holder: HolderId, transition: Transition<'_>, now: u64) -> Effect {
        let is_allowed = match transition {
            Transition::Finish { .. } => true,
            Transition::Extend { .. } | Transition::Step { .. } | Transition::Release | Transition::Forget => {
                !self.is_finished
            }
        };
        if self.holder != holder || !is_allowed {
            return Effect::Lost;
        }
        match transition {
            Transition::Extend { lease } => self.until = now.saturating_add(micros(lease)),
            Transition::Step { name, result } => self.steps.append(name, result),
            Transition::Release => self.until = now,
            Transition::Finish { result, keep } => {
                self.result = Some(result.into());
                self.finish(now.saturating_add(micros(keep)));
            }
            Transition::Forget if self.result.is_none() => return Effect::Removed,
            Transition::Forget => self.finish(self.kept),
        }
        Effect::Changed
    }

    /// Returns why the row cannot be resolved, or `None` if it can.
    ///
    /// The result of an operator is replaced by force, and that of a run never.
    pub(crate) fn unresolvable(&self, resolution: Resolution<'_>, force: bool, at: Moment) -> Option<ResolveOutcome> {
        let now = at.now;
        let is_replaced = force && self.holder.is_operator() && matches!(resolution, Resolution::Finished { .. });
        match self.state(now) {
            KeyState::Finished if self.until <= at.expiry => Some(ResolveOutcome::Unknown),
            KeyState::Finished if is_replaced => None,
            KeyState::Finished => Some(ResolveOutcome::Finished),
            KeyState::InFlight if !force => Some(ResolveOutcome::InFlight { left: self.left(now) }),
            KeyState::InFlight | KeyState::Interrupted => None,
        }
    }

    /// Resolves the row under a new holder, so that the old one loses it.
    pub(crate) fn resolve(&mut self, resolution: Resolution<'_>, now: u64) -> Effect {
        self.holder = resolution.holder();
        self.apply(self.holder, resolution.into(), now)
    }

    fn finish(&mut self, until: u64) {
        self.is_finished = true;
        self.until = until;
        self.kept = 0;
        self.steps = Steps::default();
    }

    pub(crate) fn lease(&self, id: OwnedId) -> Lease {
        Lease::owned(id, self.holder, self.token, self.runs)
            .with_steps(self.steps.clone())
            .with_previous(self.result.clone())
    }

    /// Returns true if the row may be removed.
    pub(crate) const fn is_purgeable(&self, now: u64) -> bool {
        self.is_finished && self.until <= now
    }

    pub(crate) const fn state(&self, now: u64) -> KeyState {
        state(self.is_finished, self.until, now)
    }

    pub(crate) fn entry(&self, id: OwnedId, now: u64) -> KeyEntry {
        let mut entry = KeyEntry::owned(id, self.state(now), self.token, self.left(now));
        entry.runs = self.runs;
        entry.result_bytes = self.result.as_ref().map(|result| result.len() as u64);
        entry.steps_bytes = self.steps.as_bytes().len() as u64;
        entry
    }

    pub(crate) fn details(&self, id: OwnedId, now: u64) -> KeyDetails {
        KeyDetails::new(self.entry(id, now), self.result.clone(), self.steps.clone())
    }

    const fn left(&self, now: u64) -> Duration {
        Duration::from_micros(self.until.saturating_sub(now))
    }
}

/// Returns the state of a row.
pub(crate) const fn state(is_finished: bool, until: u64, now: u64) -> KeyState {
    if is_finished {
        KeyState::Finished
    } else if until <= now {
        KeyState::Interrupted
    } else {
        KeyState::InFlight
    }
}

/// Returns microseconds, rounded up, so that a lease or a result never ends early.
pub(crate) fn micros(time: Duration) -> u64 {
    time.as_nanos().div_ceil(1000).try_into().unwrap_or(u64::MAX)
}
