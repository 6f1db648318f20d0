//! Store of keys in Redis.

mod admin;
mod claim_reply;
mod connection;
mod diagnose;
mod error;
mod names;
mod row;
mod scripts;

use core::fmt;
use core::time::Duration;
use std::borrow::Cow;
use std::sync::Arc;

use ::redis::{Client, Cmd, FromRedisValue, Script, ScriptInvocation, cmd};
use tokio::time::Instant;

use self::claim_reply::{Reply, claimed};
use self::connection::SharedConnection;
use self::error::unexpected;
use self::names::Names;
use self::scripts::{CHANGE, CLAIM, FINISH, TOKEN};
use crate::protocol::{
    Ack, ClaimOutcome, ClaimRequest, Id, Lease, RESULT_LIMIT, Steps, Store, StoreError, StoreFuture, Takeover,
    Transition,
};
use crate::state_machine::micros;
use crate::stores::server_clock::{ServerClock, micros_now};
use crate::stores::step_timeouts::StepTimeouts;

/// Store of keys in Redis: at most once while Redis keeps its data.
///
/// A key that Redis has lost cannot be refused. Use it for effects that may be repeated if Redis loses its data, or for
/// receivers that recognize keys themselves. After `kill -9`, of 2,001 acknowledged keys Redis 7 still had
///
/// | persistence | keys |
/// |---|---|
/// | `appendonly yes` (`everysec`) | 2,001 |
/// | snapshots, the default | 0 |
/// | none | 0 |
///
/// A power cut may lose the last second with `everysec`, and a failover whatever had not reached the replica.
///
/// - A Redis that comes back empty lacks a marker. Then each claim fails with [`StoreError::Forgot`] and nothing runs
///   until you [`acknowledge`](Self::acknowledge) the loss. A Redis that comes back with an old snapshot has its marker,
///   and the loss is not detected.
/// - A Redis without an append-only file is opened: [`has_append_only_file`](Self::has_append_only_file) is false, and
///   [`Admin::diagnose`](crate::Admin::diagnose) finds a fault.
/// - A Redis that may evict keys when its memory is full is refused when the store is opened. A Redis that may not evict
///   returns errors of class `Unavailable` instead.
/// - The clock is that of the Redis server. If it is set forward, leases end early; old holders still lose their keys.
/// - A key is one string of about 470 bytes with a result of 200. A finished key is removed a minute after it expires, an
///   open one never.
/// - Fencing tokens never fall: the marker holds the highest. A clock that jumps past the end of a result lets Redis remove it, which
///   the store cannot know.
/// - The client logs no parameters. The server shows them in `MONITOR` and `SLOWLOG`, which only its own access rules hide.
/// - All keys of a prefix are in one server. A cluster refuses them, as keys in two slots.
///
/// Each operation is one script and one round trip, and a finish that is refused is two, over a shared connection. An operation fails after 2 s without an answer
/// ([`with_step_timeout`](Self::with_step_timeout)), and one of [`Admin`](crate::Admin) after 30 s
/// ([`with_admin_timeout`](Self::with_admin_timeout)). A connection that breaks or does not answer is not used again: the
/// next operation opens a new one. A failed operation is safe to send again, and `once` does so. A claim that Redis begins to execute
/// after its timeout, because it was frozen, changes nothing.
///
/// ```no_run
/// # async fn f() -> Result<(), retry_idempotency::StoreError> {
/// use retry_idempotency::RedisStore;
///
/// let store = RedisStore::open("redis://127.0.0.1:6379/0", "shop").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RedisStore {
    connection: Arc<SharedConnection>,
    names: Names,
    timeouts: StepTimeouts,
    clock: Arc<ServerClock>,
    result_limit: usize,
    keys_per_scope: Option<usize>,
    has_append_only_file: bool,
}

impl RedisStore {
    /// Opens the store at `url`; the names of its keys begin with `prefix`.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`with_client`](Self::with_client), and an error if the address is invalid.
    ///
    /// # Cancel safety
    ///
    /// May be dropped at any time; it changes nothing.
    pub async fn open(url: &str, prefix: &str) -> Result<Self, StoreError> {
        Self::with_client(Client::open(url)?, prefix).await
    }

    /// Opens the store with your own client, for example with certificates.
    ///
    /// The names of its keys begin with `prefix`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unfit`] if the prefix is empty or has control characters, or if this Redis may evict keys. An error if
    /// no server answers within 2 s.
    ///
    /// # Cancel safety
    ///
    /// May be dropped at any time; it changes nothing.
    pub async fn with_client(client: Client, prefix: &str) -> Result<Self, StoreError> {
        let names = Names::new(prefix)?;
        let mut store = Self {
            connection: Arc::new(SharedConnection::new(client)),
            names,
            timeouts: StepTimeouts::DEFAULT,
            clock: Arc::default(),
            result_limit: RESULT_LIMIT,
            keys_per_scope: None,
            has_append_only_file: false,
        };
        store.read_clock().await?;
        let info = store.info().await?;
        check_policy(info.get("maxmemory_policy"))?;
        store.has_append_only_file = info.has_append_only_file();
        #[cfg(feature = "tracing")]
        if !store.has_append_only_file {
            tracing::warn!(
                "Redis has no append-only file: after a crash keys are lost and effects repeated; set `appendonly yes`"
            );
        }
        for script in [&CLAIM, &FINISH, &CHANGE] {
            let script = script.prepare_invoke();
            let load = async |mut connection| script.load_async(&mut connection).await;
            store.connection.run(store.timeouts.step(), load).await?;
        }
        Ok(store)
    }

    /// Sets the timeout of a claim and of a transition; 2 s by default.
    ///
    /// It includes the time to connect.
    ///
    /// Keep it below half of the lease. An extension waits for at most a third of the lease. A timeout below 1 ms is 1 ms.
    #[must_use]
    pub fn with_step_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts = self.timeouts.with_step(timeout);
        self
    }

    /// Sets the timeout of each script of [`Admin`](crate::Admin); 30 s by default.
    ///
    /// A listing and a purge run one script per 1000 keys. A timeout below 1 ms is 1 ms.
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
    /// The keys of each scope are then also in a sorted set, at about 100 bytes per key, which each new key writes in the same round
    /// trip. Set the same bound in every process: keys that a process without one adds are not counted.
    ///
    /// # Panics
    ///
    /// Panics if `keys` is 0.
    #[must_use]
    #[track_caller]
    pub fn with_keys_per_scope(mut self, keys: usize) -> Self {
        assert!(keys > 0, "a scope with 0 keys is always refused; write `with_keys_per_scope(1_000)`");
        self.keys_per_scope = Some(keys);
        self
    }

    /// Returns true if Redis appended each write to a file when the store was opened.
    ///
    /// Without that file (`appendonly no`) a crash or a restart of Redis loses keys, and their effects are repeated. The store opens
    /// all the same: check this, or [`Admin::diagnose`](crate::Admin::diagnose), if your effects must not be. With the feature
    /// `tracing`, opening such a Redis is a warning in the log.
    pub const fn has_append_only_file(&self) -> bool {
        self.has_append_only_file
    }

    /// Acknowledges that this Redis has all the keys that it should have.
    ///
    /// Call it by hand: once when the store is set up, and after a [`StoreError::Forgot`] if you accept that effects may be
    /// repeated. Called at each start of a program it would hide a loss.
    ///
    /// # Errors
    ///
    /// Returns an error if Redis does not answer.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped it is unknown whether the loss is acknowledged; call it again.
    pub async fn acknowledge(&self) -> Result<(), StoreError> {
        // A marker that exists holds the highest token.
        self.command(cmd("SET").arg(self.names.marker()).arg(1).arg("NX"), self.timeouts.admin()).await
    }

    async fn read_clock(&self) -> Result<(), StoreError> {
        let sent = micros_now();
        let (seconds, micros): (u64, u64) = self.command(&cmd("TIME"), self.timeouts.step()).await?;
        self.clock.observe(seconds * 1_000_000 + micros, sent);
        Ok(())
    }

    async fn invoke<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
        within: Duration,
    ) -> Result<T, StoreError> {
        self.connection.run(within, async |mut connection| script.invoke_async(&mut connection).await).await
    }

    async fn call<T: FromRedisValue>(&self, script: &Script, call: &Cmd, within: Duration) -> Result<T, StoreError> {
        self.connection.run(within, async |mut connection| scripts::run(script, call, &mut connection).await).await
    }

    async fn command<T: FromRedisValue>(&self, command: &Cmd, within: Duration) -> Result<T, StoreError> {
        self.connection.run(within, async |mut connection| command.query_async(&mut connection).await).await
    }

    async fn claim_key(&self, request: &ClaimRequest<'_>) -> Result<ClaimOutcome, StoreError> {
        request.check()?;
        let (begun, step) = (Instant::now(), self.timeouts.step());
        for _ in 0..MAX_CLAIMS {
            let (sent, left) = (micros_now(), step.saturating_sub(begun.elapsed()));
            if left.is_zero() {
                break;
            }
            let call = self.claim_call(request, self.clock.deadline(left));
            match self.call(&CLAIM, &call, left).await? {
                Reply::Other(what, now, ..) if what == "late" => self.clock.observe(now, sent),
                Reply::Other(what, ..) if what == "full" => {
                    return Err(StoreError::ScopeFull { keys: self.keys_per_scope.unwrap_or(0) });
                }
                reply => {
                    if let Some(now) = reply.time() {
                        self.clock.observe(now, sent);
                    }
                    return claimed(request, reply);
                }
            }
        }
        Err(StoreError::no_answer(step))
    }

    /// Returns a claim that is refused after a time of the server, in microseconds.
    fn claim_call(&self, request: &ClaimRequest<'_>, deadline: i64) -> Cmd {
        let takeover = match request.takeover {
            Takeover::Refuse => b'-',
            Takeover::Resume => b'r',
            Takeover::Reopen => b'o',
        };
        let argument = row::claim(request, deadline, takeover);
        let mut call = scripts::call(&CLAIM, if self.keys_per_scope.is_some() { 3 } else { 2 }, &[]);
        call.arg(self.names.marker()).arg(self.names.key(request.id));
        match self.keys_per_scope {
            Some(keys) => call.arg(self.names.set(request.id.scope())).arg(&argument[..]).arg(keys),
            None => call.arg(&argument[..]),
        };
        call
    }

    /// Finishes a key by the shortest script, and returns true if that succeeded.
    ///
    /// It can if `lease` says what the row holds.
    ///
    /// A key that is lost is left to the script of all transitions, which says why.
    async fn finish_first_run(&self, lease: &Lease, result: &[u8], keep: Duration) -> Result<bool, StoreError> {
        let Some(first) = lease.first_row() else { return Ok(false) };
        let Some(head) = row::finished(lease.holder(), first.fingerprint.as_ref(), lease.token(), result) else {
            return Ok(false);
        };
        let mut call = scripts::call(&FINISH, 1, result);
        call.arg(self.names.key(lease.id())).arg(&row::beginning(lease.holder(), lease.token())[..]);
        call.arg(micros(keep).div_ceil(1000) + row::GRACE);
        scripts::arg_of(&mut call, [&head, result]);
        self.call(&FINISH, &call, self.timeouts.step()).await
    }

    async fn change_key(&self, lease: &Lease, transition: Transition<'_>) -> Result<Ack, StoreError> {
        transition.check(self.result_limit)?;
        if let Transition::Finish { result, keep } = transition {
            if self.finish_first_run(lease, result, keep).await? {
                return Ok(Ack::Applied);
            }
        }
        let entry;
        let (verb, time, bytes) = match transition {
            Transition::Extend { lease } => ("extend", lease, &[][..]),
            Transition::Step { name, result } => {
                entry = Steps::entry(name, result);
                ("step", Duration::ZERO, &entry[..])
            }
            Transition::Finish { result, keep } => ("finish", keep, result),
            Transition::Release => ("release", Duration::ZERO, &[][..]),
            Transition::Forget => ("forget", Duration::ZERO, &[][..]),
        };
        let mut call = scripts::call(&CHANGE, 3, bytes);
        call.arg(self.names.marker()).arg(self.names.key(lease.id())).arg(self.names.set(lease.id().scope()));
        call.arg(lease.holder().as_bytes()).arg(verb).arg(micros(time)).arg(bytes);
        let within = match transition {
            Transition::Extend { lease } => self.timeouts.extension(lease),
            _ => self.timeouts.step(),
        };
        match &*self.call::<String>(&CHANGE, &call, within).await? {
            "yes" => Ok(Ack::Applied),
            "lost" => Ok(Ack::Lost),
            other => Err(unexpected(other)),
        }
    }
}

/// Most times that a claim is sent.
///
/// A second one has a deadline by the clock that refused the first.
const MAX_CLAIMS: usize = 2;

/// Checks the eviction policy.
///
/// All policies but `noeviction` evict finished keys, and all of these but `volatile-*` open ones too.
fn check_policy(policy: &str) -> Result<(), StoreError> {
    if policy == "noeviction" {
        return Ok(());
    }
    let why = format!(
        "Redis may evict keys when its memory is full (maxmemory-policy is {policy}); set it to noeviction, or give the \
         store a Redis of its own"
    );
    Err(StoreError::Unfit { why: Cow::Owned(why) })
}

impl Store for RedisStore {
    fn claim<'a>(&'a self, request: &'a ClaimRequest<'a>) -> StoreFuture<'a, ClaimOutcome> {
        Box::pin(self.claim_key(request))
    }

    fn transition<'a>(&'a self, lease: &'a Lease, transition: Transition<'a>) -> StoreFuture<'a, Ack> {
        Box::pin(self.change_key(lease, transition))
    }

    fn last_token<'a>(&'a self, id: Id<'a>) -> StoreFuture<'a, Option<u64>> {
        Box::pin(async move { self.invoke(&TOKEN.key(self.names.key(id)), self.timeouts.step()).await })
    }

    fn max_result_bytes(&self) -> usize {
        self.result_limit
    }

    fn detached(&self) -> Option<Arc<dyn Store>> {
        Some(Arc::new(self.clone()))
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RedisStore").field("prefix", &self.names.prefix()).finish_non_exhaustive()
    }
}
