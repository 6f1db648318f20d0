//! How many wait for one key in this process.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::idempotency::Id;
use crate::idempotency::id::OwnedId;
use crate::idempotency::once::Refused;

/// The most that wait for one key: each asks the store again and again.
pub(crate) const MOST: u32 = 1024;

static WAITING: Mutex<BTreeMap<OwnedId, u32>> = Mutex::new(BTreeMap::new());

/// One that waits; away when it is dropped.
pub(crate) struct Waiter(OwnedId);

fn waiting() -> MutexGuard<'static, BTreeMap<OwnedId, u32>> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Waiter {
    pub(crate) fn join(id: Id<'_>) -> Result<Self, Refused> {
        let id = OwnedId::from(id);
        let mut waiting = waiting();
        let number = waiting.entry(id.clone()).or_default();
        if *number >= MOST {
            return Err(Refused::TooManyWaiters { most: MOST });
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
    use std::vec::Vec;

    #[test]
    fn so_many_wait_and_no_more() {
        let id = Id::new("waiters", "one").unwrap();
        let all: Vec<_> = (0..MOST).map(|_| Waiter::join(id).unwrap()).collect();
        assert!(matches!(Waiter::join(id), Err(Refused::TooManyWaiters { most: MOST })));
        assert!(Waiter::join(Id::new("waiters", "two").unwrap()).is_ok(), "each key has its own");
        drop(all);
        assert!(Waiter::join(id).is_ok());
        assert!(!waiting().contains_key(&OwnedId::from(id)), "nothing is left behind");
    }
}
