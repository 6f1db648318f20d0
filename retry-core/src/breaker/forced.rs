//! Forced states, for operators and tests.

use crate::breaker::Breaker;
use crate::breaker::permit::{State, StateChange};
use crate::breaker::state_word::StateWord;

impl Breaker {
    /// Rejects every attempt until [`clear_forced`](Self::clear_forced).
    ///
    /// Returns the change, or `None` if it was forced open before.
    pub fn force_open(&self) -> Option<StateChange> {
        self.force(|word| (word.state() != State::ForcedOpen).then(|| word.forced(true)))
    }

    /// Permits every attempt and counts none.
    ///
    /// It lasts until [`clear_forced`](Self::clear_forced). Returns the change, or `None` if it was forced closed
    /// before.
    pub fn force_closed(&self) -> Option<StateChange> {
        self.force(|word| (word.state() != State::ForcedClosed).then(|| word.forced(false)))
    }

    /// Ends a forced state: the breaker is then closed, with an empty window.
    ///
    /// Has no effect if no state was forced.
    pub fn clear_forced(&self) -> Option<StateChange> {
        self.force(|word| matches!(word.state(), State::ForcedOpen | State::ForcedClosed).then(|| word.closed()))
    }

    fn force(&self, next: impl Fn(StateWord) -> Option<StateWord>) -> Option<StateChange> {
        let mut word = self.word();
        loop {
            let next = next(word)?;
            match self.swap(word, next) {
                Ok(_) => return self.notify(Some(StateChange::new(word.state(), next.state()))),
                Err(actual) => word = actual,
            }
        }
    }
}
