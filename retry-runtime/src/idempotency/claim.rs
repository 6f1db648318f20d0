//! Asking for a key, and what is answered.

use core::time::Duration;
use std::boxed::Box;

use crate::idempotency::{Fingerprint, Held, Id, Invalid, Owner, times};

/// A question for a key.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Which key.
    pub id: Id<'a>,
    /// What the key stands for, so that it cannot stand for two things; `None` is compared too, and is like itself alone.
    pub fingerprint: Option<&'a Fingerprint>,
    /// Who asks. A new one for each use; the same one when the same question is sent again.
    pub owner: Owner,
    /// How long silence is to be believed to be work. The holder counts it from *before* it sent the first claim.
    pub lease: Duration,
    /// What to do with a key that somebody else has left open, or has finished.
    pub takeover: Takeover,
}

impl Ask<'_> {
    /// What a store checks first.
    ///
    /// # Errors
    ///
    /// A lease out of bounds.
    pub fn check(&self) -> Result<(), Invalid> {
        times::check_lease(self.lease)
    }
}

/// What to do with a key that somebody else has left open for longer than the lease, or has finished.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Takeover {
    /// Left open: answer [`Claimed::Interrupted`], since a second run may be a second effect. The default.
    #[default]
    Refuse,
    /// Left open: run again, with the steps that were recorded. For a body that is safe to repeat, whose effect commits
    /// together with the key, or which has steps.
    Resume,
    /// Finished: open it again, under this owner, to replace the result; [`Held::previous`] is the old one, which stays
    /// until then. The key keeps the fingerprint of its first use, and no fingerprint is compared. Left open while it was
    /// being replaced: begin again from the old result. Left open at its first use: as `Refuse`.
    ///
    /// The owner that has finished the key itself gets [`Claimed::Finished`]: its claim came twice.
    Reopen,
}

/// What a store answers to an [`Ask`].
#[derive(Debug)]
pub enum Claimed {
    /// The key is held: do it, and say how it ended.
    Run(Held),
    /// It was done: the bytes that were finished with.
    Finished(Box<[u8]>),
    /// Somebody is at it.
    InFlight {
        /// What is left of the lease.
        retry_in: Duration,
    },
    /// Somebody was at it, and nobody knows whether it was done.
    Interrupted {
        /// How often it was begun.
        runs: u32,
    },
    /// The key stands for something else: another fingerprint.
    Mismatch,
}
