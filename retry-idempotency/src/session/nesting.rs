//! Keys that are held by the bodies around the running code.
//!
//! A use of such a key waits for itself.

use core::cell::RefCell;

use crate::protocol::Id;
use crate::session::claim::Claim;

thread_local! {
    /// Claims of the bodies around, the innermost last.
    static AROUND: RefCell<Vec<Claim>> = const { RefCell::new(Vec::new()) };
}

/// Returns the token of the body around that holds `id`, if there is one.
pub(crate) fn token_around(id: Id<'_>) -> Option<u64> {
    let find = |around: &RefCell<Vec<Claim>>| {
        around.borrow().iter().rev().find(|claim| claim.id() == id && !claim.is_completed()).map(Claim::token)
    };
    AROUND.try_with(find).unwrap_or_default()
}

/// Presence inside a claim, until it is dropped, also by a panic.
pub(crate) struct Inside;

impl Inside {
    /// Enters a claim for the code that this thread runs next.
    pub(crate) fn enter(claim: &Claim) -> Self {
        let _ = AROUND.try_with(|around| around.borrow_mut().push(claim.clone()));
        Self
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        // The claim is dropped outside the borrow.
        let _claim = AROUND.try_with(|around| around.borrow_mut().pop());
    }
}
