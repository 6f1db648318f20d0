//! What every store does: two atomic steps.

use core::pin::Pin;
use std::boxed::Box;

use crate::idempotency::{Ask, Change, Claimed, Held, Kept, StoreError};

/// What a store will answer. Boxed, so that a store can be a trait object.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Remembers keys: two atomic steps, each decided under the store's own clock, each safe to send again by its owner.
///
/// It is object safe: share one as `Arc<dyn Store>`.
///
/// # Cancel safety
///
/// A step whose answer is not awaited to its end may have been taken or not. Send it again, with the same owner, or let
/// the lease end.
pub trait Store: Send + Sync {
    /// Asks for a key.
    ///
    /// | the key is | answer |
    /// |---|---|
    /// | unknown, or finished and its time to be kept is over | [`Run`](Claimed::Run), the first one |
    /// | open, held by this very owner, within the lease | the same `Run`, as often as it asks; the lease is that of the first |
    /// | another effect's, by the fingerprint | [`Mismatch`](Claimed::Mismatch), open or finished |
    /// | finished | [`Finished`](Claimed::Finished) |
    /// | open, within the lease | [`InFlight`](Claimed::InFlight) |
    /// | open, and the lease is over | by [`Takeover`](crate::idempotency::Takeover): [`Interrupted`](Claimed::Interrupted), or a further `Run` |
    ///
    /// With [`Reopen`](crate::idempotency::Takeover::Reopen) fingerprints are not compared, and a finished key runs.
    ///
    /// # Errors
    ///
    /// Where the store cannot answer. Whether the claim was noted is then unknown: claim again with the same owner.
    fn claim<'a>(&'a self, ask: &'a Ask<'a>) -> Answer<'a, Claimed>;

    /// Changes a key that is held: only where its owner is still this one, however long the lease is over.
    ///
    /// [`Finish`](Change::Finish) is answered [`Kept::Yes`] again where it is sent again. The others are for an open key
    /// only; a [`Forget`](Change::Forget) that is sent again finds none, and is answered [`Kept::Lost`].
    ///
    /// # Errors
    ///
    /// Where the store cannot answer. Whether the change was made is then unknown: send it again.
    fn change<'a>(&'a self, held: &'a Held, change: Change<'a>) -> Answer<'a, Kept>;
}

/// A store that is borrowed.
impl<S: Store + ?Sized> Store for &S {
    fn claim<'a>(&'a self, ask: &'a Ask<'a>) -> Answer<'a, Claimed> {
        (**self).claim(ask)
    }

    fn change<'a>(&'a self, held: &'a Held, change: Change<'a>) -> Answer<'a, Kept> {
        (**self).change(held, change)
    }
}
