//! Printed forms and logs, which hold no result, key or account whole.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::post;
use retry_idempotency::admin::{Cursor, Filter, KeyDetails, KeyPage, Resolution};
use retry_idempotency::http::{IdempotencyLayer, Idempotent};
use retry_idempotency::postgres::PostgresStore;
use retry_idempotency::protocol::{
    BlockingStore, ClaimOutcome, ClaimRequest, HolderId, Id, KeySpace, Steps, Transition,
};
use retry_idempotency::sqlite::{SqliteOptions, SqliteStore};
use retry_idempotency::{
    Admin, Fingerprint, MemoryStore, OnceError, StepClaim, Store, StoreError, StoredOutcome, StoredResponse,
    encode_err, encode_ok, encode_response, once,
};
use retry_runtime::Class;
use retry_tests::Folder;
use tower::{Layer, ServiceExt};

use crate::stores::postgres::server::{Schema, with};

const SECRETS: [&str; 3] = ["account-of-ada", "order-31-of-ada", "card-4242"];

/// Types of which a value was printed.
#[derive(Default)]
struct Printed(Mutex<BTreeSet<String>>);

impl Printed {
    /// Checks the printed forms of a value.
    fn check<T: Debug + ?Sized>(&self, value: &T) {
        let name = std::any::type_name::<T>();
        let name = name.split('<').next().unwrap_or_default().rsplit("::").next().unwrap_or_default();
        self.0.lock().unwrap().insert(name.to_owned());
        for printed in [format!("{value:?}"), format!("{value:#?}")] {
            check(&printed);
        }
    }
}

fn check(printed: &str) {
    for secret in SECRETS {
        // The bytes of a text, as a slice is printed, on one line or on many.
        let bytes = format!("{:?}", secret.as_bytes());
        let bytes = bytes.trim_matches(['[', ']']);
        let flat: String = printed.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(!printed.contains(secret) && !flat.contains(bytes), "{printed}");
    }
}

/// Public types whose printed forms cannot hold a secret: they have none of its parts, or the user's own value alone.
const HARMLESS: [&str; 25] = [
    "Ack",
    "BoundsError",
    "Check",
    "CheckBlocking",
    "Checked",
    "Creation",
    "Drain",
    "Flag",
    "Found",
    "HolderId",
    "CheckState",
    "KeyState",
    "Merge",
    "NothingHappened",
    "Problem",
    "PurgedPart",
    "Refuse",
    "Reject",
    "Replay",
    "Rerun",
    "ResolveOutcome",
    "ResponseError",
    "Synchronous",
    "Takeover",
    "Times",
];

/// Returns the names of the public types in the sources.
fn public_types() -> BTreeSet<String> {
    fn visit(folder: &Path, names: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                visit(&path, names);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let found = text
                    .lines()
                    .filter_map(|line| line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum ")));
                names.extend(found.map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned()));
            }
        }
    }
    let mut names = BTreeSet::new();
    visit(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../retry-idempotency/src"), &mut names);
    names
}

#[tokio::test]
async fn no_result_key_or_account_is_printed_whole() {
    let [account, key, card] = SECRETS;
    let printed = Printed::default();
    let store = MemoryStore::new(10);
    let paid = once(&store, key).scope(account).fingerprint(card).run(async |claim| {
        printed.check(&claim);
        printed.check(claim.lease());
        printed.check(&claim.completion(card)?);
        Ok::<_, OnceError>(card.to_owned())
    });
    paid.await.unwrap();
    let stepped = once(&store, key).scope(account).keep(Duration::from_hours(1)).run_steps(async |claim| {
        printed.check::<StepClaim<'_, _>>(&claim);
        Ok::<_, OnceError>(card.to_owned())
    });
    let _ = stepped.await;
    let steps = once(&store, "stepped").scope(account).run_steps(async |claim| {
        printed.check::<StepClaim<'_, _>>(&claim);
        claim.step("charge", async |_| Ok::<_, OnceError>(card.to_owned())).await
    });
    steps.await.unwrap();
    printed.check(&once(&store, key).scope(account));
    printed.check(&store);
    print_protocol(&printed, &store).await;
    print_records(&printed);
    print_layer(&printed).await;
    print_stores(&printed).await;

    let mut printed = printed.0.into_inner().unwrap();
    printed.extend(HARMLESS.map(String::from));
    // They are printed on servers, below.
    printed.extend(["PostgresStore", "RedisStore"].map(String::from));
    let missing: Vec<_> = public_types().into_iter().filter(|name| !printed.contains(name)).collect();
    assert!(missing.is_empty(), "a public type is printed here, or listed as harmless: {missing:?}");
}

async fn print_protocol(printed: &Printed, store: &MemoryStore) {
    let [account, key, card] = SECRETS;
    let scope = KeySpace::Once.scope(Some(account)).unwrap();
    let id = Id::new(&scope, key).unwrap();
    let fingerprint = Fingerprint::of(card).unwrap();
    printed.check(&KeySpace::of(id.scope()));
    printed.check(&KeySpace::Http);
    printed.check(&id);
    printed.check(&fingerprint);
    let request = ClaimRequest {
        fingerprint: Some(&fingerprint),
        ..ClaimRequest::new(id, HolderId::random(), Duration::from_secs(30))
    };
    printed.check(&request);
    printed.check::<ClaimOutcome>(&store.claim_blocking(&request).unwrap());
    let new = ClaimRequest { id: Id::new(account, key).unwrap(), ..request };
    printed.check::<ClaimOutcome>(&store.claim_blocking(&new).unwrap());
    for transition in [
        Transition::Finish { result: card.as_bytes(), keep: Duration::from_secs(1) },
        Transition::Step { name: "charge", result: card.as_bytes() },
    ] {
        printed.check(&transition);
    }
    printed.check(&Steps::from_bytes(Steps::entry("charge", card.as_bytes())).unwrap());
    let filter = Filter { scope: Some(&scope), key: Some(key), state: None };
    printed.check(&filter);
    let page = store.list(Filter::default(), None, 1).await.unwrap();
    printed.check::<KeyPage>(&page);
    printed.check(&page.entries[0]);
    printed.check::<KeyDetails>(&store.read(id).await.unwrap().unwrap());
    printed.check(&Cursor::from_bytes(key.as_bytes()));
    printed.check(&Resolution::Finished { result: card.as_bytes(), keep: Duration::from_secs(1) });
}

/// Error of a client that quotes what it was sent in all but its message.
#[derive(Debug, thiserror::Error)]
#[error("the statement failed")]
struct Quoting(#[allow(dead_code)] &'static str);

fn print_records(printed: &Printed) {
    let card = SECRETS[2];
    for bytes in [encode_ok(card).unwrap(), encode_err(card).unwrap()] {
        let (outcome, _) = StoredOutcome::decode(&bytes).unwrap();
        printed.check(&outcome);
    }
    let response = encode_response(201, &[("location", card.as_bytes())], card.as_bytes()).unwrap();
    printed.check(&StoredOutcome::decode(&response).unwrap().0);
    printed.check(&StoredResponse::decode(&response).unwrap());
    let failed = StoreError::failed(Class::Permanent, Quoting(card));
    printed.check(&failed);
    printed.check(&OnceError::Store(failed));
}

async fn print_layer(printed: &Printed) {
    let [account, key, card] = SECRETS;
    let layer = IdempotencyLayer::new(Arc::new(MemoryStore::new(10)), move |_| Some(account.into()));
    printed.check(&layer);
    printed.check(&layer.layer(Unprinted));
    let seen = Arc::new(Printed::default());
    let pay = {
        let seen = Arc::clone(&seen);
        post(async move |claim: Idempotent| {
            seen.check(&claim);
            card
        })
    };
    let request = http::Request::post("/").header("idempotency-key", key).body(Body::from(card)).unwrap();
    let response = Router::new().route("/", pay).layer(layer).oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    printed.0.lock().unwrap().extend(seen.0.lock().unwrap().clone());
}

/// Service under a layer, whose own form is not ours.
#[derive(Clone, Debug)]
struct Unprinted;

async fn print_stores(printed: &Printed) {
    let [account, key, card] = SECRETS;
    let folder = Folder::new(env!("CARGO_TARGET_TMPDIR"));
    let options = SqliteOptions::new();
    printed.check(&options);
    let store: SqliteStore = options.open(folder.join("keys.db")).unwrap();
    once(&store, key).scope(account).run(async |_| Ok::<_, OnceError>(card.to_owned())).await.unwrap();
    printed.check(&store);
}

/// Lines that this process has logged, at every level.
fn logged() -> &'static Mutex<Vec<String>> {
    struct Log(Mutex<Vec<String>>);

    impl log::Log for Log {
        fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
            metadata.target().starts_with("tokio_postgres")
        }

        fn log(&self, record: &log::Record<'_>) {
            if !self.enabled(record.metadata()) {
                return;
            }
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(format!(
                "{} {}",
                record.target(),
                record.args()
            ));
        }

        fn flush(&self) {}
    }

    static LOG: OnceLock<Log> = OnceLock::new();
    let log = LOG.get_or_init(|| Log(Mutex::default()));
    if log::set_logger(log).is_ok() {
        log::set_max_level(log::LevelFilter::Trace);
    }
    &log.0
}

/// tokio-postgres logs the parameters of prepared statements at the level `debug`.
#[test]
fn no_result_key_or_account_is_logged_by_the_client_of_postgresql() {
    with("", async |schema| {
        let store = PostgresStore::open_for_effects_inside(schema.pool.clone()).await.unwrap();
        check(&format!("{store:?}"));
        let lines = logged();
        use_in_every_way(&schema, &store, "within").await;
        use_in_every_way(&schema, &store.with_prepared_statements(), "within-prepared").await;
        let lines = lines.lock().unwrap_or_else(PoisonError::into_inner).clone();
        assert!(lines.iter().any(|line| line.contains("with parameters: [_")), "{:?}", lines.last());
        for line in &lines {
            check(line);
        }
    });
}

async fn use_in_every_way(schema: &Schema, store: &PostgresStore, within: &str) {
    let [account, key, card] = SECRETS;
    let paid = once(store, key)
        .scope(account)
        .fingerprint(card)
        .run_steps(async |claim| claim.step("charge", async |_| Ok::<_, OnceError>(card.to_owned())).await);
    assert_eq!(paid.await.unwrap(), card);
    let within = once(store, key).scope(within).run_in(async |claim| {
        let mut client = schema.pool.get().await.unwrap();
        let tx = client.transaction().await.unwrap();
        retry_idempotency::postgres::complete(&tx, &claim, card).await?;
        tx.commit().await.unwrap();
        Ok::<_, OnceError>(card.to_owned())
    });
    assert_eq!(within.await.unwrap(), card);
    let scope = KeySpace::Once.scope(Some(account)).unwrap();
    let id = Id::new(&scope, key).unwrap();
    assert!(store.read(id).await.unwrap().is_some() && store.last_token(id).await.unwrap().is_some());
    store.list(Filter { scope: Some(&scope), key: Some(key), state: None }, None, 9).await.unwrap();
    assert!(store.evict(id).await.unwrap());
}
