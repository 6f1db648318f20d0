//! One budget per key, for example per user, tenant or host.

use core::borrow::Borrow;
use core::fmt;
use core::hash::{BuildHasher, Hash};
use std::borrow::ToOwned;
use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use retry_core::validate::{self, accept};

use crate::{Budget, PolicyError};

/// One [`Budget`] per key, for example per user, tenant or host.
///
/// The retries of one key do not use up another's.
///
/// Put it in a `static`, and name a key in the attribute: `budget = PER_USER.get(&user.id)`.
///
/// ```
/// use retry_runtime::{Budget, KeyedBudget, retry};
///
/// static PER_USER: KeyedBudget<u64> = KeyedBudget::new(Budget::credit());
///
/// #[retry(retry_on = transient, backoff = none, budget = PER_USER.get(&user))]
/// fn load(user: u64, tried: &mut u32) -> Result<(), std::io::Error> {
///     *tried += 1;
///     Err(std::io::ErrorKind::TimedOut.into())
/// }
///
/// let mut tried = 0;
/// for _ in 0..9 {
///     let _ = load(7, &mut tried);
/// }
/// assert_eq!(tried, 9 + 3, "three retries");
/// let _ = load(8, &mut tried);
/// assert_eq!(tried, 9 + 3 + 3, "another user has three of their own");
/// ```
///
/// # Memory
///
/// It holds at most [`keys`](Self::keys) keys, 10,000 by default, in sixteen parts. Each part has a lock, which is held for one
/// lookup. When a part is full, it drops the keys that no call has used since the last time; such a key starts with a fresh
/// budget if it comes back. If all keys are in use, further keys share one budget until there is room. They then have fewer
/// retries, never more, and no call is rejected.
///
/// A lookup of a known key does not allocate; a new key allocates once. The hash is seeded randomly, because attackers may
/// choose the keys of users.
pub struct KeyedBudget<K> {
    template: Budget,
    keys: usize,
    table: OnceLock<Table<K>>,
}

struct Table<K> {
    hasher: RandomState,
    parts: [Mutex<HashMap<K, Entry>>; PARTS],
    shared: Arc<Budget>,
}

struct Entry {
    budget: Arc<Budget>,
    /// True if a call has used the budget since keys were last dropped.
    is_used: bool,
}

const PARTS: usize = 16;
const DEFAULT_KEYS: usize = 10_000;

impl<K> KeyedBudget<K> {
    /// Creates a set of budgets like `budget`, for up to 10,000 keys.
    pub const fn new(budget: Budget) -> Self {
        Self { template: budget, keys: DEFAULT_KEYS, table: OnceLock::new() }
    }

    /// Sets the maximum number of keys: 16 to 10,000,000.
    ///
    /// It is rounded up to a multiple of 16.
    ///
    /// An entry takes about 250 bytes in addition to its key.
    ///
    /// # Panics
    ///
    /// If `keys` is outside 16 to 10,000,000. In a constant this is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn keys(mut self, keys: usize) -> Self {
        accept(validate::keys(keys));
        self.keys = keys;
        self
    }
}

impl<K> KeyedBudget<K> {
    /// Sets the maximum number of [`keys`](Self::keys), from configuration.
    ///
    /// # Errors
    ///
    /// If `keys` is outside 16 to 10,000,000. The message is the one of the compile error.
    pub fn try_keys(self, keys: usize) -> Result<Self, PolicyError> {
        validate::keys(keys)?;
        Ok(self.keys(keys))
    }
}

impl<K: Hash + Eq + Clone> KeyedBudget<K> {
    /// Returns the budget of `key`, and creates it if there is none.
    pub fn get<Q: Hash + Eq + ToOwned<Owned = K> + ?Sized>(&self, key: &Q) -> Arc<Budget>
    where
        K: Borrow<Q>,
    {
        let table = self.table.get_or_init(|| Table::new(&self.template));
        let mut part = table.part(key);
        if let Some(entry) = part.get_mut(key) {
            entry.is_used = true;
            return entry.budget.clone();
        }
        let max_keys = self.keys.div_ceil(PARTS);
        if part.len() >= max_keys {
            make_room(&mut part);
        }
        if part.len() >= max_keys {
            return table.shared.clone();
        }
        let budget = Arc::new(self.template.fresh());
        part.insert(key.to_owned(), Entry { budget: budget.clone(), is_used: true });
        budget
    }

    /// Returns the number of keys.
    pub fn len(&self) -> usize {
        self.table.get().map_or(0, |table| table.parts.iter().map(|part| lock(part).len()).sum())
    }

    /// Returns whether there are no keys.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Drops the keys that no call holds, and that none has used lately.
fn make_room<K>(part: &mut HashMap<K, Entry>) {
    part.retain(|_, entry| {
        let keep = entry.is_used || Arc::strong_count(&entry.budget) > 1;
        entry.is_used = false;
        keep
    });
}

impl<K> Table<K> {
    fn new(template: &Budget) -> Self {
        let parts = core::array::from_fn(|_| Mutex::new(HashMap::new()));
        Self { hasher: RandomState::new(), parts, shared: Arc::new(template.fresh()) }
    }

    fn part<Q: Hash + ?Sized>(&self, key: &Q) -> MutexGuard<'_, HashMap<K, Entry>> {
        #[allow(clippy::cast_possible_truncation)] // below the number of parts
        let index = (self.hasher.hash_one(key) % PARTS as u64) as usize;
        lock(&self.parts[index])
    }
}

/// Locks a map, also after a panic.
///
/// A panic in a key's `Eq` or `Hash` leaves the map intact, except for that key.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<K> fmt::Debug for KeyedBudget<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("KeyedBudget").field("keys", &self.keys).finish_non_exhaustive()
    }
}
