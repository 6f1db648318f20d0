//! The claim of a key and its outcome.

use core::fmt;
use core::time::Duration;

use crate::protocol::bounds_error::BoundsError;
use crate::protocol::fingerprint::Fingerprint;
use crate::protocol::holder_id::HolderId;
use crate::protocol::id::Id;
use crate::protocol::lease::Lease;
use crate::protocol::times;
use crate::support::Hidden;

/// Claim of a key, sent to a [`Store`](crate::protocol::Store).
#[derive(Clone, Copy, Debug)]
pub struct ClaimRequest<'a> {
    /// Key that is claimed.
    pub id: Id<'a>,
    /// Fingerprint of the effect, so that one key cannot stand for two effects.
    ///
    /// `None` is equal to `None` only.
    pub fingerprint: Option<&'a Fingerprint>,
    /// Identity of the claimant.
    ///
    /// Draw a new one for each use, and send the same one when the same claim is sent again.
    pub holder: HolderId,
    /// Time without a word from the holder after which others may take over.
    ///
    /// The holder counts it from *before* it sent its first claim.
    pub lease: Duration,
    /// Answer for a key that another holder has left open or has finished.
    pub takeover: Takeover,
}

impl<'a> ClaimRequest<'a> {
    /// Returns a claim without a fingerprint that takes nothing over.
    pub const fn new(id: Id<'a>, holder: HolderId, lease: Duration) -> Self {
        Self { id, fingerprint: None, holder, lease, takeover: Takeover::Refuse }
    }

    /// Checks the bounds that every store checks first.
    ///
    /// # Errors
    ///
    /// [`BoundsError::Lease`] if the lease is outside 1 ms to 24 h.
    pub fn check(&self) -> Result<(), BoundsError> {
        times::check_lease(self.lease)
    }
}

/// Answer to a claim of a key that is finished or was left open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Takeover {
    /// Does not run an open key again.
    ///
    /// It is answered with [`ClaimOutcome::Interrupted`], because a second run may be a second effect. This is the
    /// default.
    #[default]
    Refuse,
    /// An open key runs again, with the steps that were recorded.
    ///
    /// For bodies that are safe to repeat, whose effect commits together with the key, or that have steps.
    Resume,
    /// A finished key is opened again under this holder, to replace its result.
    ///
    /// [`Lease::previous`] is the old result, which stays in place until the new one is finished. The key keeps the
    /// fingerprint of its first use, and fingerprints are not compared. A key that was left open while it was being
    /// replaced starts again from the old result. A key that was left open in its first use is answered as with
    /// `Refuse`.
    ///
    /// The holder that has finished the key itself receives [`ClaimOutcome::Finished`]: its claim arrived twice.
    Reopen,
}

/// Answer of a store to a [`ClaimRequest`].
pub enum ClaimOutcome {
    /// The key is yours: make the effect, then record how it ended.
    Run(Lease),
    /// The effect was made; these bytes are its recorded result.
    Finished(Box<[u8]>),
    /// Another holder is at work.
    InFlight {
        /// Rest of its lease.
        retry_in: Duration,
    },
    /// An earlier run was left open, and it is unknown whether it made the effect.
    Interrupted {
        /// Number of runs that were begun.
        runs: u32,
    },
    /// The key stands for another effect: the fingerprints differ.
    Mismatch,
}

impl fmt::Debug for ClaimOutcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(lease) => formatter.debug_tuple("Run").field(lease).finish(),
            Self::Finished(result) => formatter.debug_tuple("Finished").field(&Hidden(result)).finish(),
            Self::InFlight { retry_in } => formatter.debug_struct("InFlight").field("retry_in", retry_in).finish(),
            Self::Interrupted { runs } => formatter.debug_struct("Interrupted").field("runs", runs).finish(),
            Self::Mismatch => formatter.write_str("Mismatch"),
        }
    }
}
