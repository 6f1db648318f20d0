//! Connections of the store: those of the pool, and spare ones.

use core::fmt;
use core::ops::Deref;
use core::pin::pin;
use core::time::Duration;
use std::time::Instant;

use deadpool::managed;
use deadpool_postgres::{ClientWrapper, Object, Pool};
use retry_runtime::Class;
use tokio_postgres::Error;

use crate::protocol::StoreError;
use crate::stores::postgres::error::{exhausted, is_of_connection, no_connection};
use crate::support;

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
        let asked = tokio::time::Instant::now();
        let connection = support::within(within, pin!(self.get(source, within))).await;
        let Some(connection) = connection else {
            self.close_idle_since(begun);
            return Err(self.not_connected(source, within));
        };
        let connection = InUse(Some(connection?));
        let answer = {
            let left = within.saturating_sub(asked.elapsed());
            support::within(left, pin!(statement(connection.client()))).await
        };
        let Some(answer) = answer else {
            drop(connection);
            self.close_idle_since(begun);
            return Err(StoreError::no_answer(within));
        };
        connection.answered(&answer);
        Ok(answer)
    }

    async fn get(&self, source: Source, within: Duration) -> Result<Connection, StoreError> {
        match source {
            Source::Pool => self.pooled().await,
            Source::Spare => {
                let why = match self.spare().await {
                    Ok(spare) => return Ok(spare),
                    Err(why) => why,
                };
                let pooled = support::within(within / 2, pin!(self.pooled())).await;
                pooled.unwrap_or_else(|| Err(exhausted(self.pool.status().max_size, Some(&why))))
            }
            Source::PoolOrSpare => {
                // It waits no longer when the spare ones are asked.
                let pooled = support::within(within / 4, pin!(self.pooled())).await;
                match pooled {
                    Some(pooled) => pooled,
                    None => self.spare().await,
                }
            }
        }
    }

    async fn pooled(&self) -> Result<Connection, StoreError> {
        let pooled = self.pool.get().await;
        pooled.map(Connection::Pooled).map_err(|error| no_connection(error, self.pool.status().max_size))
    }

    async fn spare(&self) -> Result<Connection, StoreError> {
        self.spare.get().await.map(Connection::Spare).map_err(|error| no_connection(error, SPARE))
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
