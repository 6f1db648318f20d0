//! Bound on the sessions of this process that wait for one key.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::protocol::Id;
use crate::protocol::id::OwnedId;
use crate::session::error::OnceError;

/// Most sessions that wait for one key; each polls the store.
pub(crate) const MAX_WAITERS: u32 = 1024;

static WAITING: Mutex<BTreeMap<OwnedId, u32>> = Mutex::new(BTreeMap::new());

/// Session that waits for a key, until it is dropped.
pub(crate) struct Waiter(OwnedId);

fn waiting() -> MutexGuard<'static, BTreeMap<OwnedId, u32>> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Waiter {
    pub(crate) fn join(id: Id<'_>) -> Result<Self, OnceError> {
        let id = OwnedId::from(id);
        let mut waiting = waiting();
        let number = waiting.entry(id.clone()).or_default();
        if *number >= MAX_WAITERS {
            return Err(OnceError::TooManyWaiters { max: MAX_WAITERS });
        }
        *number += 1;
        Ok(Self(id))
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        let mut waiting = waiting();
        match waiting.get_mut(&self.0) {
            Some(number) if *number > 1 => *number -= 1,
            _ => {
                waiting.remove(&self.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiters_are_bounded_per_key() {
        let id = Id::new("waiters", "one").unwrap();
        let all: Vec<_> = (0..MAX_WAITERS).map(|_| Waiter::join(id).unwrap()).collect();
        assert!(matches!(Waiter::join(id), Err(OnceError::TooManyWaiters { max: MAX_WAITERS })));
        assert!(Waiter::join(Id::new("waiters", "two").unwrap()).is_ok(), "each key has its own bound");
        drop(all);
        assert!(Waiter::join(id).is_ok());
        assert!(!waiting().contains_key(&OwnedId::from(id)), "nothing is left behind");
    }
}
