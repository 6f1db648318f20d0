//! One budget, circuit breaker or limit per key, for example per host.

#[cfg(feature = "testing")]
mod scoped;

use core::borrow::Borrow;
use core::fmt;
use core::hash::{BuildHasher, Hash};
use std::borrow::ToOwned;
use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use retry_core::validate::{self, accept};

use crate::calls::Fresh;
use crate::calls::env::clock;
#[cfg(feature = "testing")]
use crate::per_key::scoped::PerScope;
use crate::{Breaker, Budget, Concurrency, Pace, PolicyError, RateLimit};

/// One [`Budget`] per key, for example per user, tenant or host.
///
/// The retries of one key do not use up another's.
///
/// Put it in a `static`, and name a key in the attribute: `budget = PER_USER.get(&user.id)`. See [`Keyed`] for its memory.
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
pub type KeyedBudget<K> = Keyed<K, Budget>;

/// One [`Breaker`] per key, for example per host or node.
///
/// The failures of one key do not stop calls to another.
///
/// Put it in a `static` or in a client, and name a key in the attribute: `breaker = PER_HOST.get(host)`. See [`Keyed`] for
/// its memory. [`Breaker::state`] of `PER_HOST.get(host)` returns the state of one key; the report and the page show none.
///
/// ```
/// use retry_runtime::breaker::State;
/// use retry_runtime::{Breaker, KeyedBreaker, retry};
///
/// static PER_HOST: KeyedBreaker<String> = KeyedBreaker::new(Breaker::new().window_calls(4).minimum_calls(2));
///
/// #[retry(retry_on = transient, backoff = none, breaker = PER_HOST.get(host))]
/// fn load(host: &str) -> Result<(), std::io::Error> {
///     Err(std::io::ErrorKind::TimedOut.into())
/// }
///
/// let _ = load("a.example");
/// assert_eq!(PER_HOST.get("a.example").state(), State::Open);
/// assert_eq!(PER_HOST.get("b.example").state(), State::Closed);
/// ```
pub type KeyedBreaker<K> = Keyed<K, Breaker>;

/// One [`RateLimit`] per key, for example per host or tenant.
///
/// The attempts of one key do not delay another's.
///
/// Put it in a `static` or in a client, and name a key in the attribute: `rate_limit = PER_TENANT.get(&tenant)`. See
/// [`Keyed`] for its memory.
///
/// ```
/// use retry_runtime::{KeyedRateLimit, RateLimit, retry};
///
/// static PER_TENANT: KeyedRateLimit<u64> = KeyedRateLimit::new(RateLimit::per_minute(60).burst(1).refusing());
///
/// #[retry(retry_on = transient, rate_limit = PER_TENANT.get(&tenant))]
/// fn load(tenant: u64) -> Result<(), std::io::Error> {
///     Ok(())
/// }
///
/// assert!(load(7).is_ok());
/// assert!(load(7).is_err(), "one per second");
/// assert!(load(8).is_ok());
/// ```
pub type KeyedRateLimit<K> = Keyed<K, RateLimit>;

/// One [`Pace`] per key, for example per account or API key.
///
/// Each has a quota of its own. Throttling of one key does not hold another's calls.
///
/// Put it in a `static` or in a client, and name a key in the attribute: `pace = ACCOUNTS.get(account)`. See [`Keyed`] for
/// its memory; a key that is held is not dropped.
///
/// ```
/// use retry_runtime::{KeyedPace, Pace, retry};
///
/// static ACCOUNTS: KeyedPace<String> = KeyedPace::new(Pace::new());
///
/// #[retry(retry_on = transient, pace = ACCOUNTS.get(account))]
/// fn complete(account: &str) -> Result<(), std::io::Error> {
///     Ok(())
/// }
///
/// assert!(complete("a").is_ok());
/// ```
pub type KeyedPace<K> = Keyed<K, Pace>;

/// One [`Concurrency`] per key, for example per host or tenant.
///
/// The attempts of one key do not take the places of another's.
///
/// Put it in a `static` or in a client, and name a key in the attribute: `concurrency = PER_HOST.get(host)`. See [`Keyed`]
/// for its memory.
///
/// ```
/// use retry_runtime::{Concurrency, KeyedConcurrency, retry};
///
/// static PER_HOST: KeyedConcurrency<String> = KeyedConcurrency::new(Concurrency::new(8));
///
/// #[retry(retry_on = transient, concurrency = PER_HOST.get(host))]
/// fn load(host: &str) -> Result<(), std::io::Error> {
///     assert_eq!(PER_HOST.get(host).in_use(), 1);
///     Ok(())
/// }
///
/// assert!(load("a.example").is_ok());
/// ```
pub type KeyedConcurrency<K> = Keyed<K, Concurrency>;

/// One value per key.
///
/// See [`KeyedBudget`], [`KeyedBreaker`], [`KeyedRateLimit`], [`KeyedPace`] and [`KeyedConcurrency`].
///
/// # Memory
///
/// It holds at most [`keys`](Self::keys) keys, 10,000 by default, in sixteen parts. Each part has a lock, which is held for one
/// lookup. When a part is full, it drops the keys that no call has used since the last time; such a key starts with a fresh
/// value if it comes back. If calls hold all keys, or have used all since the last time, a further key shares one value with
/// others until there is room. With a budget they then have fewer retries, never more, and no call is rejected; with any other
/// limit, failures or attempts of one of them count for all of them.
/// Set [`keys`](Self::keys) above the number of keys that are active at a time.
///
/// A lookup of a known key does not allocate; a new key allocates once. The hash is seeded randomly, because attackers may
/// choose the keys of users.
pub struct Keyed<K, T> {
    template: T,
    keys: usize,
    table: OnceLock<Table<K, T>>,
    #[cfg(feature = "testing")]
    scoped: PerScope<Table<K, T>>,
}

/// Value of which each key has its own.
///
/// It is implemented for [`Budget`], [`Breaker`], [`RateLimit`], [`Pace`] and [`Concurrency`].
pub trait PerKey: Fresh {
    /// Returns whether a fresh value may replace this one, which no call holds.
    #[doc(hidden)]
    fn is_replaceable(&self) -> bool {
        true
    }
}

impl PerKey for Budget {}

impl PerKey for Breaker {}

impl PerKey for RateLimit {}

impl PerKey for Pace {
    fn is_replaceable(&self) -> bool {
        self.is_at_rest(clock::now())
    }
}

impl PerKey for Concurrency {}

struct Table<K, T> {
    hasher: RandomState,
    parts: [Mutex<HashMap<K, Entry<T>>>; PARTS],
    shared: Arc<T>,
}

struct Entry<T> {
    value: Arc<T>,
    /// True if a call has used the value since keys were last dropped.
    is_used: bool,
}

const PARTS: usize = 16;
const DEFAULT_KEYS: usize = 10_000;

impl<K, T> Keyed<K, T> {
    /// Creates a set of values like `template`, for up to 10,000 keys.
    pub const fn new(template: T) -> Self {
        Self {
            template,
            keys: DEFAULT_KEYS,
            table: OnceLock::new(),
            #[cfg(feature = "testing")]
            scoped: PerScope::new(),
        }
    }

    /// Sets the maximum number of keys: 16 to 10,000,000.
    ///
    /// It is rounded up to a multiple of 16.
    ///
    /// An entry takes about 250 bytes in addition to its key with a budget, and about 850 with a breaker.
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

impl<K, T> Keyed<K, T> {
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

impl<K: Hash + Eq + Clone, T: PerKey> Keyed<K, T> {
    /// Returns the value of `key`, and creates it if there is none.
    ///
    /// Inside the scope of a test (feature `testing`) it is the scope's own.
    pub fn get<Q: Hash + Eq + ToOwned<Owned = K> + ?Sized>(&self, key: &Q) -> Arc<T>
    where
        K: Borrow<Q>,
    {
        self.with_table(|table| table.get(key, &self.template, self.keys.div_ceil(PARTS)))
    }
}

impl<K, T: PerKey> Keyed<K, T> {
    /// Returns the number of keys.
    pub fn len(&self) -> usize {
        self.with_table(|table| table.parts.iter().map(|part| lock(part).len()).sum())
    }

    /// Returns whether there are no keys.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn with_table<R>(&self, access: impl FnOnce(&Table<K, T>) -> R) -> R {
        #[cfg(feature = "testing")]
        if let Some(table) = self.scoped.get_or_make(|| Table::new(&self.template)) {
            return access(&table);
        }
        access(self.table.get_or_init(|| Table::new(&self.template)))
    }
}

/// Drops the keys that no call holds, and that none has used lately.
fn make_room<K, T: PerKey>(part: &mut HashMap<K, Entry<T>>) {
    part.retain(|_, entry| {
        let keep = entry.is_used || Arc::strong_count(&entry.value) > 1 || !entry.value.is_replaceable();
        entry.is_used = false;
        keep
    });
}

impl<K, T: PerKey> Table<K, T> {
    fn new(template: &T) -> Self {
        let parts = core::array::from_fn(|_| Mutex::new(HashMap::new()));
        Self { hasher: RandomState::new(), parts, shared: Arc::new(template.fresh()) }
    }

    /// Returns the value of `key`, and creates it if there is none.
    ///
    /// Keys beyond `max_keys` in one part share a value.
    fn get<Q: Hash + Eq + ToOwned<Owned = K> + ?Sized>(&self, key: &Q, template: &T, max_keys: usize) -> Arc<T>
    where
        K: Hash + Eq + Borrow<Q>,
    {
        let mut part = self.part(key);
        if let Some(entry) = part.get_mut(key) {
            entry.is_used = true;
            return entry.value.clone();
        }
        if part.len() >= max_keys {
            make_room(&mut part);
        }
        if part.len() >= max_keys {
            return self.shared.clone();
        }
        let value = Arc::new(template.fresh());
        part.insert(key.to_owned(), Entry { value: value.clone(), is_used: true });
        value
    }

    fn part<Q: Hash + ?Sized>(&self, key: &Q) -> MutexGuard<'_, HashMap<K, Entry<T>>> {
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

impl<K, T> fmt::Debug for Keyed<K, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Keyed").field("keys", &self.keys).finish_non_exhaustive()
    }
}
