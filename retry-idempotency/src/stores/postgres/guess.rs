//! Guess of whether the key of the next claim is new.

use core::sync::atomic::{AtomicU8, Ordering};

/// Greatest count of [`Guess`].
const MAX: u8 = 3;

/// Guess of whether the key of the next claim is new, from the last ones.
///
/// A claim inserts a row, or reads the one that is there. What it does first saves a round trip if the guess is right. Both ways have
/// the same answer. One key of another kind among many does not change the guess.
#[derive(Debug, Default)]
pub(super) struct Guess {
    /// Counts up for a key that was there, down for a new one.
    ///
    /// Relaxed: a lost count makes a guess worse and nothing wrong.
    seen: AtomicU8,
}

impl Guess {
    /// Returns true if the key is probably there already.
    pub(super) fn is_seen(&self) -> bool {
        self.seen.load(Ordering::Relaxed) > MAX / 2
    }

    /// Notes if a key was there.
    pub(super) fn note(&self, was_seen: bool) {
        let seen = self.seen.load(Ordering::Relaxed);
        let next = if was_seen { (seen + 1).min(MAX) } else { seen.saturating_sub(1) };
        // Not written without a change, because all claims share it.
        if next != seen {
            self.seen.store(next, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_of_another_kind_changes_no_guess() {
        let guess = Guess::default();
        assert!(!guess.is_seen(), "the first key is new");
        for was_seen in [true, false, true, true, true, true] {
            guess.note(was_seen);
        }
        assert!(guess.is_seen());
        guess.note(false);
        assert!(guess.is_seen());
        guess.note(false);
        assert!(!guess.is_seen());
    }
}
