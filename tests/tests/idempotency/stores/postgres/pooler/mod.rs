//! The store behind a pooler that pools transactions: two sessions of the server serve all connections.

mod process;

use std::env;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::Pool;
use retry_idempotency::admin::Filter;
use retry_idempotency::postgres::{PostgresStore, complete_lease};
use retry_idempotency::protocol::{Ack, ClaimOutcome, ClaimRequest, HolderId, Lease, Store, Transition};
use retry_idempotency::{Admin, StoreError};
use tokio::task::JoinSet;

use self::process::Pooler;
use super::server::{Schema, with};
use crate::stores::harness::{Case, EXTEND, Harness, KEEP, LEASE, Said, ask, finish, id, plain, step};
use crate::stores::model;
use crate::stores::rules::contract;

/// Timeout of an operation among many that share two sessions.
const BUSY: Duration = Duration::from_mins(1);

/// A schema, and a pooler before its server.
struct Pooled {
    schema: Schema,
    pooler: Pooler,
}

impl Pooled {
    async fn open(&self) -> PostgresStore {
        open(self.pooler.pool(16)).await
    }
}

async fn open(pool: Pool) -> PostgresStore {
    PostgresStore::open_for_effects_inside(pool).await.unwrap().with_step_timeout(BUSY)
}

impl Harness for Pooled {
    const SLACK: Duration = Schema::SLACK;

    async fn store(&self) -> Arc<dyn Admin> {
        Arc::new(self.open().await)
    }

    async fn bounded(&self, keys_per_scope: usize) -> Arc<dyn Admin> {
        Arc::new(self.open().await.with_keys_per_scope(keys_per_scope))
    }

    async fn pass_time(&self, by: Duration) {
        self.schema.pass_time(by).await;
    }
}

/// Runs a test on a schema of its own, behind a pooler of its own; not where there is none.
fn pooled(test: impl AsyncFnOnce(Pooled)) {
    let Some(program) = process::program() else { return };
    with("", async |schema| {
        let pooler = Pooler::start(&program, schema.name());
        test(Pooled { schema, pooler }).await;
    });
}

fn run(rule: impl AsyncFnOnce(Case<Pooled>)) {
    pooled(async |pooled| rule(Case::new(pooled).await).await);
}

contract!(run, run);

#[test]
fn it_agrees_with_the_model() {
    model::agrees(8, |acts| run(async |case| model::follow(case, acts).await));
}

#[test]
fn the_table_is_made_through_it() {
    pooled(async |pooled| {
        pooled.schema.execute("DROP TABLE retry_keys").await;
        let pool = pooled.pooler.pool(2);
        PostgresStore::create_table(&pool).await.unwrap();
        let store = PostgresStore::open(pool).await.unwrap();
        assert_eq!(said(&store, "order", 1).await, plain(1));
    });
}

/// Effect and key commit together, though each connection has another session for each transaction.
#[test]
fn a_key_is_completed_in_a_transaction() {
    pooled(async |pooled| {
        let pool = pooled.pooler.pool(8);
        let store = open(pool.clone()).await;
        let mut payers = JoinSet::new();
        for number in 0..40_u8 {
            let (pool, store) = (pool.clone(), store.clone());
            payers.spawn(async move {
                let key = format!("order-{number}");
                let held = run_of(&store, &key).await;
                let mut client = pool.get().await.unwrap();
                let transaction = client.transaction().await.unwrap();
                complete_lease(&transaction, &held, &[number], KEEP).await.unwrap();
                let is_kept = number % 2 == 0;
                if is_kept {
                    transaction.commit().await.unwrap();
                } else {
                    transaction.rollback().await.unwrap();
                }
                drop(client);
                let expected = if is_kept { Said::Finished(vec![number]) } else { Said::InFlight };
                assert_eq!(said(&store, &key, 2).await, expected);
            });
        }
        payers.join_all().await;
    });
}

/// Statements of two stores, each with connections of its own, arrive in any order in the same two sessions.
#[test]
fn two_stores_are_not_mixed() {
    pooled(async |pooled| {
        let stores = [open(pooled.pooler.pool(4)).await, open(pooled.pooler.pool(4)).await];
        let mut uses = JoinSet::new();
        for number in 0..100_usize {
            let [one, other] = [number, number + 1].map(|at| stores[at % 2].clone());
            uses.spawn(async move { use_key(&one, &other, &format!("order-{number}")).await });
        }
        uses.join_all().await;
        let store = pooled.schema.store().await;
        assert_eq!(store.list(Filter::default(), None, 1000).await.unwrap().entries.len(), 75);
    });
}

/// Claims a key through one store, changes it in many ways through another, and reads it through both.
async fn use_key(one: &PostgresStore, other: &PostgresStore, key: &str) {
    let held = run_of(one, key).await;
    for change in [EXTEND, step("charge", key.as_bytes())] {
        assert_eq!(other.transition(&held, change).await.unwrap(), Ack::Applied);
    }
    let number: usize = key.rsplit('-').next().unwrap().parse().unwrap();
    let (change, expected) = match number % 4 {
        0 => (Transition::Forget, None),
        1 => (Transition::Release, Some(Said::Interrupted(1))),
        _ => (finish(key.as_bytes()), Some(Said::Finished(key.into()))),
    };
    assert_eq!(other.transition(&held, change).await.unwrap(), Ack::Applied);
    for store in [one, other] {
        let read = store.read(id(key)).await.unwrap();
        assert_eq!(read.is_some(), expected.is_some(), "{key}");
        if let Some(expected) = &expected {
            assert_eq!(said(store, key, 2).await, *expected, "{key}");
        }
    }
}

/// Set in the processes that share the pooler: its port.
const PORT: &str = "RETRY_TEST_POOLER_PORT";
const PROCESSES: u32 = 6;
const KEYS: usize = 60;

/// Each process numbers its statements by itself, so names of theirs would be those of others.
#[test]
fn many_processes_share_its_sessions() {
    if let Ok(port) = env::var(PORT) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        return runtime.block_on(race_for_keys(port.parse().unwrap()));
    }
    pooled(async |pooled| {
        let children: Vec<_> = (0..PROCESSES).map(|_| spawn(pooled.pooler.port)).collect();
        let mut runs = 0;
        for child in children {
            let output = tokio::task::block_in_place(|| child.wait_with_output().unwrap());
            let out = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success(), "{out}{}", String::from_utf8_lossy(&output.stderr));
            let count = out.lines().find_map(|line| line.split_once("ran ")?.1.parse::<usize>().ok());
            runs += count.expect("it prints how many it ran");
        }
        assert_eq!(runs, KEYS, "each key ran once");
        let store = pooled.schema.store().await;
        for number in 0..KEYS {
            let key = format!("shared-{number}");
            let details = store.read(id(&key)).await.unwrap().expect("it is there");
            assert_eq!(details.result.as_deref(), Some(key.as_bytes()));
        }
    });
}

fn spawn(port: u16) -> std::process::Child {
    let test = concat!(module_path!(), "::many_processes_share_its_sessions");
    let (_, test) = test.split_once("::").expect("a test stands in a module of its binary");
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "--nocapture", test]).env(PORT, port.to_string());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Claims keys that others claim too, finishes those that run, and prints their number.
async fn race_for_keys(port: u16) {
    let store = open(process::pool(port, 4)).await;
    let mut uses = JoinSet::new();
    // The first statements of each process are others.
    let first = std::process::id() as usize;
    for number in 0..KEYS {
        let (store, number) = (store.clone(), (number + first) % KEYS);
        uses.spawn(async move {
            let key = format!("shared-{number}");
            let request = ClaimRequest::new(id(&key), HolderId::random(), LEASE);
            let held = loop {
                match store.claim(&request).await.unwrap() {
                    ClaimOutcome::Run(held) => break held,
                    ClaimOutcome::InFlight { .. } => tokio::time::sleep(Duration::from_millis(5)).await,
                    ClaimOutcome::Finished(result) => {
                        assert_eq!(&*result, key.as_bytes());
                        return 0;
                    }
                    other => panic!("{key}: {other:?}"),
                }
            };
            assert_eq!(store.transition(&held, step("charge", b"7")).await.unwrap(), Ack::Applied);
            assert_eq!(store.transition(&held, finish(key.as_bytes())).await.unwrap(), Ack::Applied);
            1
        });
    }
    println!("ran {}", uses.join_all().await.into_iter().sum::<usize>());
}

/// What is prepared in one session is not known in the next.
#[test]
fn prepared_statements_are_refused_with_words() {
    pooled(async |pooled| {
        let store = open(pooled.pooler.pool(1)).await.with_prepared_statements();
        assert_eq!(said(&store, "order", 1).await, plain(1));
        // It takes the session that was just given back.
        let mut client = pooled.pooler.pool(1).get().await.unwrap();
        let transaction = client.transaction().await.unwrap();
        transaction.batch_execute("SELECT 1").await.unwrap();
        let error = store.claim(&ask("order", 2)).await.unwrap_err();
        assert!(matches!(error, StoreError::Unfit { .. }), "{error:?}");
        assert!(error.to_string().contains("leave out `with_prepared_statements()`"), "{error}");
        transaction.rollback().await.unwrap();
    });
}

async fn run_of(store: &PostgresStore, key: &str) -> Lease {
    match store.claim(&ask(key, 1)).await.unwrap() {
        ClaimOutcome::Run(held) => held,
        other => panic!("{key} should run, and got {other:?}"),
    }
}

async fn said(store: &PostgresStore, key: &str, owner: u8) -> Said {
    Said::from(store.claim(&ask(key, owner)).await.unwrap())
}
