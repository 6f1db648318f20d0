//! The command on servers: those at `RETRY_TEST_REDIS_URL` and `RETRY_TEST_POSTGRES_URL`, else the local ones.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Display;
use std::process::{Command, id as process_id};
use std::time::Duration;

use deadpool_postgres::{Manager, Pool};
use retry_idempotency::postgres::PostgresStore;
use retry_idempotency::protocol::{Ack, ClaimOutcome, ClaimRequest, HolderId, Id, Takeover, Transition};
use retry_idempotency::{Admin, RedisStore, StoreError};
use tokio_postgres::{Config, NoTls};

/// False where there is no server: the test is skipped then, but not where `CI` is set.
fn is_there<T, E: Display>(answer: Result<T, E>, server: &str) -> Option<T> {
    match answer {
        Ok(answer) => Some(answer),
        Err(error) if env::var_os("CI").is_some() => panic!("no {server}, and CI is set: {error}"),
        Err(error) => {
            eprintln!("skipped: no {server}: {error}");
            None
        }
    }
}

async fn fill(store: &dyn Admin) -> Result<(), StoreError> {
    for key in ["left-open", "given-up", "paid"] {
        let ask = ClaimRequest {
            id: Id::new("account-7", key)?,
            fingerprint: None,
            holder: HolderId::random(),
            lease: Duration::from_secs(3600),
            takeover: Takeover::Refuse,
        };
        let ClaimOutcome::Run(held) = store.claim(&ask).await? else { panic!("the first use runs") };
        let finish = Transition::Finish { result: b"", keep: Duration::from_secs(3600) };
        let change = if key == "paid" { finish } else { Transition::Release };
        assert_eq!(store.transition(&held, change).await?, Ack::Applied);
    }
    Ok(())
}

fn run(store: &[&str], words: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_retry-keys")).args(store).args(words).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn done(store: &[&str], words: &[&str]) -> String {
    let (code, out, err) = run(store, words);
    assert_eq!((code, &*err), (Some(0), ""), "{words:?}: {out}");
    out
}

fn listed(store: &[&str], words: &[&str]) -> Vec<String> {
    let words = [&["list", "--json", "--whole"], words].concat();
    let json: serde_json::Value = serde_json::from_str(&done(store, &words)).unwrap();
    let mut keys: Vec<_> = json.as_array().unwrap().iter().map(|entry| entry["key"].as_str().unwrap().into()).collect();
    keys.sort();
    keys
}

/// On a store with the three keys.
fn works_on(store: &[&str]) {
    assert_eq!(listed(store, &["--interrupted"]), ["given-up", "left-open"]);
    done(store, &["resolve", "account-7", "left-open", "--ok", "{\"euros\": 31}"]);
    done(store, &["resolve", "account-7", "given-up", "--nothing-happened"]);
    assert_eq!(listed(store, &["--scope", "account-7"]), ["left-open", "paid"]);
    let shown = done(store, &["show", "account-7", "left-open", "--result"]);
    assert!(shown.contains(r#"{"ok":{"euros":31}}"#), "{shown}");
    done(store, &["evict", "account-7", "paid"]);
    assert_eq!(run(store, &["show", "account-7", "paid"]).0, Some(3));
    assert_eq!(run(store, &["resolve", "account-7", "left-open", "--nothing-happened"]).0, Some(4));
    assert_eq!(done(store, &["purge", "--json"]), "{\"purged\":0}\n");
}

#[tokio::test]
async fn it_works_on_redis() {
    let url = env::var("RETRY_TEST_REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1:6379/".to_owned());
    let prefix = format!("retry-keys-test-{}", process_id());
    let Some(store) = is_there(RedisStore::open(&url, &prefix).await, "Redis") else { return };
    let address = ["--store", &*url, "--prefix", &*prefix];
    let (code, _, err) = run(&address, &["resolve", "account-7", "left-open", "--nothing-happened"]);
    assert_eq!(code, Some(1), "a Redis that has forgotten is told: {err}");
    store.acknowledge().await.unwrap();
    fill(&store).await.unwrap();
    works_on(&address);
    store.evict(Id::new("account-7", "left-open").unwrap()).await.unwrap();
    let mut connection = redis::Client::open(url).unwrap().get_multiplexed_async_connection().await.unwrap();
    redis::cmd("DEL").arg(format!("{prefix}\0\0marker")).exec_async(&mut connection).await.unwrap();
}

#[tokio::test]
async fn it_works_on_postgres() {
    let url = env::var("RETRY_TEST_POSTGRES_URL").unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/test".into());
    let schema = format!("retry_keys_test_{}", process_id());
    let separator = if url.contains('?') { '&' } else { '?' };
    let address = format!("{url}{separator}options=-c%20search_path%3D{schema}");
    let config: Config = address.parse().unwrap();
    let pool = Pool::builder(Manager::new(config, NoTls)).max_size(2).build().unwrap();
    let Some(client) = is_there(pool.get().await, "PostgreSQL") else { return };
    client.batch_execute(&format!("CREATE SCHEMA {schema}")).await.unwrap();
    let (code, _, err) = run(&["--store", &address], &["list"]);
    assert_eq!(code, Some(1), "there is no table yet: {err}");
    PostgresStore::create_table(&pool).await.unwrap();
    let store = PostgresStore::open_for_effects_inside(pool.clone()).await.unwrap();
    fill(&store).await.unwrap();
    works_on(&["--store", &address]);
    client.batch_execute(&format!("DROP SCHEMA {schema} CASCADE")).await.unwrap();
}

/// Returns the exit code and the states of the checks by their names.
fn doctor(store: &[&str]) -> (Option<i32>, BTreeMap<String, String>) {
    let (code, out, err) = run(store, &["doctor", "--json"]);
    assert_eq!(err, "");
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let checks = json.as_array().unwrap().iter();
    let states: BTreeMap<_, _> = checks.map(|check| (word(&check["check"]), word(&check["state"]))).collect();
    assert_eq!(code, Some(i32::from(states.values().any(|state| state == "fault"))), "{states:?}");
    (code, states)
}

#[tokio::test]
async fn the_doctor_knows_redis() {
    let url = env::var("RETRY_TEST_REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1:6379/".to_owned());
    let prefix = format!("retry-doctor-test-{}", process_id());
    let Some(store) = is_there(RedisStore::open(&url, &prefix).await, "Redis") else { return };
    let address = ["--store", &*url, "--prefix", &*prefix];
    let (code, states) = doctor(&address);
    assert_eq!((code, &*states["marker"], &*states["maxmemory-policy"]), (Some(1), "fault", "ok"));
    assert_eq!(states["persistence"] == "fault", !store.has_append_only_file(), "{states:?}");
    assert_eq!(done(&address, &["acknowledge", "--json"]), "{\"acknowledged\":1}\n");
    fill(&store).await.unwrap();
    assert_eq!(doctor(&address).1["marker"], "ok");
    let mut connection = redis::Client::open(url).unwrap().get_multiplexed_async_connection().await.unwrap();
    for key in ["left-open", "given-up", "paid"] {
        store.evict(Id::new("account-7", key).unwrap()).await.unwrap();
    }
    redis::cmd("DEL").arg(format!("{prefix}\0\0marker")).exec_async(&mut connection).await.unwrap();
}

#[tokio::test]
async fn the_doctor_knows_postgres() {
    let url = env::var("RETRY_TEST_POSTGRES_URL").unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/test".into());
    let schema = format!("retry_doctor_test_{}", process_id());
    let separator = if url.contains('?') { '&' } else { '?' };
    let address = format!("{url}{separator}options=-c%20search_path%3D{schema}");
    let pool = Pool::builder(Manager::new(address.parse().unwrap(), NoTls)).max_size(2).build().unwrap();
    let Some(client) = is_there(pool.get().await, "PostgreSQL") else { return };
    client.batch_execute(&format!("CREATE SCHEMA {schema}")).await.unwrap();
    PostgresStore::create_table(&pool).await.unwrap();
    let of_operator = |words: &str| doctor(&["--store", &format!("{address}{words}")]).1;
    let states = of_operator("");
    for check in [
        "fsync",
        "full_page_writes",
        "synchronous_commit",
        "table",
        "primary key",
        "index of ends",
        "default_transaction_read_only",
        "marker",
    ] {
        let is_off = ["fsync", "full_page_writes", "synchronous_commit"].contains(&check);
        // The server of the tests may have them off, which is a fault.
        assert!(states[check] == "ok" || is_off && states[check] == "fault", "{check}: {states:?}");
    }
    assert_eq!(of_operator("%20-c%20synchronous_commit%3Doff")["synchronous_commit"], "fault");
    let read_only = "default_transaction_read_only";
    assert_eq!(of_operator(&format!("%20-c%20{read_only}%3Don"))[read_only], "fault");
    let change = async |sql: &str| client.batch_execute(sql).await.unwrap();
    // An index that tables of earlier versions have.
    change("CREATE INDEX retry_keys_until ON retry_keys (until) WHERE state = 1").await;
    change("ALTER TABLE retry_keys SET UNLOGGED; DELETE FROM retry_keys").await;
    let states = of_operator("");
    assert_eq!((&*states["table"], &*states["index of ends"], &*states["marker"]), ("fault", "warning", "fault"));
    change("DROP INDEX retry_keys_until").await;
    assert_eq!(of_operator("")["index of ends"], "ok");
    change("ALTER TABLE retry_keys SET LOGGED; ALTER TABLE retry_keys DROP CONSTRAINT retry_keys_pkey").await;
    assert_eq!(of_operator("")["primary key"], "fault");
    change("ALTER TABLE retry_keys ADD PRIMARY KEY (scope, key)").await;
    done(&["--store", &address], &["acknowledge"]);
    let states = of_operator("");
    assert_eq!((&*states["table"], &*states["primary key"], &*states["marker"]), ("ok", "ok", "ok"));
    change("ALTER TABLE retry_keys DROP COLUMN kept").await;
    let (code, _, err) = run(&["--store", &address], &["doctor"]);
    assert!(code == Some(1) && err.contains("kept"), "{err}");
    client.batch_execute(&format!("DROP SCHEMA {schema} CASCADE")).await.unwrap();
}

/// The words of an error may be in a log.
#[test]
fn a_password_is_never_said() {
    for store in ["postgres://me:hunter2@127.0.0.1:1/db", "redis://:hunter2@127.0.0.1:1/", "postgres://me:hunter2@:x/"]
    {
        let prefix = if store.starts_with("redis") { &["--prefix", "shop"][..] } else { &[] };
        let (code, out, err) = run(&[&["--store", store], prefix].concat(), &["list"]);
        assert!(matches!(code, Some(1 | 2)) && out.is_empty() && err.starts_with("error: "), "{code:?} {err}");
        assert!(!err.contains("hunter2"), "{err}");
        // Where `--store` was forgotten, or written twice.
        for words in
            [&[store][..], &["list", store], &["list", "--store", "sqlite:x", store], &["evict", "a", "b", store]]
        {
            let (code, out, err) = run(&[], words);
            assert!(code == Some(2) && out.is_empty() && !err.contains("hunter2"), "{code:?} {err}");
        }
    }
}
