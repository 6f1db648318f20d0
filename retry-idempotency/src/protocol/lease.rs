//! The lease on a key.

use core::fmt;

#[cfg(feature = "redis")]
use crate::protocol::fingerprint::Fingerprint;
use crate::protocol::holder_id::HolderId;
use crate::protocol::id::{Id, OwnedId};
use crate::protocol::steps::Steps;

/// Contents of the row of a first run that its store needs again to finish it.
#[cfg(feature = "redis")]
#[derive(Clone, Copy)]
pub(crate) struct FirstRow {
    pub(crate) fingerprint: Option<Fingerprint>,
}

/// Lease on a key, named by every transition that its holder sends.
#[derive(Clone)]
pub struct Lease {
    id: OwnedId,
    holder: HolderId,
    token: u64,
    run: u32,
    steps: Steps,
    previous: Option<Box<[u8]>>,
    #[cfg(feature = "redis")]
    first_row: Option<FirstRow>,
}

impl Lease {
    /// Creates the lease that a store grants.
    ///
    /// `run` is the number of this run, from 1.
    pub fn new(id: Id<'_>, holder: HolderId, token: u64, run: u32) -> Self {
        Self::owned(id.into(), holder, token, run)
    }

    pub(crate) fn owned(id: OwnedId, holder: HolderId, token: u64, run: u32) -> Self {
        Self {
            id,
            holder,
            token,
            run,
            steps: Steps::default(),
            previous: None,
            #[cfg(feature = "redis")]
            first_row: None,
        }
    }

    /// Sets the steps that earlier runs have recorded.
    #[must_use]
    pub fn with_steps(mut self, steps: Steps) -> Self {
        self.steps = steps;
        self
    }

    /// Sets the result that this run is to replace.
    #[must_use]
    pub fn with_previous(mut self, previous: Option<Box<[u8]>>) -> Self {
        self.previous = previous;
        self
    }

    /// Returns the key.
    pub fn id(&self) -> Id<'_> {
        self.id.as_id()
    }

    #[cfg(feature = "sqlite")]
    pub(crate) fn owned_id(&self) -> &OwnedId {
        &self.id
    }

    #[cfg(feature = "redis")]
    pub(crate) fn with_first_row(mut self, row: FirstRow) -> Self {
        self.first_row = Some(row);
        self
    }

    #[cfg(feature = "redis")]
    pub(crate) const fn first_row(&self) -> Option<&FirstRow> {
        self.first_row.as_ref()
    }

    /// Returns the identity of the holder.
    pub const fn holder(&self) -> HolderId {
        self.holder
    }

    /// Returns the fencing token: it grows from each holder of the key to the next.
    ///
    /// Send it to systems that refuse a token below the highest they have seen. The store itself compares holders.
    pub const fn token(&self) -> u64 {
        self.token
    }

    /// Returns the number of this run, from 1. Above 1 an earlier run was left open.
    pub const fn run(&self) -> u32 {
        self.run
    }

    /// Returns the steps that earlier runs have recorded.
    pub const fn steps(&self) -> &Steps {
        &self.steps
    }

    /// Returns the result that this run is to replace, if the key was opened again.
    pub fn previous(&self) -> Option<&[u8]> {
        self.previous.as_deref()
    }
}

#[allow(clippy::missing_fields_in_debug)] // the row is its store's
impl fmt::Debug for Lease {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Lease")
            .field("id", &self.id())
            .field("holder", &self.holder)
            .field("token", &self.token)
            .field("run", &self.run)
            .field("steps", &self.steps)
            .field("previous", &self.previous.as_ref().map(|bytes| bytes.len()))
            .finish()
    }
}
