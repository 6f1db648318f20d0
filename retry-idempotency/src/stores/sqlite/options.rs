//! Options of a store in a file.

use core::fmt;
use core::time::Duration;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::protocol::RESULT_LIMIT;
use crate::state_machine::micros;

/// Time at which an operation counts as written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Synchronous {
    /// When the disk has it: a power cut loses nothing.
    ///
    /// This is the default, because an effect elsewhere is not lost either.
    #[default]
    Full,
    /// When the operating system has it.
    ///
    /// The crash of a process loses nothing, a power cut may lose the last operations. It is enough for effects in the
    /// same file, because both are lost together.
    Normal,
}

/// Clock in microseconds since 1970.
pub(super) type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// Options of a store in a file.
///
/// ```
/// # use core::time::Duration;
/// use retry_idempotency::sqlite::{SqliteOptions, Synchronous};
///
/// # let folder = std::env::temp_dir().join(format!("retry-options-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let path = folder.join("keys.db");
/// let store = SqliteOptions::new().synchronous(Synchronous::Normal).busy_timeout(Duration::from_secs(1)).open(path)?;
/// # drop(store);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SqliteOptions {
    pub(super) synchronous: Synchronous,
    pub(super) busy_timeout: Duration,
    pub(super) clock: Clock,
    pub(super) result_limit: usize,
    pub(super) keys_per_scope: Option<usize>,
}

impl SqliteOptions {
    /// Returns the default options.
    ///
    /// Every operation is synced, and waits at most 5 s for a lock on the file.
    pub fn new() -> Self {
        Self {
            synchronous: Synchronous::Full,
            busy_timeout: Duration::from_secs(5),
            clock: Arc::new(wall),
            result_limit: RESULT_LIMIT,
            keys_per_scope: None,
        }
    }

    /// Sets the time at which an operation counts as written.
    #[must_use]
    pub fn synchronous(mut self, synchronous: Synchronous) -> Self {
        self.synchronous = synchronous;
        self
    }

    /// Sets how long an operation waits for a lock on the file before it fails.
    ///
    /// It fails with [`Busy`](crate::StoreError::Busy). Set it longer than your longest write transaction.
    #[must_use]
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }

    /// Sets the most bytes of a result; 4 MiB by default.
    #[must_use]
    pub fn result_limit(mut self, bytes: usize) -> Self {
        self.result_limit = bytes;
        self
    }

    /// Sets the most keys that one scope holds; without a bound by default.
    ///
    /// A scope is one client of the HTTP layer. One that is full is refused with
    /// [`ScopeFull`](crate::StoreError::ScopeFull), and others are not. The keys of a scope are counted after each eighth of
    /// the bound that is added, by the index of the table; so each process may exceed the bound by an eighth.
    ///
    /// # Panics
    ///
    /// Panics if `keys` is 0.
    #[must_use]
    #[track_caller]
    pub fn keys_per_scope(mut self, keys: usize) -> Self {
        assert!(keys > 0, "a scope with 0 keys is always refused; write `keys_per_scope(1_000)`");
        self.keys_per_scope = Some(keys);
        self
    }

    /// Sets the clock of a test, in microseconds since 1970.
    ///
    /// [`complete`](super::complete) uses the clock of the machine all the same.
    #[cfg(feature = "testing")]
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for SqliteOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SqliteOptions")
            .field("synchronous", &self.synchronous)
            .field("busy_timeout", &self.busy_timeout)
            .finish_non_exhaustive()
    }
}

/// Returns the time of the machine's clock. Before 1970 all leases have ended.
pub(super) fn wall() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, micros)
}
