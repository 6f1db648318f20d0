//! Tests of Redis alone, on servers of their own, because they restart, empty and fill them.

mod clock;
mod frozen;
mod process;

use std::collections::BTreeSet;

use redis::cmd;
use retry_idempotency::admin::{CheckState, Filter};
use retry_idempotency::protocol::{Ack, ClaimOutcome, Lease, Transition};
use retry_idempotency::{Admin, RedisStore, Store, StoreError};
use retry_runtime::{Class, Classify};

use self::process::{Proxy, RedisProcess, with_process};
use crate::stores::harness::{KEEP, Said, With, ask, finish, id, plain, step};

async fn run(store: &RedisStore, key: &str) -> Lease {
    match store.claim(&ask(key, 1)).await.unwrap() {
        ClaimOutcome::Run(held) => held,
        other => panic!("{key} should run, and got {other:?}"),
    }
}

async fn finished(store: &RedisStore, key: &str) -> Lease {
    let held = run(store, key).await;
    assert_eq!(store.transition(&held, finish(b"paid")).await.unwrap(), Ack::Applied);
    held
}

/// Returns the answer to a second client.
async fn said(store: &RedisStore, key: &str) -> Result<Said, StoreError> {
    store.claim(&ask(key, 2)).await.map(Said::from)
}

/// Asks until the store has connected again.
async fn said_at_last(store: &RedisStore, key: &str) -> Result<Said, StoreError> {
    for _ in 0..9 {
        match said(store, key).await {
            Err(StoreError::Failed { .. }) => {}
            answer => return answer,
        }
    }
    panic!("the store does not connect again");
}

async fn loses_everything(store: &RedisStore, held: &Lease) {
    for key in ["done", "open", "new"] {
        let answer = said_at_last(store, key).await;
        assert!(matches!(answer, Err(StoreError::Forgot)), "{key}: {answer:?}");
    }
    let answer = store.transition(held, finish(b"paid")).await;
    assert!(matches!(answer, Err(StoreError::Forgot)), "{answer:?}");
    store.acknowledge().await.unwrap();
    assert_eq!(said(store, "done").await.unwrap(), plain(1));
    assert_eq!(store.transition(held, finish(b"paid")).await.unwrap(), Ack::Lost);
}

#[test]
fn a_redis_that_came_back_empty_runs_nothing_until_that_is_acknowledged() {
    with_process(&[], async |mut server| {
        let store = server.store().await;
        finished(&store, "done").await;
        let held = run(&store, "open").await;
        server.restart();
        loses_everything(&store, &held).await;
    });
}

#[test]
fn a_redis_that_was_emptied_runs_nothing_until_that_is_acknowledged() {
    with_process(&[], async |server| {
        let store = server.store().await;
        finished(&store, "done").await;
        let held = run(&store, "open").await;
        let () = cmd("FLUSHALL").query_async(&mut server.connect().await).await.unwrap();
        loses_everything(&store, &held).await;
    });
}

#[test]
fn a_new_redis_runs_nothing_until_it_is_acknowledged() {
    with_process(&[], async |server| {
        let store = RedisStore::open(&server.url(), "shop").await.unwrap();
        assert!(matches!(said(&store, "order").await, Err(StoreError::Forgot)));
        store.acknowledge().await.unwrap();
        assert_eq!(said(&store, "order").await.unwrap(), plain(1));
    });
}

#[test]
fn with_an_append_only_file_a_kill_loses_nothing() {
    with_process(&["--appendonly", "yes"], async |mut server| {
        let store = server.store().await;
        for number in 0..100 {
            finished(&store, &format!("done-{number}")).await;
        }
        let held = run(&store, "open").await;
        server.restart();
        for number in 0..100 {
            let answer = said_at_last(&store, &format!("done-{number}")).await.unwrap();
            assert_eq!(answer, Said::Finished(b"paid".to_vec()));
        }
        assert_eq!(said(&store, "open").await.unwrap(), Said::InFlight);
        assert_eq!(store.transition(&held, finish(b"paid")).await.unwrap(), Ack::Applied);
    });
}

#[test]
fn a_redis_that_may_evict_keys_is_refused() {
    with_process(&[], async |server| {
        let mut connection = server.connect().await;
        for policy in ["allkeys-lru", "volatile-ttl", "volatile-lru"] {
            let () =
                cmd("CONFIG").arg(&["SET", "maxmemory-policy", policy]).query_async(&mut connection).await.unwrap();
            let error = RedisStore::open(&server.url(), "shop").await.unwrap_err();
            assert!(matches!(error, StoreError::Unfit { .. }), "{error:?}");
            assert_eq!(
                error.to_string(),
                format!(
                    "the store cannot keep its promise: Redis may evict keys when its memory is full (maxmemory-policy is \
                     {policy}); set it to noeviction, or give the store a Redis of its own"
                )
            );
        }
    });
}

/// Without the file it opens all the same, and says so.
#[test]
fn a_redis_that_a_crash_empties_is_told() {
    with_process(&[], async |server| {
        let store = server.store().await;
        assert!(!store.has_append_only_file());
        assert_eq!(faults(&store).await, [("persistence", "none".to_owned())]);
    });
    with_process(&["--appendonly", "yes"], async |server| {
        let store = RedisStore::open(&server.url(), "shop").await.unwrap();
        assert!(store.has_append_only_file());
        assert_eq!(faults(&store).await, [("marker", "missing".to_owned())]);
        Admin::acknowledge(&store).await.unwrap();
        assert_eq!(faults(&store).await, []);
    });
}

async fn faults(store: &RedisStore) -> Vec<(&'static str, String)> {
    let checks = store.diagnose().await.unwrap();
    let faults = checks.into_iter().filter(|check| check.state == CheckState::Fault);
    faults.map(|check| (check.name, check.found)).collect()
}

#[test]
fn a_full_redis_refuses_new_keys_and_replays_old_ones() {
    with_process(&[], async |server| {
        let store = server.store().await;
        finished(&store, "done").await;
        let () = cmd("CONFIG").arg(&["SET", "maxmemory", "1"]).query_async(&mut server.connect().await).await.unwrap();
        let error = said(&store, "new").await.unwrap_err();
        assert_eq!(error.class(), Class::Unavailable, "{error}");
        assert_eq!(said(&store, "done").await.unwrap(), Said::Finished(b"paid".to_vec()));
    });
}

#[test]
fn each_step_is_one_round_trip() {
    with_process(&[], async |server| {
        let store = server.store().await;
        let mut connection = server.connect().await;
        let () = cmd("CONFIG").arg("RESETSTAT").query_async(&mut connection).await.unwrap();
        let held = run(&store, "order").await;
        for change in
            [Transition::Extend { lease: KEEP }, step("charge", b"paid"), Transition::Release, finish(b"paid")]
        {
            assert_eq!(store.transition(&held, change).await.unwrap(), Ack::Applied);
        }
        said(&store, "order").await.unwrap();
        let stats: String = cmd("INFO").arg("commandstats").query_async(&mut connection).await.unwrap();
        assert!(stats.contains("cmdstat_evalsha:calls=6,"), "{stats}");
        let commands: BTreeSet<_> = stats
            .lines()
            .filter_map(|line| line.strip_prefix("cmdstat_")?.split_once(':'))
            .map(|(name, _)| name)
            .collect();
        // What follows the script is called by it.
        assert_eq!(
            commands,
            BTreeSet::from([
                "config|resetstat",
                "evalsha",
                "get",
                "getrange",
                "getset",
                "pttl",
                "set",
                "setnx",
                "time"
            ])
        );
    });
}

#[test]
fn scripts_that_the_server_forgot_are_sent_again() {
    with_process(&[], async |server| {
        let store = server.store().await;
        let () = cmd("SCRIPT").arg("FLUSH").query_async(&mut server.connect().await).await.unwrap();
        let held = finished(&store, "order").await;
        assert_eq!(store.transition(&held, finish(b"paid")).await.unwrap(), Ack::Applied);
    });
}

#[test]
fn a_lost_answer_costs_nothing() {
    with_process(&[], async |server| {
        server.store().await;
        let proxy = Proxy::before(&server).await;
        let store = RedisStore::open(&proxy.url(), "shop").await.unwrap();
        proxy.cut_next_answer();
        let lost = store.claim(&ask("order", 1)).await.unwrap_err();
        assert_eq!(lost.class(), Class::Disconnected, "{lost}");
        let held = run(&store, "order").await;
        assert_eq!(held.run(), 1, "the same run");
        for change in [step("charge", b"paid"), finish(b"paid")] {
            proxy.cut_next_answer();
            assert!(store.transition(&held, change).await.is_err());
            assert_eq!(store.transition(&held, change).await.unwrap(), Ack::Applied);
        }
        assert_eq!(said(&store, "order").await.unwrap(), Said::Finished(b"paid".to_vec()));
    });
}

#[test]
fn a_redis_that_does_not_answer_is_a_timeout_after_two_seconds() {
    with_process(&[], async |server| {
        server.store().await;
        let proxy = Proxy::before(&server).await;
        let store = RedisStore::open(&proxy.url(), "shop").await.unwrap();
        proxy.lose_answers();
        tokio::time::pause();
        let begun = tokio::time::Instant::now();
        let error = said(&store, "order").await.unwrap_err();
        assert_eq!(error.class(), Class::Timeout, "{error}");
        assert_eq!(begun.elapsed().as_millis() / 10, 200, "{:?}", begun.elapsed());
    });
}

#[test]
fn a_redis_that_is_not_there_is_told_at_once() {
    with_process(&[], async |mut server| {
        let url = server.url();
        server.kill();
        let error = RedisStore::open(&url, "shop").await.unwrap_err();
        assert_eq!(error.class(), Class::Connect, "{error}");
    });
}

async fn expiry(server: &RedisProcess, key: &str) -> i64 {
    let name = format!("shop\0{}\0{key}", id(key).scope());
    cmd("PTTL").arg(name).query_async(&mut server.connect().await).await.unwrap()
}

#[test]
fn finished_keys_go_by_themselves_and_open_ones_never() {
    with_process(&[], async |server| {
        let store = server.store().await;
        let none = -1;
        run(&store, "order").await;
        assert_eq!(expiry(&server, "order").await, none);
        finished(&store, "cart").await;
        let (keep, grace) = (i64::try_from(KEEP.as_millis()).unwrap(), 60_000);
        let left = expiry(&server, "cart").await;
        assert!(left > keep + grace - 5000 && left <= keep + grace, "{left}");
        let ClaimOutcome::Run(merge) = store.claim(&ask("cart", 2).reopen()).await.unwrap() else {
            panic!("it is opened")
        };
        assert_eq!(expiry(&server, "cart").await, none);
        assert_eq!(store.transition(&merge, Transition::Forget).await.unwrap(), Ack::Applied);
        let again = expiry(&server, "cart").await;
        // What is left of a millisecond is a whole one.
        assert!(again <= left + 1 && again > left - 5000, "{again} of {left}");
    });
}

#[test]
fn a_key_of_another_version_is_never_run() {
    with_process(&[], async |server| {
        let store = server.store().await;
        let held = run(&store, "order").await;
        // Rows of version 2 were lists of this form.
        let script = redis::Script::new(
            "local old = cmsgpack.pack({2, '', string.rep('h', 16), 1796066431161427, 1, true, 1796066431161427, 0, 200})
            redis.call('SET', KEYS[1], ARGV[1] == '' and old .. string.rep('r', 200) or ARGV[1])",
        );
        for stored in ["", "text", "\u{1}"] {
            let name = format!("shop\0{}\0order", held.id().scope());
            let () = script.key(name).arg(stored).invoke_async(&mut server.connect().await).await.unwrap();
            let unreadable = |error| matches!(error, StoreError::Unreadable { .. });
            assert!(said(&store, "order").await.is_err_and(unreadable), "{stored:?}");
            assert!(store.transition(&held, finish(b"paid")).await.is_err_and(unreadable), "{stored:?}");
            assert!(store.list(Filter::default(), None, 9).await.is_err_and(unreadable), "{stored:?}");
            assert_eq!(store.purge(9).await.unwrap(), 0);
        }
        assert!(store.evict(id("order")).await.unwrap());
        assert_eq!(said(&store, "order").await.unwrap(), plain(1));
    });
}

#[test]
fn stores_of_two_prefixes_share_nothing() {
    with_process(&[], async |server| {
        let mut stores = Vec::new();
        for prefix in ["shop", "shop*", "s?op", "[s]hop", r"sh\op", "sh^op"] {
            let store = RedisStore::open(&server.url(), prefix).await.unwrap();
            assert!(matches!(said(&store, "order").await, Err(StoreError::Forgot)), "{prefix}");
            store.acknowledge().await.unwrap();
            finished(&store, "order").await;
            stores.push(store);
        }
        for store in &stores {
            assert_eq!(store.list(Filter::default(), None, 9).await.unwrap().entries.len(), 1, "{store:?}");
            assert!(store.evict(id("order")).await.unwrap(), "{store:?}");
        }
        for prefix in ["", "a\0b", "a\n"] {
            let error = RedisStore::open(&server.url(), prefix).await.unwrap_err();
            assert!(matches!(error, StoreError::Unfit { .. }), "{error:?}");
        }
    });
}

#[test]
fn many_keys_are_listed_once_each_among_those_of_others() {
    with_process(&[], async |server| {
        let store = server.store().await;
        let mut connection = server.connect().await;
        let others = redis::Script::new("for i = 1, 5000 do redis.call('SET', 'other:' .. i, '') end");
        let () = others.invoke_async(&mut connection).await.unwrap();
        for number in 0..1200 {
            run(&store, &format!("key-{number}")).await;
        }
        let (mut listed, mut after) = (Vec::new(), None);
        loop {
            let page = store.list(Filter::default(), after.as_ref(), 70).await.unwrap();
            assert!(page.entries.len() <= 70);
            listed.extend(page.entries.iter().map(|entry| entry.id().key().to_owned()));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(listed.len(), 1200);
        assert_eq!(listed.into_iter().collect::<BTreeSet<_>>().len(), 1200);
    });
}

/// Results are neither read nor sent, and a script scans few keys, so that others are served in between.
#[test]
fn a_listing_reads_no_results_and_scans_few_keys_at_once() {
    with_process(&[], async |server| {
        let store = server.store().await;
        let large = vec![7; 1 << 18];
        for number in 0..300 {
            let key = format!("order-{number}");
            let ClaimOutcome::Run(held) = store.claim(&ask(&key, 1)).await.unwrap() else { panic!("it runs") };
            assert_eq!(store.transition(&held, finish(&large)).await.unwrap(), Ack::Applied);
        }
        let mut connection = server.connect().await;
        let () = cmd("CONFIG").arg("RESETSTAT").query_async(&mut connection).await.unwrap();
        let (mut listed, mut after) = (0, None);
        loop {
            let page = store.list(Filter::default(), after.as_ref(), 50).await.unwrap();
            assert!(page.entries.len() <= 50 && page.entries.iter().all(|entry| entry.result_bytes == Some(1 << 18)));
            listed += page.entries.len();
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(listed, 300);
        let info: String = cmd("INFO").arg("all").query_async(&mut connection).await.unwrap();
        let number = |name: &str, part: &str| -> u64 {
            let line = info.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            let value =
                line.split(',').find_map(|field| field.trim_start_matches(':').strip_prefix(part)).unwrap_or("0");
            value.parse().unwrap()
        };
        assert_eq!(number("cmdstat_get:", "calls="), 0, "{info}");
        assert!(number("total_net_output_bytes", "") < 1 << 18, "{info}");
        let (heads, scripts) = (number("cmdstat_getrange:", "calls="), number("cmdstat_evalsha:", "calls="));
        assert!(heads >= 300 && heads <= 200 * scripts, "{heads} keys by {scripts} scripts");
        assert_eq!(store.purge(9).await.unwrap(), 0, "nothing is over");
    });
}
