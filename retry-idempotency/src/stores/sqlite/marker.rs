//! Marker of a file: it exists as long as the file has kept its keys.

use core::cell::RefCell;

/// Marker that a store has seen.
///
/// It is the row without a scope and a key, which is inserted when the tables are created. Its owner is random, so tables that
/// were created again have another one, and tables that were emptied have none.
#[derive(Default)]
pub(super) struct SeenMarker(RefCell<Option<Marker>>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Marker {
    pub(super) id: [u8; 16],
    /// Microseconds at which a loss was last acknowledged; 0 for never.
    pub(super) acknowledged: u64,
    /// Microseconds at which it was read.
    pub(super) now: u64,
}

impl SeenMarker {
    pub(super) fn set(&self, marker: Option<Marker>) {
        *self.0.borrow_mut() = marker;
    }

    /// Returns true if the store may go on with a file of this marker.
    ///
    /// It may if the tables are still the same, or if the loss was acknowledged since the store has seen the marker.
    pub(super) fn accepts(&self, found: Option<Marker>) -> bool {
        let Some(found) = found else { return false };
        let mut seen = self.0.borrow_mut();
        let is_same = seen.as_ref().is_some_and(|seen| seen.id == found.id);
        let is_acknowledged = found.acknowledged > seen.as_ref().map_or(0, |seen| seen.now);
        if is_acknowledged && !is_same {
            *seen = Some(found);
        }
        is_same || is_acknowledged
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_tables_are_accepted_only_if_they_were_acknowledged_since() {
        let marker = |id, acknowledged, now| Some(Marker { id: [id; 16], acknowledged, now });
        let seen = SeenMarker::default();
        seen.set(marker(1, 0, 100));
        assert!(seen.accepts(marker(1, 0, 200)));
        assert!(!seen.accepts(None), "they were emptied");
        assert!(!seen.accepts(marker(2, 50, 200)), "they were acknowledged before this store was opened");
        assert!(seen.accepts(marker(2, 150, 200)));
        assert!(!seen.accepts(marker(3, 150, 300)), "an acknowledgement counts for one loss");
    }
}
