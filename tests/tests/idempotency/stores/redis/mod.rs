//! The store in Redis, on a real server: the one at `RETRY_TEST_REDIS_URL`, else the local one. Keys have a prefix of
//! their own in each test, and time passes by what they note.

mod server;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use redis::aio::MultiplexedConnection;
use redis::{Client, ConnectionInfo, Script, cmd};
use retry_idempotency::admin::{Resolution, ResolveOutcome};
use retry_idempotency::protocol::{Ack, ClaimOutcome, ClaimRequest, Lease, Store, Transition};
use retry_idempotency::{Admin, RedisStore, StoreError};
use tokio::runtime::{Builder, Runtime};

use crate::stores::harness::{Case, Harness, KEEP, Watchdog, With, ask, finish, id};
use crate::stores::model;
use crate::stores::rules::contract;

struct Redis {
    store: Arc<RedisStore>,
    connection: MultiplexedConnection,
    prefix: String,
    url: String,
}

/// Moves the times of all keys with a prefix, at the places that `scripts/row.lua` says: of an open key the start of its lease and the
/// end of its old result, of a finished one the expiry. Its last half minute is left, so that Redis does not remove what the store is
/// to find.
const PASS: &str = r"
local cursor = '0'
repeat
  local page = redis.call('SCAN', cursor, 'MATCH', ARGV[1] .. '\0[^\0]*', 'COUNT', 1000)
  cursor = page[1]
  for _, name in ipairs(page[2]) do
    local packed = redis.call('GET', name)
    if string.sub(packed, 68, 68) == 'f' then
      redis.call('PEXPIRE', name, math.max(30000, redis.call('PTTL', name) - math.floor(ARGV[2] / 1000)))
    else
      local kept, since = struct.unpack('>I8', packed, 81), string.sub(packed, 93, 108)
      if kept ~= 0 then kept = kept - ARGV[2] end
      redis.call('SET', name, string.sub(packed, 1, 80) .. struct.pack('>I8', kept) .. string.sub(packed, 89, 92)
        .. string.format('%016.0f', since - ARGV[2]) .. string.sub(packed, 109))
    end
  end
until cursor == '0'
";

/// Removes all of a prefix, the marker too.
const CLEAN: &str = r"
local cursor = '0'
repeat
  local page = redis.call('SCAN', cursor, 'MATCH', ARGV[1] .. '\0*', 'COUNT', 1000)
  cursor = page[1]
  for _, name in ipairs(page[2]) do redis.call('DEL', name) end
until cursor == '0'
";

impl Redis {
    async fn new(url: &str) -> Self {
        static TESTS: AtomicU32 = AtomicU32::new(0);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros();
        let prefix = format!("retry-test-{}-{}-{now}", process::id(), TESTS.fetch_add(1, Ordering::Relaxed));
        let store = RedisStore::open(url, &prefix).await.expect("the store opens");
        store.acknowledge().await.expect("the server answers");
        let connection = Client::open(url).unwrap().get_multiplexed_async_connection().await.unwrap();
        Self { store: Arc::new(store), connection, prefix, url: url.into() }
    }

    async fn change(&self, held: &Lease, transition: Transition<'_>) {
        assert_eq!(self.store.transition(held, transition).await.unwrap(), Ack::Applied);
    }

    async fn clean(mut connection: MultiplexedConnection, prefix: String) {
        let () = Script::new(CLEAN).arg(prefix).invoke_async(&mut connection).await.expect("the server answers");
    }
}

impl Harness for Redis {
    const SLACK: Duration = Duration::from_secs(5);

    async fn store(&self) -> Arc<dyn Admin> {
        self.store.clone()
    }

    async fn bounded(&self, keys_per_scope: usize) -> Arc<dyn Admin> {
        let store = RedisStore::open(&self.url, &self.prefix).await.expect("the store opens");
        Arc::new(store.with_keys_per_scope(keys_per_scope))
    }

    async fn pass_time(&self, by: Duration) {
        let script = Script::new(PASS);
        let mut invocation = script.arg(&self.prefix);
        invocation.arg(u64::try_from(by.as_micros()).unwrap());
        let () = invocation.invoke_async(&mut self.connection.clone()).await.expect("the server answers");
    }
}

fn url() -> String {
    std::env::var("RETRY_TEST_REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1:6379/".to_owned())
}

fn on(runtime: &Runtime, test: impl AsyncFnOnce(Redis)) {
    let _watchdog = Watchdog::new();
    let url = url();
    let answers = runtime.block_on(async { Client::open(&*url)?.get_multiplexed_async_connection().await });
    if let Err(error) = answers {
        assert!(std::env::var_os("CI").is_none(), "no Redis at {url}: {error}");
        eprintln!("skipped: no Redis at {url}: {error}; start one, or set RETRY_TEST_REDIS_URL");
        return;
    }
    let redis = runtime.block_on(Redis::new(&url));
    let clean = Redis::clean(redis.connection.clone(), redis.prefix.clone());
    let result = catch_unwind(AssertUnwindSafe(|| runtime.block_on(test(redis))));
    runtime.block_on(clean);
    result.unwrap_or_else(|panic| resume_unwind(panic));
}

fn run(rule: impl AsyncFnOnce(Case<Redis>)) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    on(&runtime, async |redis| rule(Case::new(redis).await).await);
}

fn contend(rule: impl AsyncFnOnce(Case<Redis>)) {
    let runtime = Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    on(&runtime, async |redis| rule(Case::new(redis).await).await);
}

/// Runs a test on the server, with the name of the keys of this test alone.
pub(crate) fn on_server(test: impl AsyncFnOnce(ConnectionInfo, String)) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    on(&runtime, async |redis| {
        let server = Client::open(url()).unwrap().get_connection_info().clone();
        test(server, redis.prefix.clone()).await;
    });
}

contract!(run, contend);

/// What makes room: keys that are gone in whatever way, and the end of the time to keep a result.
#[test]
fn a_scope_has_room_again_when_a_key_is_gone() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    on(&runtime, async |redis| {
        let case = Case::new(redis).await;
        let store = case.bounded(3).await;
        let claim = async |key, lease| store.claim(&ClaimRequest { lease, ..ask(key, 1) }).await;
        // Names are looked at when their lease is over, and a lease cannot pass for the set: these are short.
        let short = Duration::from_millis(1);
        let Ok(ClaimOutcome::Run(held)) = claim("forgotten", short).await else { panic!("it is new") };
        assert!(claim("evicted", short).await.is_ok() && claim("open", short).await.is_ok());
        assert!(matches!(claim("new", short).await, Err(StoreError::ScopeFull { keys: 3 })));
        // A name is looked at again when a lease is over since the last time.
        let claim_at_last = async |key| loop {
            match claim(key, short).await {
                Err(StoreError::ScopeFull { .. }) => {}
                claimed => break claimed.unwrap(),
            }
        };
        assert_eq!(store.transition(&held, Transition::Forget).await.unwrap(), Ack::Applied);
        let ClaimOutcome::Run(held) = claim_at_last("finished").await else { panic!("it is new") };
        assert!(claim("new", short).await.is_err());
        assert!(store.evict(id("evicted")).await.unwrap());
        claim_at_last("new").await;
        assert!(claim("newer", short).await.is_err(), "an open key is never over");
        let keep = Duration::from_millis(1);
        assert_eq!(store.transition(&held, Transition::Finish { result: b"paid", keep }).await.unwrap(), Ack::Applied);
        claim_at_last("newer").await;
        assert!(claim("newest", short).await.is_err());
    });
}

/// A name leaves the set with its key, though it was looked at, and is not due again before its result expires.
#[test]
fn a_key_that_is_removed_makes_room_at_once() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    on(&runtime, async |redis| {
        let case = Case::new(redis).await;
        let store = case.bounded(1).await;
        let run = async |key| match store.claim(&ask(key, 1)).await.unwrap() {
            ClaimOutcome::Run(held) => held,
            other => panic!("{key} should run, and got {other:?}"),
        };
        for how in ["forgotten", "evicted", "resolved", "purged"] {
            let held = run(how).await;
            assert!(matches!(store.claim(&ask("full", 1)).await, Err(StoreError::ScopeFull { keys: 1 })), "{how}");
            match how {
                "forgotten" => assert_eq!(store.transition(&held, Transition::Forget).await.unwrap(), Ack::Applied),
                "evicted" => {
                    assert!(store.evict(id(how)).await.unwrap());
                    assert!(!store.evict(id(how)).await.unwrap(), "it is gone");
                }
                "resolved" => {
                    let resolved = store.resolve(id(how), Resolution::NothingHappened, true).await.unwrap();
                    assert_eq!(resolved, ResolveOutcome::Applied);
                }
                _ => {
                    assert_eq!(store.transition(&held, finish(b"paid")).await.unwrap(), Ack::Applied);
                    case.pass(KEEP).await;
                    assert_eq!(store.purge(9).await.unwrap(), 1);
                }
            }
        }
        run("last").await;
    });
}

/// A corrected result makes room at its own end, and not at that of the one before.
#[test]
fn a_corrected_result_makes_room_when_it_is_over() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    on(&runtime, async |redis| {
        let case = Case::new(redis).await;
        let store = case.bounded(1).await;
        assert!(matches!(store.claim(&ask("order", 1)).await.unwrap(), ClaimOutcome::Run(_)));
        for keep in [KEEP, Duration::from_millis(1)] {
            assert!(matches!(store.claim(&ask("next", 1)).await, Err(StoreError::ScopeFull { keys: 1 })));
            let resolution = Resolution::Finished { result: b"paid", keep };
            assert_eq!(store.resolve(id("order"), resolution, true).await.unwrap(), ResolveOutcome::Applied);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        assert!(matches!(store.claim(&ask("next", 1)).await.unwrap(), ClaimOutcome::Run(_)));
    });
}

/// Another claim of the key.
async fn token(redis: &Redis, owner: u8) -> Lease {
    match redis.store.claim(&ask("order", owner).resume()).await.unwrap() {
        ClaimOutcome::Run(held) => held,
        other => panic!("it should run, and got {other:?}"),
    }
}

/// The clock of the server was an hour ahead, as its marker shows, and was set back.
#[test]
fn tokens_never_fall_when_the_clock_was_set_back() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    on(&runtime, async |redis| {
        let marker = format!("{}\0\0marker", redis.prefix);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros();
        let ahead = u64::try_from(now).unwrap() + 3_600_000_000;
        let () = cmd("SET").arg(&marker).arg(ahead).query_async(&mut redis.connection.clone()).await.unwrap();
        redis.store.acknowledge().await.unwrap();
        let mut last = token(&redis, 1).await;
        assert!(last.token() > ahead, "{} {ahead}", last.token());
        for owner in 2..8 {
            match owner {
                2 => assert!(redis.store.evict(id("order")).await.unwrap()),
                3 => redis.change(&last, Transition::Forget).await,
                4 => redis.change(&last, Transition::Release).await,
                5 => {
                    let nothing = redis.store.resolve(id("order"), Resolution::NothingHappened, true).await.unwrap();
                    assert_eq!(nothing, ResolveOutcome::Applied);
                }
                _ => {
                    // It is over, and removed by Redis itself or by a purge.
                    redis.change(&last, finish(b"paid")).await;
                    redis.pass_time(KEEP).await;
                    if owner == 6 {
                        assert_eq!(redis.store.purge(9).await.unwrap(), 1);
                    } else {
                        let name = format!("{}\0account-7\0order", redis.prefix);
                        let gone: bool =
                            cmd("PEXPIRE").arg(name).arg(0).query_async(&mut redis.connection.clone()).await.unwrap();
                        assert!(gone);
                    }
                }
            }
            let next = token(&redis, owner).await;
            assert!(next.token() > last.token(), "{owner}: {} {}", next.token(), last.token());
            last = next;
        }
    });
}

#[test]
fn it_agrees_with_the_model() {
    model::agrees(64, |acts| run(async |case| model::follow(case, acts).await));
}
