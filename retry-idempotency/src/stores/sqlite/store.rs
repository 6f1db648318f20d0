//! The store in a file.

use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};

use crate::admin::{Admin, Cursor, Filter, KeyPage, Resolution, ResolveOutcome};
use crate::protocol::{
    Ack, BlockingStore, ClaimOutcome, ClaimRequest, Id, Lease, Store, StoreError, StoreFuture, Transition,
};
use crate::stores::sqlite::job::{Changing, Claiming, Evicting, Job, Purging, Resolving, Sent, Work};
use crate::stores::sqlite::open;
use crate::stores::sqlite::options::SqliteOptions;
use crate::stores::sqlite::reply::{self, Awaited};
use crate::stores::sqlite::rows::Keys;
use crate::stores::sqlite::writer::Writer;
use retry_runtime::Class;

/// Keys in a file of SQLite.
///
/// Steps that arrive at the same time are committed together, by a thread that ends with the store. A claim that nobody
/// waits for any more is not begun; a change is made all the same. Keys that are over leave by themselves, a few with each
/// commit.
pub struct SqliteStore {
    jobs: Option<Sender<Box<dyn Job>>>,
    writer: Option<JoinHandle<()>>,
    path: PathBuf,
    options: SqliteOptions,
    commits: Arc<AtomicU64>,
}

impl SqliteStore {
    /// Opens the file, with every step synced; [`SqliteOptions`] says more.
    ///
    /// # Errors
    ///
    /// As [`SqliteOptions::open`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        SqliteOptions::new().open(path)
    }

    pub(super) fn with(path: &Path, options: SqliteOptions) -> Result<Self, StoreError> {
        let connection = open::open(path, &options)?;
        // From here on the writer does the waiting, and answers in the meantime what needs no lock.
        connection.busy_timeout(Duration::ZERO)?;
        let keys = Keys::new(connection, options.clock.clone());
        let (jobs, queue) = mpsc::channel();
        let commits = Arc::default();
        let writer = Writer::new(keys, queue, options.busy_timeout, Arc::clone(&commits));
        let writer = spawn("retry-sqlite", move || writer.run())?;
        Ok(Self { jobs: Some(jobs), writer: Some(writer), path: path.into(), options, commits })
    }

    /// How many transactions it has committed since it was opened: its steps, by these, say how many share a sync of the
    /// disk.
    pub fn commits(&self) -> u64 {
        // Relaxed: the number alone is shared.
        self.commits.load(Ordering::Relaxed)
    }

    fn send<W: Work>(&self, work: W) -> Awaited<W::Done> {
        let (reply, awaited) = reply::pair();
        if let Some(jobs) = &self.jobs {
            // What cannot be sent is dropped, and its reply with it: that says so.
            let _ = jobs.send(Box::new(Sent::new(work, reply)));
        }
        awaited
    }

    /// On a connection and a thread of its own: a long list must not hold up the steps.
    fn list_apart(&self, filter: Filter<'_>, after: Option<&Cursor>, limit: usize) -> Awaited<KeyPage> {
        let (reply, awaited) = reply::pair();
        let (path, options) = (self.path.clone(), self.options.clone());
        let (scope, key, state) = (filter.scope.map(String::from), filter.key.map(String::from), filter.state);
        let after = after.cloned();
        let list = move || {
            let filter = Filter { scope: scope.as_deref(), key: key.as_deref(), state };
            reply.send(list(&path, &options, filter, after.as_ref(), limit));
        };
        // As above: the reply is dropped with what could not be begun.
        drop(spawn("retry-sqlite-list", list));
        awaited
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, StoreError> {
    let builder = thread::Builder::new().name(name.into());
    builder.spawn(work).map_err(|error| StoreError::failed(Class::Unavailable, error))
}

fn list(
    path: &Path,
    options: &SqliteOptions,
    filter: Filter<'_>,
    after: Option<&Cursor>,
    limit: usize,
) -> Result<KeyPage, StoreError> {
    let keys = Keys::new(open::open(path, options)?, options.clock.clone());
    let after = after.map(Cursor::position).transpose()?.map_or(("", ""), |id| (id.scope(), id.key()));
    Ok(KeyPage::cut(keys.list(filter, after, limit.saturating_add(1))?, limit))
}

impl BlockingStore for SqliteStore {
    fn claim_blocking(&self, request: &ClaimRequest<'_>) -> Result<ClaimOutcome, StoreError> {
        request.check()?;
        self.send(Claiming::from(request)).wait()
    }

    fn transition_blocking(&self, lease: &Lease, change: Transition<'_>) -> Result<Ack, StoreError> {
        change.check()?;
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
            change.check()?;
            self.send(Changing::new(lease, change)).await
        })
    }
}

impl Admin for SqliteStore {
    fn list<'a>(&'a self, filter: Filter<'a>, after: Option<&'a Cursor>, limit: usize) -> StoreFuture<'a, KeyPage> {
        Box::pin(async move { self.list_apart(filter, after, limit).await })
    }

    fn resolve<'a>(&'a self, id: Id<'a>, resolution: Resolution<'a>, force: bool) -> StoreFuture<'a, ResolveOutcome> {
        Box::pin(async move {
            resolution.check()?;
            self.send(Resolving::new(id, resolution, force)).await
        })
    }

    fn evict<'a>(&'a self, id: Id<'a>) -> StoreFuture<'a, bool> {
        Box::pin(async move { self.send(Evicting::new(id)).await })
    }

    fn purge(&self, limit: usize) -> StoreFuture<'_, usize> {
        Box::pin(async move { self.send(Purging(limit)).await })
    }
}

/// What was sent is written, where nobody else has the file locked.
impl Drop for SqliteStore {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(writer) = self.writer.take() {
            // The last answer may be what drops the store, on the writer itself.
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
            .field("path", &self.path)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
