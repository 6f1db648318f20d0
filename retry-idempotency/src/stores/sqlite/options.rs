//! Options of a store in a file.

use core::fmt;
use core::time::Duration;
use std::sync::Arc;

use crate::protocol::RESULT_LIMIT;
use crate::support::{now, wall};

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

/// Extent to which a file may be changed when it is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// The file and its tables are created if they do not exist.
    Create,
    /// The file has its tables; keys are read and written.
    Existing,
    /// The file has its tables; keys are read.
    ReadOnly,
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
    pub(super) access: Access,
    pub(super) clock: Clock,
    /// Monotonic clock in microseconds, which nobody sets.
    pub(super) monotonic: Option<Clock>,
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
            access: Access::Create,
            clock: Arc::new(wall),
            monotonic: Some(Arc::new(|| now() / 1000)),
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

    /// Opens only a file that has the tables of a store.
    ///
    /// Another file, and a path without a file, are refused and left unchanged.
    #[must_use]
    pub fn existing(mut self) -> Self {
        self.access = Access::Existing;
        self
    }

    /// Opens the file to read it.
    ///
    /// It is for [`list`](crate::Admin::list) and [`read`](crate::Admin::read).
    /// Operations that write fail. As for [`existing`](Self::existing), the file has to have the tables of a store.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.access = Access::ReadOnly;
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
        self.monotonic = None;
        self
    }

    /// Sets the clock of a test, and a monotonic one beside it, in microseconds.
    ///
    /// The results of a store whose clock is set forward while it is open are kept for their time by the monotonic clock.
    #[cfg(feature = "testing")]
    #[must_use]
    pub fn clocks(
        self,
        clock: impl Fn() -> u64 + Send + Sync + 'static,
        monotonic: impl Fn() -> u64 + Send + Sync + 'static,
    ) -> Self {
        Self { monotonic: Some(Arc::new(monotonic)), ..self.clock(clock) }
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
