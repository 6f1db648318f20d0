//! Place at which a purge goes on.

use core::sync::atomic::{AtomicU64, Ordering};

/// Page at which the next purge begins, shared by the clones of a store.
///
/// Relaxed: two purges at once may walk through the same pages, of which each removes what the other one has not locked.
#[derive(Debug, Default)]
pub(super) struct NextPage(AtomicU64);

impl NextPage {
    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn set(&self, page: u64) {
        self.0.store(page, Ordering::Relaxed);
    }
}
