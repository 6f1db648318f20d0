//! Store in PostgreSQL.

use core::fmt;
use core::time::Duration;

use deadpool_postgres::{Object, Pool};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row};

use crate::protocol::{
    Ack, ClaimOutcome, ClaimRequest, Id, Lease, Steps, Store, StoreError, StoreFuture, Takeover, Transition,
};
use crate::state_machine::micros;
use crate::stores::postgres::claim_row::{ClaimRow, get, number};
use crate::stores::postgres::error::{failed, is_conflict, is_of_connection, no_connection};
use crate::stores::postgres::sql::{self, SCHEMA};

/// Store of keys in the table `retry_keys` of a PostgreSQL database.
///
/// It shares its pool with you, and the limits of the pool. Without a `wait` timeout an operation waits for a connection as
/// long as others hold all of them. Use `RecyclingMethod::Fast`, the default: the other methods cost a round trip per
/// operation.
///
/// An operation is one round trip. A claim that takes over a key or finds an expired one is two.
#[derive(Clone)]
pub struct PostgresStore {
    pool: Pool,
}

/// Most repetitions of an operation that lost a race.
///
/// Each time another one has succeeded, so two are rare.
const MAX_ROUNDS: usize = 64;

pub(super) type Values<'a> = [&'a (dyn ToSql + Sync)];

impl PostgresStore {
    /// Opens the store in a database that has the table of [`SCHEMA`].
    ///
    /// # Errors
    ///
    /// [`StoreError::Unfit`] without that table, or if the server may lose what it has acknowledged, because
    /// `synchronous_commit` or `fsync` is off for these connections. An effect outside the database could then be repeated
    /// after a crash. For effects inside, see [`open_for_effects_inside`](Self::open_for_effects_inside).
    ///
    /// # Cancel safety
    ///
    /// May be dropped at any time; it only reads.
    pub async fn open(pool: Pool) -> Result<Self, StoreError> {
        let store = Self::open_for_effects_inside(pool).await?;
        let row = store.rows(sql::SETTINGS, &[]).await?;
        let row = row.first().ok_or(StoreError::Unreadable { what: "the settings" })?;
        for (at, setting) in ["synchronous_commit", "fsync"].into_iter().enumerate() {
            if get::<String>(row, at)? == "off" {
                let why = std::format!(
                    "`{setting}` is off, so a crash can lose keys whose effects are outside; set it on for this role, or \
                    open the store for effects inside this database only"
                );
                return Err(StoreError::Unfit { why: why.into() });
            }
        }
        Ok(store)
    }

    /// Opens the store for effects that commit together with their key.
    ///
    /// Complete each key by [`complete`](crate::postgres::complete). If the server loses data, it loses both.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unfit`] without the table of [`SCHEMA`].
    ///
    /// # Cancel safety
    ///
    /// May be dropped at any time; it only reads.
    pub async fn open_for_effects_inside(pool: Pool) -> Result<Self, StoreError> {
        let store = Self { pool };
        store.client().await?.prepare_cached(sql::CLAIM).await.map_err(failed)?;
        Ok(store)
    }

    /// Creates the table of [`SCHEMA`] if it does not exist.
    ///
    /// For users without migrations.
    ///
    /// Concurrent calls do no harm.
    ///
    /// # Errors
    ///
    /// Returns an error if the server does not answer, or if the role may not create tables.
    ///
    /// # Cancel safety
    ///
    /// May be dropped at any time. The table may exist or not; call it again.
    pub async fn create_table(pool: &Pool) -> Result<(), StoreError> {
        let mut client = pool.get().await.map_err(no_connection)?;
        let transaction = client.transaction().await.map_err(failed)?;
        transaction.batch_execute(sql::LOCK_SCHEMA).await.map_err(failed)?;
        transaction.batch_execute(SCHEMA).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }

    pub(super) async fn client(&self) -> Result<Object, StoreError> {
        self.pool.get().await.map_err(no_connection)
    }

    /// Runs a statement in one round trip; it is prepared once per connection.
    pub(super) async fn rows(&self, statement: &str, values: &Values<'_>) -> Result<Vec<Row>, StoreError> {
        for _ in 0..MAX_ROUNDS {
            let client = self.client().await?;
            match query(&client, statement, values).await {
                Err(error) if is_conflict(&error) => {}
                Err(error) => {
                    if is_of_connection(&error) {
                        // The pool may hand out the broken connection again before it notices.
                        drop(Object::take(client));
                    }
                    return Err(failed(error));
                }
                Ok(rows) => return Ok(rows),
            }
        }
        Err(StoreError::Busy)
    }

    /// Runs a statement that returns a row for each key, and counts them.
    pub(super) async fn count(&self, statement: &str, values: &Values<'_>) -> Result<usize, StoreError> {
        Ok(self.rows(statement, values).await?.len())
    }

    async fn claim_key(&self, request: &ClaimRequest<'_>) -> Result<ClaimOutcome, StoreError> {
        request.check()?;
        let fingerprint = request.fingerprint.map(|fingerprint| &fingerprint.as_bytes()[..]);
        let (scope, key, holder) = (request.id.scope(), request.id.key(), &request.holder.as_bytes()[..]);
        let (resumes, reopens) = (request.takeover == Takeover::Resume, request.takeover == Takeover::Reopen);
        let values: &Values<'_> = &[&scope, &key, &fingerprint, &holder, &in_micros(request.lease), &resumes, &reopens];
        for _ in 0..MAX_ROUNDS {
            let rows = self.rows(sql::CLAIM, &values[..5]).await?;
            let Some(seen) = rows.first() else { continue };
            if let Some(claimed) = ClaimRow::read(seen)?.answer(request) {
                return Ok(claimed);
            }
            let rows = self.rows(sql::TAKE, values).await?;
            let taken = rows.first().map(ClaimRow::read).transpose()?.and_then(|taken| taken.answer(request));
            return Ok(taken.unwrap_or(ClaimOutcome::InFlight { retry_in: Duration::ZERO }));
        }
        Err(StoreError::Busy)
    }

    async fn change_key(&self, lease: &Lease, transition: Transition<'_>) -> Result<Ack, StoreError> {
        transition.check()?;
        let (holder, id) = (lease.holder(), lease.id());
        let (scope, key, holder) = (id.scope(), id.key(), &holder.as_bytes()[..]);
        let rows = match transition {
            Transition::Extend { lease } => self.count(sql::EXTEND, &[&scope, &key, &holder, &in_micros(lease)]).await,
            Transition::Step { name, result } => {
                self.count(sql::STEP, &[&scope, &key, &holder, &Steps::entry(name, result)]).await
            }
            Transition::Finish { result, keep } => {
                self.count(sql::FINISH, &[&scope, &key, &holder, &result, &in_micros(keep)]).await
            }
            Transition::Release => self.count(sql::RELEASE, &[&scope, &key, &holder]).await,
            Transition::Forget => self.count(sql::FORGET, &[&scope, &key, &holder]).await,
        };
        Ok(if rows? == 0 { Ack::Lost } else { Ack::Applied })
    }
}

async fn query(client: &Object, statement: &str, values: &Values<'_>) -> Result<Vec<Row>, Error> {
    let prepared = client.prepare_cached(statement).await?;
    client.query(&prepared, values).await
}

pub(super) fn in_micros(time: Duration) -> i64 {
    micros(time).try_into().unwrap_or(i64::MAX)
}

impl Store for PostgresStore {
    fn claim<'a>(&'a self, request: &'a ClaimRequest<'a>) -> StoreFuture<'a, ClaimOutcome> {
        Box::pin(self.claim_key(request))
    }

    fn transition<'a>(&'a self, lease: &'a Lease, transition: Transition<'a>) -> StoreFuture<'a, Ack> {
        Box::pin(self.change_key(lease, transition))
    }

    fn last_token<'a>(&'a self, id: Id<'a>) -> StoreFuture<'a, Option<u64>> {
        Box::pin(async move {
            let rows = self.rows(sql::TOKEN, &[&id.scope(), &id.key()]).await?;
            rows.first().map(|row| number(get::<i64>(row, 0)?)).transpose()
        })
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PostgresStore").field("pool", &self.pool.status()).finish()
    }
}
