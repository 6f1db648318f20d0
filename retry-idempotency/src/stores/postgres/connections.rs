//! Connections of the store: those of the pool, and spare ones.

use core::fmt;
use core::pin::pin;
use core::time::Duration;
use std::time::Instant;

use deadpool::managed;
use deadpool_postgres::{ClientWrapper, Pool};
use retry_runtime::Class;
use tokio_postgres::Error;

use crate::protocol::StoreError;
use crate::stores::postgres::error::{exhausted, no_connection};
use crate::stores::postgres::in_use::{Connection, InUse, Spare};
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

impl Connections {
    pub(super) fn new(pool: Pool) -> Result<Self, StoreError> {
        let spare = managed::Pool::builder(Spare(pool.clone())).max_size(SPARE).build();
        let spare = spare.map_err(|error| StoreError::failed(Class::Permanent, error))?;
        Ok(Self { pool, spare })
    }

    /// Runs a statement on a connection, for at most `within`.
    ///
    /// The statement of a connection that does not answer is canceled, and the connection is closed. The others of its pool that
    /// have been idle since are closed too, because they have probably fallen silent with it.
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
        let connection = InUse::new(connection?);
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
