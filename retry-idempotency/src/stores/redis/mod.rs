//! Keys in Redis.

mod admin;
mod error;
mod names;
mod scripts;

use core::fmt;
use core::time::Duration;
use std::borrow::Cow;

use ::redis::aio::{ConnectionManager, ConnectionManagerConfig};
use ::redis::{Client, FromRedisValue, ParsingError, ScriptInvocation, Value, cmd};

use self::names::Names;
use self::scripts::{CHANGE, CLAIM};
use crate::protocol::{
    Ack, ClaimOutcome, ClaimRequest, Lease, Steps, Store, StoreError, StoreFuture, Takeover, Transition,
};
use crate::state_machine::micros;

/// Keys in Redis, for all processes that ask it: at most once while Redis keeps its data.
///
/// What it has forgotten it cannot refuse. So it is for effects that may be repeated if Redis loses its data, or beside
/// a receiver that knows keys of its own. After `kill -9`, of 2,001 acknowledged keys Redis 7 still had
///
/// | persistence | keys |
/// |---|---|
/// | `appendonly yes` (`everysec`) | 2,001 |
/// | snapshots, as it is set up at first | 0 |
/// | none | 0 |
///
/// A power cut may cost the last second with `everysec`, and a failover to a replica what had not reached it.
///
/// - A Redis that comes back empty is told by a marker that is gone: then each claim answers [`StoreError::Forgot`] and
///   nothing runs, until you [`acknowledge`](Self::acknowledge) it. One that comes back with an old snapshot has its
///   marker, and is not told.
/// - A Redis that may evict keys when its memory is full is refused when the store is opened. One that may not answers
///   errors instead, of class `Unavailable`.
/// - The clock is that of the Redis server. If it is set forward, leases end early; who has lost a key is still told so.
/// - A key is one string of about 470 bytes with a result of 200. Finished ones go by themselves a minute after they are
///   over, open ones never do.
/// - All keys of a prefix are in one server. A cluster is refused by Redis itself, as two keys in two slots.
///
/// Each step is one script and one round trip, over one connection that is shared and is made again when it is lost.
///
/// ```no_run
/// # async fn f() -> Result<(), retry_idempotency::StoreError> {
/// use retry_idempotency::RedisStore;
///
/// let store = RedisStore::open("redis://127.0.0.1:6379/0", "shop").await?;
/// # Ok(())
/// # }
/// ```
pub struct RedisStore {
    connection: ConnectionManager,
    names: Names,
}

/// How long an answer is waited for, and a connection.
const RESPONSE: Duration = Duration::from_millis(500);
const CONNECT: Duration = Duration::from_secs(1);

impl RedisStore {
    /// The store at this address, whose keys have this prefix. It waits 1 s for a connection and 500 ms for an answer, and
    /// retries nothing by itself: a step that has failed is safe to send again, and your policy says how often.
    ///
    /// # Errors
    ///
    /// As [`with_connection`](Self::with_connection), and if the address is none, or nobody answers there.
    pub async fn open(url: &str, prefix: &str) -> Result<Self, StoreError> {
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(0)
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(RESPONSE));
        let connection = ConnectionManager::new_with_config(Client::open(url)?, config).await?;
        Self::with_connection(connection, prefix).await
    }

    /// The store behind a connection of your own, whose keys have this prefix: for other timeouts, or TLS.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unfit`] if the prefix is empty or has control characters, or if this Redis may evict keys; and if it
    /// does not answer.
    pub async fn with_connection(mut connection: ConnectionManager, prefix: &str) -> Result<Self, StoreError> {
        let names = Names::new(prefix)?;
        let info: String = cmd("INFO").arg("memory").query_async(&mut connection).await?;
        check_policy(&info)?;
        for script in [&CLAIM, &CHANGE] {
            script.prepare_invoke().load_async(&mut connection).await?;
        }
        Ok(Self { connection, names })
    }

    /// Says that this Redis has all the keys that it is to have.
    ///
    /// Call it by hand: once, when the store is set up, and again after a [`StoreError::Forgot`], when you accept that
    /// what was done before may be done again. Called at each start of a program it would hide a loss.
    ///
    /// # Errors
    ///
    /// If Redis does not answer.
    pub async fn acknowledge(&self) -> Result<(), StoreError> {
        let mut connection = self.connection.clone();
        Ok(cmd("SET").arg(self.names.marker()).arg(1).exec_async(&mut connection).await?)
    }

    async fn invoke<T: FromRedisValue>(&self, script: &ScriptInvocation<'_>) -> Result<T, StoreError> {
        Ok(script.invoke_async(&mut self.connection.clone()).await?)
    }

    async fn claim_key(&self, request: &ClaimRequest<'_>) -> Result<ClaimOutcome, StoreError> {
        request.check()?;
        let fingerprint = request.fingerprint.map_or(&[][..], |fingerprint| fingerprint.as_bytes());
        let mut script = CLAIM.key(self.names.marker());
        script.key(self.names.of(request.id)).arg(request.holder.as_bytes()).arg(fingerprint);
        script.arg(micros(request.lease)).arg(match request.takeover {
            Takeover::Refuse => "refuse",
            Takeover::Resume => "resume",
            Takeover::Reopen => "reopen",
        });
        claimed(request, self.invoke(&script).await?)
    }

    async fn change_key(&self, lease: &Lease, change: Transition<'_>) -> Result<Ack, StoreError> {
        change.check()?;
        let entry;
        let (verb, time, bytes) = match change {
            Transition::Extend { lease } => ("extend", lease, &[][..]),
            Transition::Step { name, result } => {
                entry = Steps::entry(name, result);
                ("step", Duration::ZERO, &entry[..])
            }
            Transition::Finish { result, keep } => ("finish", keep, result),
            Transition::Release => ("release", Duration::ZERO, &[][..]),
            Transition::Forget => ("forget", Duration::ZERO, &[][..]),
        };
        let mut script = CHANGE.key(self.names.marker());
        script.key(self.names.of(lease.id())).arg(lease.holder().as_bytes()).arg(verb).arg(micros(time)).arg(bytes);
        match &*self.invoke::<String>(&script).await? {
            "yes" => Ok(Ack::Applied),
            "lost" => Ok(Ack::Lost),
            other => Err(no_answer(other)),
        }
    }
}

/// What the script of a claim answers.
enum Reply {
    /// The token of a first use.
    First(u64),
    /// What, a number of it, runs, bytes, the result that is to be replaced.
    Other(String, u64, u32, Vec<u8>, Option<Vec<u8>>),
}

impl FromRedisValue for Reply {
    fn from_redis_value(value: Value) -> Result<Self, ParsingError> {
        if let Value::Int(_) = value {
            return FromRedisValue::from_redis_value(value).map(Self::First);
        }
        let (what, number, runs, bytes, previous) = FromRedisValue::from_redis_value(value)?;
        Ok(Self::Other(what, number, runs, bytes, previous))
    }
}

fn claimed(request: &ClaimRequest<'_>, reply: Reply) -> Result<ClaimOutcome, StoreError> {
    let (what, number, runs, bytes, previous) = match reply {
        Reply::First(token) => return Ok(ClaimOutcome::Run(Lease::new(request.id, request.holder, token, 1))),
        Reply::Other(what, number, runs, bytes, previous) => (what, number, runs, bytes, previous),
    };
    match &*what {
        "run" => {
            let lease = Lease::new(request.id, request.holder, number, runs);
            let previous = previous.map(Vec::into_boxed_slice);
            Ok(ClaimOutcome::Run(lease.with_steps(Steps::from_bytes(bytes)?).with_previous(previous)))
        }
        "finished" => Ok(ClaimOutcome::Finished(bytes.into())),
        "in flight" => Ok(ClaimOutcome::InFlight { retry_in: Duration::from_micros(number) }),
        "interrupted" => Ok(ClaimOutcome::Interrupted { runs: number.try_into().unwrap_or(u32::MAX) }),
        "mismatch" => Ok(ClaimOutcome::Mismatch),
        other => Err(no_answer(other)),
    }
}

fn no_answer(why: &str) -> StoreError {
    if why == "forgot" { StoreError::Forgot } else { StoreError::Unreadable { what: "a key" } }
}

/// Any policy but this evicts keys, and all others but `volatile-*` open ones too.
fn check_policy(info: &str) -> Result<(), StoreError> {
    let policy = info.lines().find_map(|line| line.strip_prefix("maxmemory_policy:")).unwrap_or("unknown").trim();
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

    fn transition<'a>(&'a self, lease: &'a Lease, change: Transition<'a>) -> StoreFuture<'a, Ack> {
        Box::pin(self.change_key(lease, change))
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RedisStore").field("prefix", &self.names.prefix()).finish_non_exhaustive()
    }
}
