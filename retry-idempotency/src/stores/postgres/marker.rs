//! Marker of a table: it exists as long as the table has kept its rows.

use std::sync::{Mutex, PoisonError};

use tokio_postgres::Row;

use crate::protocol::StoreError;
use crate::stores::postgres::claim_row::get;

/// Marker that a store has seen, shared by its clones.
///
/// It is the row without a scope and a key, which [`SCHEMA`](super::SCHEMA) inserts when it creates the table. Its owner is random, so
/// a table that was created again has another one, and a table that was emptied has none.
#[derive(Default)]
pub(super) struct SeenMarker(Mutex<Option<Marker>>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Marker {
    id: Vec<u8>,
    /// Microseconds of the server at which a loss was last acknowledged; 0 for never.
    acknowledged: i64,
    /// Microseconds of the server when it was read.
    now: i64,
}

impl Marker {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self { id: get(row, 0)?, acknowledged: get(row, 1)?, now: get(row, 2)? })
    }

    /// Returns the microseconds of the server when it was read.
    pub(super) fn now(&self) -> u64 {
        self.now.try_into().unwrap_or(0)
    }
}

impl SeenMarker {
    /// Returns the identity that a claim requires; none is never there.
    pub(super) fn id(&self) -> Option<Vec<u8>> {
        self.with(|seen| seen.as_ref().map(|marker| marker.id.clone()))
    }

    pub(super) fn set(&self, marker: Option<Marker>) {
        self.with(|seen| *seen = marker);
    }

    /// Returns true if the store may go on with a table of this marker.
    ///
    /// It may if the table is still the same, or if the loss was acknowledged since the store has seen the table.
    pub(super) fn accepts(&self, found: Option<Marker>) -> bool {
        self.with(|seen| {
            let Some(found) = found else { return false };
            let is_same = seen.as_ref().is_some_and(|seen| seen.id == found.id);
            let is_acknowledged = found.acknowledged > seen.as_ref().map_or(0, |seen| seen.now);
            if is_acknowledged && !is_same {
                *seen = Some(found);
            }
            is_same || is_acknowledged
        })
    }

    fn with<T>(&self, change: impl FnOnce(&mut Option<Marker>) -> T) -> T {
        // Consistent after a panic: it is replaced as a whole.
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marker(id: u8, acknowledged: i64, now: i64) -> Marker {
        Marker { id: vec![id; 16], acknowledged, now }
    }

    #[test]
    fn another_table_is_accepted_only_if_it_was_acknowledged_since() {
        let seen = SeenMarker::default();
        seen.set(Some(marker(1, 0, 100)));
        assert!(seen.accepts(Some(marker(1, 0, 200))));
        assert!(!seen.accepts(None), "it was emptied");
        assert!(!seen.accepts(Some(marker(2, 0, 200))), "it was created again");
        assert!(!seen.accepts(Some(marker(2, 50, 200))), "it was acknowledged before this store was opened");
        assert_eq!(seen.id(), Some(vec![1; 16]));
        assert!(seen.accepts(Some(marker(2, 150, 200))));
        assert_eq!(seen.id(), Some(vec![2; 16]));
        assert!(!seen.accepts(Some(marker(3, 150, 300))), "an acknowledgement counts for one loss");
    }
}
