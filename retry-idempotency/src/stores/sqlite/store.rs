//! Store in a file.

use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};

use crate::admin::{Admin, Check, Cursor, Filter, KeyDetails, KeyPage, Resolution, ResolveOutcome};
use crate::protocol::{
    Ack, BlockingStore, ClaimOutcome, ClaimRequest, Id, Lease, Store, StoreError, StoreFuture, Transition,
};
use crate::stores::sqlite::diagnose;
use crate::stores::sqlite::identity::OpenFile;
use crate::stores::sqlite::job::{
    Acknowledging, Changing, Claiming, Evicting, Job, Operation, Purging, Reading, ReadingToken, Resolving, Sent,
};
use crate::stores::sqlite::open;
use crate::stores::sqlite::options::SqliteOptions;
use crate::stores::sqlite::reply::{self, Awaited};
use crate::stores::sqlite::rows::Rows;
use crate::stores::sqlite::writer::Writer;
use retry_runtime::Class;

/// Store of keys in a file of SQLite.
///
/// Operations that arrive at the same time are committed together, by a thread that ends with the store. A claim whose
/// caller is gone is not begun; a transition is made all the same. Expired keys are removed by themselves, a few with each
/// commit.
///
/// Clones are handles to the same store.
#[derive(Clone)]
pub struct SqliteStore(Arc<Shared>);

/// The writing thread, which ends with the last handle.
struct Shared {
    jobs: Option<Sender<Box<dyn Job>>>,
    writer: Option<JoinHandle<()>>,
    path: PathBuf,
    file: OpenFile,
    options: SqliteOptions,
    commits: Arc<AtomicU64>,
}

impl SqliteOptions {
    /// Opens the file. Creates it and its tables if they do not exist.
    ///
    /// On Unix a new file may be read by its owner only (0600). For other users, create it with other permissions before.
    ///
    /// # Errors
    ///
    /// [`Unfit`](StoreError::Unfit) if SQLite cannot keep a write-ahead log, as for `:memory:` and on some network disks.
    /// [`Unreadable`](StoreError::Unreadable) if a later version has created the tables. Other errors are those of SQLite.
    pub fn open(self, path: impl AsRef<Path>) -> Result<SqliteStore, StoreError> {
        SqliteStore::with(path.as_ref(), self)
    }
}

impl SqliteStore {
    /// Opens the file with the default options; see [`SqliteOptions`].
    ///
    /// # Errors
    ///
    /// Returns the errors of [`SqliteOptions::open`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        SqliteOptions::new().open(path)
    }

    fn with(path: &Path, options: SqliteOptions) -> Result<Self, StoreError> {
        let connection = open::open(path, &options)?;
        // From here on the writer waits for locks, and in the meantime answers what needs none.
        connection.busy_timeout(Duration::ZERO)?;
        let rows = Rows::new(connection, &options);
        rows.see_marker()?;
        let file = rows.file().clone();
        let (jobs, queue) = mpsc::channel();
        let commits = Arc::default();
        let writer = Writer::new(rows, queue, options.busy_timeout, Arc::clone(&commits));
        let writer = spawn("retry-sqlite", move || writer.run())?;
        Ok(Self(Arc::new(Shared { jobs: Some(jobs), writer: Some(writer), path: path.into(), file, options, commits })))
    }

    /// Returns the number of commits since the store was opened.
    ///
    /// Operations divided by commits is the number of operations that share a sync of the disk.
    pub fn commits(&self) -> u64 {
        // Relaxed: only the number is shared.
        self.0.commits.load(Ordering::Relaxed)
    }

    fn send<W: Operation>(&self, operation: W) -> Awaited<W::Output> {
        let (reply, awaited) = reply::pair();
        if let Some(jobs) = &self.0.jobs {
            // A job that cannot be sent is dropped, and its reply with it, which answers with an error.
            let _ = jobs.send(Box::new(Sent::new(operation, reply)));
        }
        awaited
    }

    /// Lists on its own connection and thread.
    ///
    /// A long list must not delay other operations.
    fn list_on_thread(&self, filter: Filter<'_>, after: Option<&Cursor>, limit: usize) -> Awaited<KeyPage> {
        let (reply, awaited) = reply::pair();
        let (path, options) = (self.0.path.clone(), self.0.options.clone());
        let (scope, key, state) = (filter.scope.map(String::from), filter.key.map(String::from), filter.state);
        let after = after.cloned();
        let list = move || {
            let filter = Filter { scope: scope.as_deref(), key: key.as_deref(), state };
            reply.send(list(&path, &options, filter, after.as_ref(), limit));
        };
        // As above: the reply is dropped with a thread that cannot be spawned.
        drop(spawn("retry-sqlite-list", list));
        awaited
    }

    /// Checks the file on its own connection and thread: all of its pages are read.
    fn diagnose_on_thread(&self) -> Awaited<Vec<Check>> {
        let (reply, awaited) = reply::pair();
        let (path, file, options) = (self.0.path.clone(), self.0.file.clone(), self.0.options.clone());
        drop(spawn("retry-sqlite-diagnose", move || reply.send(diagnose::checks(&path, &file, &options))));
        awaited
    }
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, StoreError> {
    let builder = thread::Builder::new().name(name.into());
    builder.spawn(run).map_err(|error| StoreError::failed(Class::Unavailable, error))
}

fn list(
    path: &Path,
    options: &SqliteOptions,
    filter: Filter<'_>,
    after: Option<&Cursor>,
    limit: usize,
) -> Result<KeyPage, StoreError> {
    let rows = Rows::new(open::open_to_read(path, options)?, options);
    let after = after.map(Cursor::position).transpose()?.map_or(("", ""), |id| (id.scope(), id.key()));
    Ok(KeyPage::cut(rows.list(filter, after, limit.saturating_add(1))?, limit))
}

impl BlockingStore for SqliteStore {
    fn claim_blocking(&self, request: &ClaimRequest<'_>) -> Result<ClaimOutcome, StoreError> {
        request.check()?;
        self.send(Claiming::from(request)).wait()
    }

    fn transition_blocking(&self, lease: &Lease, change: Transition<'_>) -> Result<Ack, StoreError> {
        change.check(self.0.options.result_limit)?;
        self.send(Changing::new(lease, change)).wait()
    }
}

impl Store for SqliteStore {
    fn claim<'a>(&'a self, request: &'a ClaimRequest<'a>) -> StoreFuture<'a, ClaimOutcome> {
        Box::pin(async move {
            request.check()?;
            self.send(Claiming::from(request)).await
        })
    }

    fn transition<'a>(&'a self, lease: &'a Lease, change: Transition<'a>) -> StoreFuture<'a, Ack> {
        Box::pin(async move {
            change.check(self.0.options.result_limit)?;
            self.send(Changing::new(lease, change)).await
        })
    }

    fn last_token<'a>(&'a self, id: Id<'a>) -> StoreFuture<'a, Option<u64>> {
        Box::pin(async move { self.send(ReadingToken::new(id)).await })
    }

    fn max_result_bytes(&self) -> usize {
        self.0.options.result_limit
    }

    fn detached(&self) -> Option<Arc<dyn Store>> {
        Some(Arc::new(self.clone()))
    }
}

impl Admin for SqliteStore {
    fn list<'a>(&'a self, filter: Filter<'a>, after: Option<&'a Cursor>, limit: usize) -> StoreFuture<'a, KeyPage> {
        Box::pin(async move { self.list_on_thread(filter, after, limit).await })
    }

    fn read<'a>(&'a self, id: Id<'a>) -> StoreFuture<'a, Option<KeyDetails>> {
        Box::pin(async move { self.send(Reading::new(id)).await })
    }

    fn resolve<'a>(&'a self, id: Id<'a>, resolution: Resolution<'a>, force: bool) -> StoreFuture<'a, ResolveOutcome> {
        Box::pin(async move {
            resolution.check(id, self.0.options.result_limit)?;
            self.send(Resolving::new(id, resolution, force)).await
        })
    }

    fn evict<'a>(&'a self, id: Id<'a>) -> StoreFuture<'a, bool> {
        Box::pin(async move { self.send(Evicting::new(id)).await })
    }

    fn purge(&self, limit: usize) -> StoreFuture<'_, usize> {
        Box::pin(async move { self.send(Purging(limit)).await })
    }

    fn diagnose(&self) -> StoreFuture<'_, Vec<Check>> {
        Box::pin(async move { self.diagnose_on_thread().await })
    }

    fn acknowledge(&self) -> StoreFuture<'_, ()> {
        Box::pin(async move { self.send(Acknowledging).await })
    }
}

/// Writes what was sent, unless another process holds the file locked.
impl Drop for Shared {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(writer) = self.writer.take() {
            // The last answer may drop the store on the writer itself.
            if writer.thread().id() != thread::current().id() {
                let _ = writer.join();
            }
        }
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SqliteStore")
            .field("path", &self.0.path)
            .field("options", &self.0.options)
            .finish_non_exhaustive()
    }
}
