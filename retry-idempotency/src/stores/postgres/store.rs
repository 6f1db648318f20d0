//! Store in PostgreSQL.

use core::fmt;
use core::time::Duration;
use std::sync::{Arc, Mutex, PoisonError};

use deadpool_postgres::{ClientWrapper, Pool};
use tokio::time::Instant;
use tokio_postgres::Row;

use crate::protocol::{
    Ack, ClaimOutcome, ClaimRequest, Id, Lease, RESULT_LIMIT, Steps, Store, StoreError, StoreFuture, Transition,
};
use crate::stores::clock_watch::ClockWatch;
use crate::stores::postgres::claim_row::{get, number};
use crate::stores::postgres::connections::{Connections, Source};
use crate::stores::postgres::error::{failed, is_conflict, no_connection};
use crate::stores::postgres::guess::Guess;
use crate::stores::postgres::marker::SeenMarker;
use crate::stores::postgres::next_page::NextPage;
use crate::stores::postgres::sql::{self, SCHEMA};
use crate::stores::postgres::statement::{Answer, Answered, Form, Value, bytes, int8, interval, run, text};
use crate::stores::postgres::time_values::{Span, in_micros};
use crate::stores::quota::Quota;
use crate::stores::server_clock::ServerClock;
use crate::stores::step_timeouts::StepTimeouts;
use crate::support::now;

/// Store of keys in the table `retry_keys` of a PostgreSQL database.
///
/// It shares its pool with you. Bodies that hold all connections of the pool cannot keep it from extending and ending their
/// keys: for these it opens up to two connections of its own when it needs them, beyond the size of the pool and without its
/// hooks. A claim waits for a connection of the pool. Use `RecyclingMethod::Fast`, the default: the other methods cost a round
/// trip per operation.
///
/// An operation is one round trip. A claim inserts the key or reads it first, by whether the last keys were new or not; if it guesses
/// wrong, it is two round trips. A claim that takes over a key or finds an expired one is one more, and so is a transition of a key that is
/// lost. A round trip fails after 2 s,
/// with the time to get a connection ([`with_step_timeout`](Self::with_step_timeout)), and one of [`Admin`](crate::Admin)
/// after 30 s ([`with_admin_timeout`](Self::with_admin_timeout)). The statement of a connection that does not answer is canceled, and the connection is closed and not given
/// back, and with it those of the pool that have been idle since. So is the connection of an operation that is dropped before
/// its answer. A claim that the server begins to execute after its timeout, or that has waited for a lock of the table until then,
/// changes nothing.
///
/// Your own statements have no such timeout: a body on a connection that has fallen silent waits for the operating system. Set
/// `tcp_user_timeout` and keepalives in the configuration of the pool, and a timeout around the body.
#[derive(Clone)]
pub struct PostgresStore {
    connections: Connections,
    timeouts: StepTimeouts,
    form: Form,
    result_limit: usize,
    quota: Option<Arc<Quota>>,
    marker: Arc<SeenMarker>,
    watch: Arc<Mutex<ClockWatch>>,
    clock: Arc<ServerClock>,
    guess: Arc<Guess>,
    next_page: Arc<NextPage>,
}

/// Most repetitions of an operation that lost a race.
///
/// Each time another one has succeeded, so two are rare.
pub(super) const MAX_ROUNDS: usize = 64;

/// Source of the connection of an operation, and its timeout.
#[derive(Clone, Copy)]
pub(super) struct Step {
    source: Source,
    within: Duration,
}

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
        let row = store.rows(store.claims(), sql::SETTINGS, &[]).await?;
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
        let store = Self {
            connections: Connections::new(pool)?,
            timeouts: StepTimeouts::DEFAULT,
            form: Form::Unnamed,
            result_limit: RESULT_LIMIT,
            quota: None,
            marker: Arc::default(),
            watch: Arc::default(),
            clock: Arc::default(),
            guess: Arc::default(),
            next_page: Arc::default(),
        };
        store.rows(store.claims(), sql::COLUMNS, &[]).await?;
        store.see_marker().await?;
        Ok(store)
    }

    /// Prepares each statement once per connection.
    ///
    /// By default each is sent whole and planned again, which works through every pooler. Prepared, the claim of a new key takes
    /// the server about a fifth of the instructions.
    ///
    /// Only for connections that keep their session: to the server itself, or to a pooler that pools sessions. Behind one that pools
    /// transactions, such as pgbouncer with `pool_mode = transaction`, the name of a statement may be one that another process has
    /// prepared, which would run instead. A server that lacks a statement, or has one of its name already, is
    /// [`StoreError::Unfit`]; the others are not detected.
    #[must_use]
    pub fn with_prepared_statements(mut self) -> Self {
        self.form = Form::Prepared;
        self
    }

    /// Sets the timeout of a claim and of a transition; 2 s by default.
    ///
    /// It includes the time to get a connection.
    ///
    /// Keep it below half of the lease. An extension waits for at most a third of the lease. A timeout below 1 ms is 1 ms.
    #[must_use]
    pub fn with_step_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts = self.timeouts.with_step(timeout);
        self
    }

    /// Sets the timeout of each operation of [`Admin`](crate::Admin); 30 s by default.
    ///
    /// A timeout below 1 ms is 1 ms.
    #[must_use]
    pub fn with_admin_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts = self.timeouts.with_admin(timeout);
        self
    }

    /// Sets the most bytes of a result; 4 MiB by default.
    #[must_use]
    pub fn with_result_limit(mut self, bytes: usize) -> Self {
        self.result_limit = bytes;
        self
    }

    /// Sets the most keys that one scope holds; without a bound by default.
    ///
    /// A scope is one client of the HTTP layer. One that is full is refused with [`StoreError::ScopeFull`], and others are not.
    /// The keys of a scope are counted after each eighth of the bound that this store adds, by the primary key: one more round
    /// trip for so many claims, which reads the bound's number of rows. So each process may exceed the bound by an eighth. Keys
    /// that have expired do not count, but are read until they are purged.
    ///
    /// # Panics
    ///
    /// Panics if `keys` is 0.
    #[must_use]
    #[track_caller]
    pub fn with_keys_per_scope(mut self, keys: usize) -> Self {
        self.quota = Some(Arc::new(Quota::new(keys)));
        self
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
        let mut client = pool.get().await.map_err(|error| no_connection(error, pool.status().max_size))?;
        let transaction = client.transaction().await.map_err(failed)?;
        transaction.batch_execute(sql::LOCK_SCHEMA).await.map_err(failed)?;
        transaction.batch_execute(SCHEMA).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }

    pub(super) fn marker(&self) -> &SeenMarker {
        &self.marker
    }

    pub(super) fn clock(&self) -> &ServerClock {
        &self.clock
    }

    pub(super) fn guess(&self) -> &Guess {
        &self.guess
    }

    pub(super) fn next_page(&self) -> &NextPage {
        &self.next_page
    }

    pub(super) fn quota(&self) -> Option<&Quota> {
        self.quota.as_deref()
    }

    pub(super) const fn step_timeout(&self) -> Duration {
        self.timeouts.step()
    }

    /// Returns where and for how long a claim runs.
    pub(super) const fn claims(&self) -> Step {
        Step { source: Source::Pool, within: self.timeouts.step() }
    }

    /// Returns where and for how long an operation of operators runs.
    pub(super) const fn admin(&self) -> Step {
        Step { source: Source::Pool, within: self.timeouts.admin() }
    }

    /// Runs a statement in one round trip, and returns its rows.
    pub(super) async fn rows(&self, step: Step, statement: &str, values: &[Value<'_>]) -> Result<Vec<Row>, StoreError> {
        Ok(self.answer(step, Answer::Rows, statement, values).await?.rows)
    }

    /// Runs a statement in one round trip, and returns the number of its rows.
    pub(super) async fn count(&self, step: Step, statement: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        Ok(self.answer(step, Answer::Count, statement, values).await?.count)
    }

    /// Runs a statement, and again if it lost a race.
    async fn answer(
        &self,
        step: Step,
        wanted: Answer,
        statement: &str,
        values: &[Value<'_>],
    ) -> Result<Answered, StoreError> {
        let (begun, mut within) = (Instant::now(), step.within);
        for _ in 0..MAX_ROUNDS {
            let run = async |client: &ClientWrapper| run(client, self.form, wanted, statement, values).await;
            match self.connections.run(step.source, within, run).await? {
                Err(error) if is_conflict(&error) => within = step.within.saturating_sub(begun.elapsed()),
                answer => return answer.map_err(failed),
            }
        }
        Err(StoreError::Busy)
    }

    /// Reads the token of the last holder.
    pub(super) async fn token_of(&self, id: Id<'_>) -> Result<Option<u64>, StoreError> {
        let rows = self.rows(self.claims(), sql::TOKEN, &[text(&id.scope()), text(&id.key())]).await?;
        rows.first().map(|row| number(get::<i64>(row, 0)?)).transpose()
    }

    /// Notes the server's clock.
    ///
    /// Returns the microseconds by which it was set forward.
    pub(super) fn observe(&self, server: u64, sent: i64) -> u64 {
        self.clock.observe(server, sent);
        self.watch.lock().unwrap_or_else(PoisonError::into_inner).observe(server, now() / 1000)
    }

    /// Returns the microseconds that were last observed.
    pub(super) fn ahead(&self) -> i64 {
        let ahead = self.watch.lock().unwrap_or_else(PoisonError::into_inner).ahead();
        ahead.try_into().unwrap_or(i64::MAX)
    }

    async fn change_key(&self, lease: &Lease, transition: Transition<'_>) -> Result<Ack, StoreError> {
        transition.check(self.result_limit)?;
        let (holder, id) = (lease.holder(), lease.id());
        let (scope, key, holder) = (id.scope(), id.key(), &holder.as_bytes()[..]);
        let [scope, key, holder] = [text(&scope), text(&key), bytes(&holder)];
        let step = Step { source: Source::PoolOrSpare, within: self.timeouts.step() };
        let rows = match transition {
            Transition::Extend { lease } => {
                let step = Step { source: Source::Spare, within: self.timeouts.extension(lease) };
                self.count(step, sql::EXTEND, &[scope, key, holder, interval(&Span::from(lease))]).await
            }
            Transition::Step { name, result } => {
                self.count(step, sql::STEP, &[scope, key, holder, bytes(&Steps::entry(name, result))]).await
            }
            Transition::Finish { result, keep } => {
                self.count(step, sql::FINISH, &[scope, key, holder, bytes(&result), int8(&in_micros(keep))]).await
            }
            Transition::Release => self.count(step, sql::RELEASE, &[scope, key, holder]).await,
            Transition::Forget => self.count(step, sql::FORGET, &[scope, key, holder]).await,
        };
        if rows? > 0 {
            return Ok(Ack::Applied);
        }
        self.check_marker().await?;
        Ok(Ack::Lost)
    }
}

impl Store for PostgresStore {
    fn claim<'a>(&'a self, request: &'a ClaimRequest<'a>) -> StoreFuture<'a, ClaimOutcome> {
        Box::pin(self.claim_key(request))
    }

    fn transition<'a>(&'a self, lease: &'a Lease, transition: Transition<'a>) -> StoreFuture<'a, Ack> {
        Box::pin(self.change_key(lease, transition))
    }

    fn last_token<'a>(&'a self, id: Id<'a>) -> StoreFuture<'a, Option<u64>> {
        Box::pin(self.token_of(id))
    }

    fn max_result_bytes(&self) -> usize {
        self.result_limit
    }

    fn detached(&self) -> Option<Arc<dyn Store>> {
        Some(Arc::new(self.clone()))
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PostgresStore").field("pool", &self.connections).finish_non_exhaustive()
    }
}
