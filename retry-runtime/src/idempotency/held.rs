//! A key that is held.

use core::fmt;
use std::boxed::Box;

use crate::idempotency::id::OwnedId;
use crate::idempotency::{Id, Owner, Steps};

/// A key that is held: what every later step of the holder names.
#[derive(Clone)]
pub struct Held {
    id: OwnedId,
    owner: Owner,
    token: u64,
    run: u32,
    steps: Steps,
    previous: Option<Box<[u8]>>,
}

impl Held {
    /// What a store answers: the key, who holds it, its token, and how often it was begun with this time.
    pub fn new(id: Id<'_>, owner: Owner, token: u64, run: u32) -> Self {
        Self::of(id.into(), owner, token, run)
    }

    pub(super) fn of(id: OwnedId, owner: Owner, token: u64, run: u32) -> Self {
        Self { id, owner, token, run, steps: Steps::default(), previous: None }
    }

    /// The same, with the steps that earlier runs have recorded.
    #[must_use]
    pub fn with_steps(mut self, steps: Steps) -> Self {
        self.steps = steps;
        self
    }

    /// The same, with the result that it is to replace.
    #[must_use]
    pub fn with_previous(mut self, previous: Option<Box<[u8]>>) -> Self {
        self.previous = previous;
        self
    }

    /// Which key.
    pub fn id(&self) -> Id<'_> {
        self.id.as_id()
    }

    pub(super) fn owned_id(&self) -> &OwnedId {
        &self.id
    }

    /// Who holds it.
    pub const fn owner(&self) -> Owner {
        self.owner
    }

    /// A number that grows from each holder of the key to the next, for other systems that refuse a lower one than the
    /// highest they have seen. The store itself goes by the owner.
    pub const fn token(&self) -> u64 {
        self.token
    }

    /// How often it was begun, with this time: above 1 it was left open before.
    pub const fn run(&self) -> u32 {
        self.run
    }

    /// The steps that earlier runs have recorded.
    pub const fn steps(&self) -> &Steps {
        &self.steps
    }

    /// The result that it is to replace, if the key was opened again.
    pub fn previous(&self) -> Option<&[u8]> {
        self.previous.as_deref()
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Held")
            .field("id", &self.id())
            .field("owner", &self.owner)
            .field("token", &self.token)
            .field("run", &self.run)
            .field("steps", &self.steps)
            .field("previous", &self.previous.as_ref().map(|bytes| bytes.len()))
            .finish()
    }
}
