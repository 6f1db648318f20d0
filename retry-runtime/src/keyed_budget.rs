//! One budget for each key: for each user, tenant or host.

use core::borrow::Borrow;
use core::fmt;
use core::hash::{BuildHasher, Hash};
use std::borrow::ToOwned;
use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use retry_core::validate::{self, accept};

use crate::{Budget, PolicyError};

/// One [`Budget`] for each key: so that the retries of one user, tenant or host use up nobody else's.
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
/// It holds at most [`keys`](Self::keys) keys, 10,000 unless you say otherwise, in sixteen parts, each behind a lock of
/// its own that is held for one look-up. Where a part is full, keys are dropped that no call has used since that
/// happened last; a key that comes again begins anew. Where all are in use, further keys share one budget until there
/// is room: their retries are fewer then, never more, and no call is refused.
///
/// A key that is there already costs no allocation; a new one costs one. A key seldom keeps its hash to itself: keys of
/// users may be chosen by attackers, so the table is hashed with a seed of its own.
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
    /// Whether a call has used it since keys were dropped last.
    is_used: bool,
}

const PARTS: usize = 16;
const KEYS: usize = 10_000;

impl<K> KeyedBudget<K> {
    /// A budget like this one for each of up to 10,000 keys.
    pub const fn new(budget: Budget) -> Self {
        Self { template: budget, keys: KEYS, table: OnceLock::new() }
    }

    /// The same, for so many keys at once: 16 to 10,000,000, rounded up to a multiple of 16. A key takes about 250 bytes,
    /// beside its own.
    ///
    /// # Panics
    ///
    /// Outside 16 to 10,000,000; in a constant the compiler says so.
    #[must_use]
    #[track_caller]
    pub const fn keys(mut self, keys: usize) -> Self {
        accept(validate::keys(keys));
        self.keys = keys;
        self
    }
}

impl<K> KeyedBudget<K> {
    /// [`keys`](Self::keys), from configuration.
    ///
    /// # Errors
    ///
    /// Outside 16 to 10,000,000, in the compiler's words.
    pub fn try_keys(self, keys: usize) -> Result<Self, PolicyError> {
        validate::keys(keys)?;
        Ok(self.keys(keys))
    }
}

impl<K: Hash + Eq + Clone> KeyedBudget<K> {
    /// The budget of this key.
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
        let most = self.keys.div_ceil(PARTS);
        if part.len() >= most {
            make_room(&mut part);
        }
        if part.len() >= most {
            return table.shared.clone();
        }
        let budget = Arc::new(self.template.fresh());
        part.insert(key.to_owned(), Entry { budget: budget.clone(), is_used: true });
        budget
    }

    /// How many keys it holds.
    pub fn len(&self) -> usize {
        self.table.get().map_or(0, |table| table.parts.iter().map(|part| lock(part).len()).sum())
    }

    /// Whether it holds no key.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Drops the keys that no call has used since this was done last, and that no call holds now.
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
        let at = (self.hasher.hash_one(key) % PARTS as u64) as usize;
        lock(&self.parts[at])
    }
}

/// A map of budgets is whole after a panic too: that of a key's own `Eq` or `Hash` leaves at most that key out.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<K> fmt::Debug for KeyedBudget<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("KeyedBudget").field("keys", &self.keys).finish_non_exhaustive()
    }
}
