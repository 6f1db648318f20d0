//! How a file is opened.

use core::fmt;
use core::time::Duration;
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::protocol::StoreError;
use crate::state_machine::micros;
use crate::stores::sqlite::SqliteStore;

/// When a step counts as written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Synchronous {
    /// When the disk has it: a power cut forgets nothing. The default, since an effect that was made elsewhere is not
    /// forgotten either.
    #[default]
    Full,
    /// When the system has it: the crash of a process forgets nothing, a power cut may forget the last steps. Enough where
    /// the effect is in the same file, since both are forgotten together.
    Normal,
}

/// The microseconds of a clock, since 1970.
pub(super) type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// How a file is opened.
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
}

impl SqliteOptions {
    /// Every step is synced, and waits for up to 5 s while others have the file locked.
    pub fn new() -> Self {
        Self { synchronous: Synchronous::Full, busy_timeout: Duration::from_secs(5), clock: Arc::new(wall) }
    }

    /// When a step counts as written.
    #[must_use]
    pub fn synchronous(mut self, synchronous: Synchronous) -> Self {
        self.synchronous = synchronous;
        self
    }

    /// How long a step waits while others have the file locked, before it is
    /// [`Busy`](crate::StoreError::Busy). Longer than your own longest write transaction.
    #[must_use]
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }

    /// The clock of a test: microseconds since 1970. [`complete`](super::complete) goes by the machine's all the same.
    #[cfg(feature = "test-util")]
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Opens the file, and makes it and its tables if they are not there.
    ///
    /// # Errors
    ///
    /// [`Unfit`](StoreError::Unfit) where SQLite cannot keep a write-ahead log, as for `:memory:` and on some network
    /// disks; [`Unreadable`](StoreError::Unreadable) if a later version made the tables; else what SQLite says.
    pub fn open(self, path: impl AsRef<Path>) -> Result<SqliteStore, StoreError> {
        SqliteStore::with(path.as_ref(), self)
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

/// The machine's clock. Before 1970 all leases are over.
pub(super) fn wall() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, micros)
}
