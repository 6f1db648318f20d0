//! Connections of the store: those of the pool, and spare ones.

use core::fmt;
use core::ops::Deref;
use std::time::Instant;

use deadpool::managed;
use deadpool_postgres::{ClientWrapper, Object, Pool};
use retry_runtime::Class;
use tokio::time::{Duration, timeout, timeout_at};
use tokio_postgres::Error;

use crate::protocol::StoreError;
use crate::stores::postgres::error::{exhausted, is_of_connection, no_connection};

/// Most spare connections. Each is used for one statement at a time.
const SPARE: usize = 2;

/// Connections for an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// Those of the pool.
    Pool,
    /// Spare ones if bodies hold all of the pool.
    PoolOrSpare,
    /// Spare ones; those of the pool if no spare one can be opened.
    Spare,
}

/// Pool of the user, and spare connections to the same server.
///
/// A body that holds a connection of the pool needs another one to keep its key and to end it. If all bodies together hold the
/// whole pool, the spare ones remain.
#[derive(Clone)]
pub(super) struct Connections {
    pool: Pool,
    spare: managed::Pool<Spare>,
}

/// Opens connections as the pool does, and does not count them there.
struct Spare(Pool);

impl managed::Manager for Spare {
    type Type = ClientWrapper;
    type Error = Error;

    async fn create(&self) -> Result<ClientWrapper, Error> {
        self.0.manager().create().await
    }

    async fn recycle(&self, client: &mut ClientWrapper, metrics: &managed::Metrics) -> managed::RecycleResult<Error> {
        self.0.manager().recycle(client, metrics).await
    }
}

impl Connections {
    pub(super) fn new(pool: Pool) -> Result<Self, StoreError> {
        let spare = managed::Pool::builder(Spare(pool.clone())).max_size(SPARE).build();
        let spare = spare.map_err(|error| StoreError::failed(Class::Permanent, error))?;
        Ok(Self { pool, spare })
    }

    /// Runs a statement on a connection, for at most `within`.
    ///
    /// A connection that does not answer is closed. The others of its pool that have been idle since are closed too, because
    /// they have probably fallen silent with it.
    pub(super) async fn run<T>(
        &self,
        source: Source,
        within: Duration,
        statement: impl AsyncFnOnce(&ClientWrapper) -> Result<T, Error>,
    ) -> Result<Result<T, Error>, StoreError> {
        let begun = Instant::now();
        let end = tokio::time::Instant::now() + within;
        let Ok(connection) = timeout_at(end, self.get(source, within)).await else {
            self.close_idle_since(begun);
            return Err(self.not_connected(source, within));
        };
        let connection = InUse(Some(connection?));
        let Ok(answer) = timeout_at(end, statement(connection.client())).await else {
            drop(connection);
            self.close_idle_since(begun);
            return Err(StoreError::no_answer(within));
        };
        connection.answered(&answer);
        Ok(answer)
    }

    async fn get(&self, source: Source, within: Duration) -> Result<Connection, StoreError> {
        let size = self.pool.status().max_size;
        let pooled =
            async { self.pool.get().await.map(Connection::Pooled).map_err(|error| no_connection(error, size)) };
        let spare =
            async { self.spare.get().await.map(Connection::Spare).map_err(|error| no_connection(error, SPARE)) };
        match source {
            Source::Pool => pooled.await,
            Source::Spare => match spare.await {
                Ok(spare) => Ok(spare),
                Err(why) => timeout(within / 2, pooled).await.unwrap_or_else(|_| Err(exhausted(size, Some(&why)))),
            },
            Source::PoolOrSpare => first(pooled, within / 4, spare).await,
        }
    }

    fn close_idle_since(&self, begun: Instant) {
        let was_used = |metrics: managed::Metrics| metrics.recycled.unwrap_or(metrics.created) > begun;
        drop(self.pool.retain(|_, metrics| was_used(metrics)));
        drop(self.spare.retain(|_, metrics| was_used(metrics)));
    }

    fn not_connected(&self, source: Source, within: Duration) -> StoreError {
        let status = self.pool.status();
        if source == Source::Pool && status.size >= status.max_size && status.available == 0 {
            return exhausted(status.max_size, None);
        }
        StoreError::no_answer(within)
    }
}

/// Returns the output of the first future that is ready.
///
/// The second one begins when the first has taken `patience`, and the first ends then.
async fn first<T>(one: impl Future<Output = T>, patience: Duration, other: impl Future<Output = T>) -> T {
    match timeout(patience, one).await {
        Ok(output) => output,
        Err(_) => other.await,
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pool.status().fmt(formatter)
    }
}

enum Connection {
    Pooled(Object),
    Spare(managed::Object<Spare>),
}

impl Deref for Connection {
    type Target = ClientWrapper;

    fn deref(&self) -> &ClientWrapper {
        match self {
            Self::Pooled(client) => client,
            Self::Spare(client) => client,
        }
    }
}

impl Connection {
    /// Closes the connection instead of giving it back.
    fn close(self) {
        drop(match self {
            Self::Pooled(client) => Object::take(client),
            Self::Spare(client) => managed::Object::take(client),
        });
    }
}

/// Connection on which a statement runs.
///
/// It is closed if it is dropped without an answer.
struct InUse(Option<Connection>);

impl InUse {
    fn client(&self) -> &ClientWrapper {
        self.0.as_ref().expect("a connection is present until it is dropped")
    }

    /// Gives the connection back if it may be used again.
    fn answered<T>(mut self, answer: &Result<T, Error>) {
        if answer.as_ref().is_err_and(is_of_connection) {
            return;
        }
        drop(self.0.take());
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            connection.close();
        }
    }
}
