//! Connections: how often, how long, and what if they are cut.

use std::time::Duration;

use deadpool_postgres::{Manager, Pool};
use retry_idempotency::admin::Filter;
use retry_idempotency::postgres::{PostgresStore, SCHEMA, complete_lease};
use retry_idempotency::protocol::{Ack, ClaimOutcome, Lease, Transition};
use retry_idempotency::{Admin, Store, StoreError};
use retry_runtime::{Class, Classify};
use tokio::task::JoinSet;
use tokio_postgres::NoTls;

use super::proxy::Proxy;
use super::server::{Schema, config, with};
use crate::stores::harness::{Case, EXTEND, KEEP, LEASE, Said, With, ask, finish, id, step};

/// The schema by way of a proxy, with one connection.
async fn proxied(schema: &Schema) -> (Proxy, Pool, PostgresStore) {
    let server = config();
    let tokio_postgres::config::Host::Tcp(host) = &server.get_hosts()[0] else { panic!("a server by TCP") };
    let port = server.get_ports().first().copied().unwrap_or(5432);
    let proxy = Proxy::to(host.clone(), port).await;
    let pool = schema.pool_at(proxy.port, 1);
    let store = PostgresStore::open(pool.clone()).await.unwrap();
    (proxy, pool, store)
}

async fn run_of(store: &PostgresStore, key: &str, owner: u8) -> Lease {
    match store.claim(&ask(key, owner)).await.unwrap() {
        ClaimOutcome::Run(held) => held,
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_step_is_one_round_trip() {
    with("", async |schema| {
        let (proxy, pool, store) = proxied(&schema).await;
        // The first extension opens a connection.
        for key in ["first", "second"] {
            let mut rounds = Vec::new();
            proxy.rounds();
            let held = run_of(&store, key, 1).await;
            rounds.push(proxy.rounds());
            for change in [EXTEND, step("charge", b"7"), finish(b"paid")] {
                assert_eq!(store.transition(&held, change).await.unwrap(), Ack::Applied);
                rounds.push(proxy.rounds());
            }
            let replayed = store.claim(&ask(key, 2)).await.unwrap();
            assert!(matches!(replayed, ClaimOutcome::Finished(_)), "{replayed:?}");
            rounds.push(proxy.rounds());
            for change in [Transition::Release, Transition::Forget] {
                assert_eq!(store.transition(&held, change).await.unwrap(), Ack::Lost);
                rounds.push(proxy.rounds());
            }
            if key == "second" {
                // A replay after new keys reads what could not be inserted. A key is lost only in the table that was opened.
                assert_eq!(rounds, [1, 1, 1, 1, 2, 2, 2]);
            }
        }
        for expected in [2, 1, 1] {
            proxy.rounds();
            assert!(matches!(store.claim(&ask("first", 2)).await.unwrap(), ClaimOutcome::Finished(_)));
            assert_eq!(proxy.rounds(), expected, "of many replays each is one");
        }
        let held = run_of(&store, "third", 1).await;
        let mut client = pool.get().await.unwrap();
        let transaction = client.transaction().await.unwrap();
        proxy.rounds();
        complete_lease(&transaction, &held, b"paid", KEEP).await.unwrap();
        assert_eq!(proxy.rounds(), 1, "not prepared first");
    });
}

/// One to look, and one to take; and one before, to insert, if the keys before were new.
#[test]
fn a_claim_that_takes_over_is_two_round_trips_or_three() {
    with("", async |schema| {
        let (proxy, _pool, store) = proxied(&schema).await;
        let keys = ["first", "second", "third", "fourth"];
        for key in keys {
            let held = run_of(&store, key, 1).await;
            assert_eq!(store.transition(&held, Transition::Release).await.unwrap(), Ack::Applied);
        }
        let mut rounds = Vec::new();
        for key in keys {
            proxy.rounds();
            let taken = store.claim(&ask(key, 2).resume()).await.unwrap();
            assert!(matches!(&taken, ClaimOutcome::Run(held) if held.run() == 2), "{taken:?}");
            rounds.push(proxy.rounds());
        }
        // Those of the first one prepare nothing, because statements have no names.
        assert_eq!(rounds, [3, 3, 2, 2]);
    });
}

/// The statement was committed, and nobody was told.
#[test]
fn a_lost_answer_costs_nothing_but_asking_again() {
    with("", async |schema| {
        let (proxy, _, store) = proxied(&schema).await;
        proxy.cut_next();
        let error = store.claim(&ask("order", 1)).await.unwrap_err();
        assert_eq!(error.class(), Class::Disconnected, "{error}");
        let held = run_of(&store, "order", 1).await;
        assert_eq!(held.run(), 1);
        assert_eq!(store.list(Filter::default(), None, 9).await.unwrap().entries[0].token, held.token());

        for change in [step("charge", b"7"), EXTEND, finish(b"paid")] {
            // Prepares it, so that the cut is within the step.
            assert_eq!(store.transition(&held, change).await.unwrap(), Ack::Applied);
            proxy.cut_next();
            assert_eq!(store.transition(&held, change).await.unwrap_err().class(), Class::Disconnected);
            assert_eq!(store.transition(&held, change).await.unwrap(), Ack::Applied, "{change:?}");
        }
    });
}

#[test]
fn a_commit_whose_answer_is_lost_is_found_finished() {
    with("", async |schema| {
        let (proxy, pool, store) = proxied(&schema).await;
        let held = run_of(&store, "order", 1).await;
        let mut client = pool.get().await.unwrap();
        let transaction = client.transaction().await.unwrap();
        complete_lease(&transaction, &held, b"paid", KEEP).await.unwrap();
        proxy.cut_next();
        transaction.commit().await.unwrap_err();
        drop(client);
        // Not known to be committed, it is released: that touches no finished key.
        assert_eq!(store.transition(&held, Transition::Release).await.unwrap(), Ack::Lost);
        let found = Said::from(store.claim(&ask("order", 2)).await.unwrap());
        assert_eq!(found, Said::Finished(b"paid".to_vec()));
    });
}

#[test]
fn a_claim_holds_no_connection() {
    with("", async |schema| {
        let pool = schema.pool(1, "");
        let store = PostgresStore::open(pool.clone()).await.unwrap();
        let mut runs = JoinSet::new();
        for owner in 1..=16 {
            let (store, pool) = (store.clone(), pool.clone());
            runs.spawn(async move {
                let key = format!("order-{owner}");
                let held = run_of(&store, &key, owner).await;
                pool.get().await.unwrap().query_one("SELECT 1", &[]).await.unwrap();
                store.transition(&held, finish(b"paid")).await.unwrap()
            });
        }
        let all = tokio::time::timeout(Duration::from_secs(20), runs.join_all()).await.expect("they do not block");
        assert_eq!(all, [Ack::Applied; 16]);
    });
}

/// A row that is written, or locked, has another place or another transaction.
#[test]
fn an_answer_that_takes_nothing_writes_nothing() {
    with("", async |schema| {
        let case = Case::new(schema.clone()).await;
        case.finished(ask("finished", 1), b"paid").await;
        case.run(ask("interrupted", 1)).await;
        case.pass(LEASE).await;
        case.run(ask("open", 1)).await;
        let client = schema.pool.get().await.unwrap();
        let sql = "SELECT key || ' ' || ctid::text || ' ' || xmin::text || ' ' || xmax::text FROM retry_keys \
            WHERE scope <> '' ORDER BY key";
        let rows = async || {
            let rows = client.query(sql, &[]).await.unwrap();
            rows.iter().map(|row| row.get(0)).collect::<Vec<String>>()
        };
        let before = rows().await;
        let fingerprint = crate::stores::harness::fingerprint(1, 7);
        for key in ["finished", "interrupted", "open"] {
            for claim in [ask(key, 2), ask(key, 2).of(&fingerprint), ask(key, 1)] {
                case.claim(claim).await;
            }
        }
        assert_eq!(before.len(), 3);
        assert_eq!(rows().await, before);
    });
}

/// Nor to the log, beside what other tests write to it: their rounds are made again.
#[test]
fn a_replay_writes_no_wal() {
    with("", async |schema| {
        let case = Case::new(schema.clone()).await;
        case.finished(ask("finished", 1), b"paid").await;
        let client = schema.pool.get().await.unwrap();
        let log = async || {
            let row = client.query_one("SELECT pg_current_wal_insert_lsn()::text", &[]).await.unwrap();
            row.get::<_, String>(0)
        };
        // What the first look at a row leaves behind, as that its transaction was committed.
        case.claim(ask("finished", 2)).await;
        for _ in 0..500 {
            let before = log().await;
            for owner in 2..12 {
                assert_eq!(case.said(ask("finished", owner)).await, Said::Finished(b"paid".to_vec()));
            }
            if log().await == before {
                return;
            }
        }
        panic!("each of 500 times ten replays wrote to the log, or others did");
    });
}

#[test]
fn a_server_that_may_forget_is_refused() {
    with("", async |schema| {
        let forgetful = schema.pool(1, "-c synchronous_commit=off");
        let error = PostgresStore::open(forgetful.clone()).await.unwrap_err();
        assert!(matches!(error, StoreError::Unfit { .. }), "{error:?}");
        assert!(error.to_string().contains("`synchronous_commit` is off"), "{error}");
        PostgresStore::open_for_effects_inside(forgetful).await.unwrap();
    });
}

#[test]
fn a_missing_table_is_named_and_many_may_make_it() {
    with("", async |schema| {
        let client = schema.pool.get().await.unwrap();
        client.batch_execute("DROP TABLE retry_keys").await.unwrap();
        let error = PostgresStore::open(schema.pool.clone()).await.unwrap_err();
        assert!(matches!(error, StoreError::Unfit { .. }), "{error:?}");
        assert!(error.to_string().contains("retry_keys") && error.to_string().contains("SCHEMA"), "{error}");
        drop(client);

        let mut makers = JoinSet::new();
        for _ in 0..16 {
            let pool = schema.pool.clone();
            makers.spawn(async move { PostgresStore::create_table(&pool).await.unwrap() });
        }
        makers.join_all().await;
        schema.pool.get().await.unwrap().batch_execute(SCHEMA).await.expect("to run it again changes nothing");
        PostgresStore::open(schema.pool(1, "")).await.unwrap();
    });
}

#[test]
fn failures_have_classes() {
    with("", async |schema| {
        // A port on which nobody listens: it was free a moment ago.
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let open = async |pool| PostgresStore::open_for_effects_inside(pool).await.unwrap_err();
        let error = open(schema.pool_at(port, 1)).await;
        assert_eq!(error.class(), Class::Connect, "{error}");

        let nowhere = config().dbname("retry_test_no_such_database").to_owned();
        let error = open(Pool::builder(Manager::new(nowhere, NoTls)).build().unwrap()).await;
        assert_eq!(error.class(), Class::Permanent, "{error}");

        let store = PostgresStore::open_for_effects_inside(schema.pool(1, "-c statement_timeout=50")).await.unwrap();
        let mut client = schema.pool.get().await.unwrap();
        let transaction = client.transaction().await.unwrap();
        transaction.batch_execute("LOCK TABLE retry_keys").await.unwrap();
        let error = store.claim(&ask("order", 1)).await.unwrap_err();
        assert_eq!(error.class(), Class::Timeout, "{error}");
        transaction.rollback().await.unwrap();

        let standby = PostgresStore::open(schema.pool(1, "-c default_transaction_read_only=on")).await.unwrap();
        let error = standby.claim(&ask("order", 1)).await.unwrap_err();
        assert_eq!(error.class(), Class::Unavailable, "{error}");

        let pool = schema.pool(1, "");
        let stopped = PostgresStore::open(pool.clone()).await.unwrap();
        let me = pool.get().await.unwrap().query_one("SELECT pg_backend_pid()", &[]).await.unwrap().get::<_, i32>(0);
        client.query_one("SELECT pg_terminate_backend($1)", &[&me]).await.unwrap();
        while !client.query("SELECT FROM pg_stat_activity WHERE pid = $1", &[&me]).await.unwrap().is_empty() {}
        if let Err(error) = stopped.claim(&ask("order", 1)).await {
            assert_eq!(error.class(), Class::Disconnected, "{error}");
        }
        assert!(matches!(stopped.claim(&ask("order", 1)).await.unwrap(), ClaimOutcome::Run(_)), "by a new connection");
    });
}

#[test]
fn what_another_program_wrote_is_unreadable_and_never_runs() {
    with("", async |schema| {
        let case = Case::new(schema.clone()).await;
        let held = case.run(ask("order", 1)).await;
        case.keep(&held, Transition::Release).await;
        schema.execute("UPDATE retry_keys SET steps = '\\x07'").await;
        let error = case.store.claim(&ask("order", 2)).await.unwrap_err();
        assert!(matches!(error, StoreError::Unreadable { .. }), "{error:?}");
        assert!(case.store.evict(id("order")).await.unwrap());
    });
}
