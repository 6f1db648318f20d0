//! The key of a call: made once, the same on every attempt, derived inside a keyed attempt, refused where it can be none.

use std::cell::{Cell, RefCell};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use retry_runtime::IdempotencyKey;
use retry_runtime::{Classify, StopReason, propagate, propagate_blocking, retry};
use retry_tests::Fault;

/// Keys that the attempts send.
fn here() -> String {
    IdempotencyKey::current().expect("the attempt has a key").as_str().into()
}

struct Order {
    id: String,
    asked: Cell<u32>,
}

impl Order {
    fn key(&self) -> &str {
        self.asked.set(self.asked.get() + 1);
        &self.id
    }
}

#[retry(retry_on = Timeout, backoff = none, budget = none, side_effects, idempotency_key = order.key(), context = attempt)]
fn charge(order: &Order, sent: &mut Vec<String>) -> Result<(), Fault> {
    assert_eq!(attempt.idempotency_key(), Some(here().as_str()));
    sent.push(here());
    if sent.len() < 3 { Err(Fault::Timeout) } else { Ok(()) }
}

#[test]
fn an_expression_is_evaluated_once_and_every_attempt_has_its_key() {
    let order = Order { id: "order-31".into(), asked: Cell::new(0) };
    let mut sent = Vec::new();
    charge(&order, &mut sent).unwrap();
    assert_eq!(sent, ["order-31"; 3]);
    assert_eq!(order.asked.get(), 1);
    assert_eq!(IdempotencyKey::current(), None, "nothing is left behind");
}

#[retry(retry_on = Timeout, backoff = fixed(1s), jitter = none, budget = none, idempotency_key = generate())]
async fn generated(sent: &Mutex<Vec<String>>) -> Result<(), Fault> {
    tokio::task::yield_now().await;
    sent.lock().unwrap().push(here());
    if sent.lock().unwrap().len() % 2 == 1 { Err(Fault::Timeout) } else { Ok(()) }
}

#[tokio::test(start_paused = true)]
async fn a_generated_key_is_one_a_call_and_another_at_the_next() {
    let sent = Mutex::default();
    generated(&sent).await.unwrap();
    generated(&sent).await.unwrap();
    let sent = sent.into_inner().unwrap();
    assert_eq!(sent[0], sent[1]);
    assert_eq!(sent[2], sent[3]);
    assert!(sent[0] < sent[2], "they sort by when they were made");
    assert!(sent.iter().all(|key| key.len() == 36 && &key[14..15] == "7"), "{sent:?}");
}

#[retry(retry_on = Timeout, idempotency_key = key)]
fn with_key(key: &str, runs: &Cell<u32>) -> Result<(), Fault> {
    runs.set(runs.get() + 1);
    let _ = key;
    Ok(())
}

#[test]
fn a_key_that_can_be_none_ends_the_call_before_any_attempt() {
    let runs = Cell::new(0);
    for wrong in ["", "a\nb", "süß", &"x".repeat(256)] {
        assert_eq!(with_key(wrong, &runs), Err(Fault::Stopped(StopReason::InvalidKey, 0)));
    }
    assert_eq!(runs.get(), 0);
    with_key(&"x".repeat(255), &runs).unwrap();
    assert_eq!(runs.get(), 1);
    assert!(StopReason::InvalidKey.to_string().contains("255"));
}

/// A refusal is permanent: a layer around does not try again.
#[test]
fn a_key_that_can_be_none_is_permanent() {
    let refused = with_key("", &Cell::new(0)).unwrap_err();
    assert_eq!(refused.class(), retry_runtime::Class::Permanent);
}

#[retry(retry_on = Timeout, backoff = none, idempotency_key = generate())]
async fn ship() -> Result<String, Fault> {
    tokio::task::yield_now().await;
    Ok(here())
}

#[retry(retry_on = Timeout, backoff = none, idempotency_key = generate())]
async fn bill() -> Result<String, Fault> {
    tokio::task::yield_now().await;
    Ok(here())
}

/// All keys that the calls inside have sent in each attempt.
#[retry(retry_on = Timeout, backoff = none, budget = none, idempotency_key = order)]
async fn checkout(order: &str, swapped: bool, sent: &RefCell<Vec<[String; 3]>>) -> Result<(), Fault> {
    let attempt = sent.borrow().len();
    let first = ship().await?;
    let [second, billed] = if swapped == attempt.is_multiple_of(2) {
        let (second, billed) = tokio::join!(ship(), bill());
        [second?, billed?]
    } else {
        let (billed, second) = tokio::join!(bill(), ship());
        [second?, billed?]
    };
    assert_eq!(here(), order, "the inner keys are gone again");
    sent.borrow_mut().push([first, second, billed]);
    if attempt < 2 { Err(Fault::Timeout) } else { Ok(()) }
}

#[tokio::test]
async fn a_repeated_outer_attempt_sends_the_same_inner_keys_in_whatever_order() {
    for swapped in [false, true] {
        let sent = RefCell::default();
        checkout("order-31", swapped, &sent).await.unwrap();
        let sent = sent.into_inner();
        assert_eq!(sent.len(), 3);
        assert!(sent.iter().all(|keys| *keys == sent[0]), "{sent:?}");
        let [first, second, billed] = &sent[0];
        assert!(first != second && second != billed && first != billed, "each call is an effect of its own: {sent:?}");
        assert!(sent[0].iter().all(|key| &key[14..15] == "8"), "{sent:?}");
    }
    let [one, other] = [RefCell::default(), RefCell::default()];
    checkout("order-31", false, &one).await.unwrap();
    checkout("order-32", false, &other).await.unwrap();
    assert_ne!(one.borrow()[0], other.borrow()[0], "they are the outer key's");
}

#[retry(retry_on = Timeout, backoff = none, idempotency_key = "twice".to_string() + order)]
async fn two_at_once(order: &str) -> Result<[Result<String, Fault>; 2], Fault> {
    let (one, other) = tokio::join!(ship(), ship());
    Ok([one, other])
}

#[tokio::test]
async fn two_calls_of_one_operation_at_one_moment_are_told_apart_by_no_chance() {
    let [one, other] = two_at_once("!").await.unwrap();
    assert!(one.is_ok());
    assert_eq!(other, Err(Fault::Stopped(StopReason::ConcurrentKey, 0)));
    let (one, other) = tokio::join!(ship(), ship());
    assert_ne!(one.unwrap(), other.unwrap(), "without a key around nothing is derived");
}

/// A call that is dropped midway no longer runs, and its number is not given again.
#[tokio::test]
async fn a_dropped_call_makes_room_for_the_next() {
    #[retry(retry_on = Timeout, idempotency_key = generate())]
    async fn never() -> Result<String, Fault> {
        std::future::pending().await
    }
    let key = IdempotencyKey::new("order-31").unwrap();
    key.scope(async {
        tokio::select! {
            biased;
            _ = never() => unreachable!(),
            () = std::future::ready(()) => {}
        }
        let again = async {
            tokio::select! {
                biased;
                ended = never() => ended,
                () = std::future::ready(()) => Ok("began".into()),
            }
        };
        assert_eq!(again.await.unwrap(), "began", "it is no second one at one moment");
    })
    .await;
}

#[retry(retry_on = Timeout, backoff = none, idempotency_key = order)]
async fn in_tasks(order: &str) -> Result<[Option<IdempotencyKey>; 3], Fault> {
    let bare = tokio::spawn(async { IdempotencyKey::current() }).await.unwrap();
    let carried = tokio::spawn(propagate(async { IdempotencyKey::current() })).await.unwrap();
    let thread = std::thread::spawn(propagate_blocking(IdempotencyKey::current)).join().unwrap();
    Ok([bare, carried, thread])
}

#[tokio::test]
async fn a_key_is_carried_into_tasks_and_threads() {
    let key = IdempotencyKey::new("order-31").unwrap();
    assert_eq!(in_tasks("order-31").await.unwrap(), [None, Some(key.clone()), Some(key)]);
}

static RUNS: AtomicU32 = AtomicU32::new(0);

struct Client {
    name: String,
}

impl Client {
    #[retry(retry_on = Timeout, backoff = none, idempotency_key = format!("{}-{id}", self.name), clone = id)]
    async fn send<T>(&self, id: String, value: T) -> Result<(String, T), Fault>
    where
        T: Clone + Send,
    {
        RUNS.fetch_add(1, Ordering::Relaxed);
        drop(id);
        Ok((here(), value.clone()))
    }

    #[retry(retry_on = Timeout, backoff = none, idempotency_key = key)]
    fn maybe(&self, key: &'static str) -> Result<Option<&str>, Fault> {
        let key_of_the_body = key;
        Ok(Some(key_of_the_body).filter(|_| !self.name.is_empty()))
    }
}

#[tokio::test]
async fn methods_generics_and_names_like_ours_have_keys_too() {
    let client = Client { name: "shop".into() };
    let sent = tokio::spawn(async move { client.send("7".into(), 1).await });
    assert_eq!(sent.await.unwrap().unwrap(), ("shop-7".into(), 1), "the call can be spawned");
    assert_eq!(RUNS.load(Ordering::Relaxed), 1);
    assert_eq!(Client { name: "x".into() }.maybe("key").unwrap(), Some("key"));
}

#[retry(retry_on = Connect, side_effects)]
fn proven() -> Result<(), Fault> {
    Ok(())
}

#[retry(retry_on = None, backoff = none, idempotency_key = generate())]
fn optional(runs: &Cell<u32>) -> Option<String> {
    runs.set(runs.get() + 1);
    (runs.get() == 2).then(here)
}

#[test]
fn proof_needs_no_key_and_options_have_keys_too() {
    proven().unwrap();
    assert!(optional(&Cell::new(0)).is_some());
}
