//! Answer of a store that purges part after part.

/// Part of a purge of the whole store.
///
/// Returned by [`Admin::purge_part`](crate::Admin::purge_part).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PurgedPart {
    /// Keys that were removed.
    pub removed: usize,
    /// Position at which the next part begins; `None` if this one was the last.
    pub next: Option<u64>,
}

impl PurgedPart {
    /// Creates the answer of a store.
    #[must_use]
    pub const fn new(removed: usize, next: Option<u64>) -> Self {
        Self { removed, next }
    }
}
