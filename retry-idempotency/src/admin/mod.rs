//! Operators' interface to a store: list, read, resolve, evict, purge, diagnose.
//!
//! [`Admin`] is the trait, [`purge_all`] and `keep_purged` remove expired keys. The command `retry-keys` is built on it.

mod check;
mod listing;
mod purge;
mod purged_part;
mod resolve;

#[cfg(any(feature = "postgres", feature = "redis"))]
pub(crate) use self::check::clock;
#[cfg(any(feature = "postgres", feature = "redis", feature = "sqlite"))]
pub(crate) use self::check::marker;
pub use self::check::{Check, CheckState};
pub use self::listing::{Cursor, Filter, KeyDetails, KeyEntry, KeyPage, KeyState};
#[cfg(feature = "tokio")]
pub use self::purge::keep_purged;
pub use self::purge::purge_all;
pub use self::purged_part::PurgedPart;
pub use self::resolve::{Resolution, ResolveOutcome};
use crate::protocol::{Id, Store, StoreFuture};

/// Operators' interface to the keys of a store. Calls do not need it.
pub trait Admin: Store {
    /// Lists the keys that match the filter.
    ///
    /// Returns at most `limit` keys from where the last page ended, each key once. It reads no results and no steps.
    ///
    /// A page may hold fewer keys, or none, without being the last one: continue while there is a
    /// [`next`](KeyPage::next).
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot answer.
    fn list<'a>(&'a self, filter: Filter<'a>, after: Option<&'a Cursor>, limit: usize) -> StoreFuture<'a, KeyPage>;

    /// Reads a key with its result and its steps.
    ///
    /// Returns `None` if it does not exist.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot answer.
    fn read<'a>(&'a self, id: Id<'a>) -> StoreFuture<'a, Option<KeyDetails>>;

    /// Resolves a key that was left open: finishes it with a result, or removes it.
    ///
    /// A holder that is still alive loses it.
    ///
    /// A key within its lease is left alone unless `force` is true. With `force` the result of a finished key is
    /// replaced too, if an operator has resolved it ([`HolderId::is_operator`](crate::protocol::HolderId::is_operator)); a result of
    /// a run is always left alone.
    ///
    /// Sent again after a lost answer, it finds its own work: [`Finished`](ResolveOutcome::Finished), or
    /// [`Unknown`](ResolveOutcome::Unknown) if nothing had happened.
    ///
    /// # Errors
    ///
    /// Returns an error if the time to keep the result is out of bounds, or if the store cannot answer.
    fn resolve<'a>(&'a self, id: Id<'a>, resolution: Resolution<'a>, force: bool) -> StoreFuture<'a, ResolveOutcome>;

    /// Removes a key, open or finished, and returns true if it existed.
    ///
    /// Its next use is a first one. A holder loses it.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot answer.
    fn evict<'a>(&'a self, id: Id<'a>) -> StoreFuture<'a, bool>;

    /// Removes expired keys, and returns their number.
    ///
    /// Removes at most `limit` of them. Open keys never expire. A store whose keys are not in the order of their ends may search
    /// a bounded part of them per call, and go on from there with the next one. [`purge_all`] searches all.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot answer.
    fn purge(&self, limit: usize) -> StoreFuture<'_, usize>;

    /// Removes expired keys of one part of the store.
    ///
    /// [`purge_all`] calls it part after part. It removes at most `limit` of them. The first part begins at 0, and each other one at the [`next`](PurgedPart::next) of the
    /// one before. The default purges until fewer than `limit` keys are removed. Override it together with a [`purge`](Self::purge)
    /// that does not search all keys.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot answer.
    fn purge_part(&self, limit: usize, at: u64) -> StoreFuture<'_, PurgedPart> {
        Box::pin(async move {
            let removed = self.purge(limit).await?;
            Ok(PurgedPart::new(removed, (removed >= limit).then_some(at)))
        })
    }

    /// Checks the store for what loses its keys.
    ///
    /// It checks settings of the server or the file, the table, the marker and the clock, and changes nothing. A service can call it at its start, and refuse to run if there is a
    /// [`Fault`](CheckState::Fault). `retry-keys doctor` prints it. The default checks nothing.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot answer.
    fn diagnose(&self) -> StoreFuture<'_, Vec<Check>> {
        Box::pin(core::future::ready(Ok(Vec::new())))
    }

    /// Acknowledges that the store has all the keys that it should have.
    ///
    /// It ends [`StoreError::Forgot`](crate::StoreError::Forgot): keys that were lost run again. The default does nothing, for
    /// stores without a marker.
    ///
    /// # Errors
    ///
    /// Returns an error if the store cannot answer.
    fn acknowledge(&self) -> StoreFuture<'_, ()> {
        Box::pin(core::future::ready(Ok(())))
    }
}
