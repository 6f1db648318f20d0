//! Stores that can be asked without a runtime.

use crate::idempotency::{Ask, Change, Claimed, Held, Kept, Store, StoreError};

/// A store that answers without an async runtime: [`MemoryStore`](crate::idempotency::MemoryStore) at once, SQLite from a
/// thread of its own.
pub trait BlockingStore: Store {
    /// [`Store::claim`], waited for on this thread.
    ///
    /// # Errors
    ///
    /// As there.
    fn claim_blocking(&self, ask: &Ask<'_>) -> Result<Claimed, StoreError>;

    /// [`Store::change`], waited for on this thread.
    ///
    /// # Errors
    ///
    /// As there.
    fn change_blocking(&self, held: &Held, change: Change<'_>) -> Result<Kept, StoreError>;
}

/// A store that is borrowed.
impl<S: BlockingStore + ?Sized> BlockingStore for &S {
    fn claim_blocking(&self, ask: &Ask<'_>) -> Result<Claimed, StoreError> {
        (**self).claim_blocking(ask)
    }

    fn change_blocking(&self, held: &Held, change: Change<'_>) -> Result<Kept, StoreError> {
        (**self).change_blocking(held, change)
    }
}
