//! Fallbacks that are values: one of an earlier call, or a default.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use retry_runtime::stale::{AsyncCache, Cache, Cached};
use retry_runtime::{Breaker, retry, testing};
use retry_tests::{Fault, record_events, take_events};
use tokio::time::advance;

const MINUTE: Duration = Duration::from_mins(1);

/// Value of a call, and its age.
type Seen = Result<(u32, Option<Duration>), Fault>;

fn seen(outcome: Result<Cached<u32>, Fault>) -> Seen {
    outcome.map(|cached| (*cached, cached.age()))
}

static QUOTES: LazyLock<moka::sync::Cache<String, Cached<u32>>> = LazyLock::new(|| moka::sync::Cache::new(10));

#[retry(retry_on = Timeout, backoff = fixed(1s), jitter = none, fallback = stale(QUOTES, id))]
fn quote(id: &str, answer: Result<u32, Fault>) -> Result<Cached<u32>, Fault> {
    let _ = id;
    Ok(answer.clone()?.into())
}

#[test]
fn a_call_that_gives_up_returns_the_value_of_an_earlier_one_with_its_age() {
    let clock = testing::pause();
    record_events();
    assert_eq!(seen(quote("tea", Err(Fault::Timeout))), Err(Fault::Timeout), "there is none yet");
    assert_eq!(seen(quote("tea", Ok(7))), Ok((7, None)));
    clock.advance(MINUTE);
    take_events();
    assert_eq!(seen(quote("tea", Err(Fault::Timeout))), Ok((7, Some(MINUTE + Duration::from_secs(2)))));
    assert_eq!(
        take_events().last().unwrap(),
        "calls::fallback_values::quote answered by fallback after 3: Attempts, 62s old"
    );
    assert_eq!(seen(quote("coffee", Err(Fault::Timeout))), Err(Fault::Timeout), "another key");
    assert_eq!(seen(quote("tea", Ok(8))), Ok((8, None)), "an `Ok` is never replaced");
    assert_eq!(seen(quote("tea", Err(Fault::Timeout))), Ok((8, Some(Duration::from_secs(2)))));
}

#[test]
fn a_permanent_failure_is_returned() {
    let _clock = testing::pause();
    assert_eq!(seen(quote("milk", Ok(1))), Ok((1, None)));
    assert_eq!(seen(quote("milk", Err(Fault::Bad))), Err(Fault::Bad));
}

static RATES: LazyLock<moka::future::Cache<u32, Cached<u32>>> = LazyLock::new(|| moka::future::Cache::new(10));

#[retry(
    retry_on = Timeout, backoff = fixed(1s), jitter = none, fallback = stale(RATES, id, max_age = 10m),
    attempt_timeout = 5s,
)]
async fn rate(id: u32, answer: Option<Result<u32, Fault>>) -> Result<Cached<u32>, Fault> {
    match answer.clone() {
        Some(answer) => answer.map(Cached::new),
        None => std::future::pending().await,
    }
}

#[tokio::test(start_paused = true)]
async fn a_value_that_is_too_old_is_not_returned() {
    assert_eq!(seen(rate(1, Some(Ok(7))).await), Ok((7, None)));
    advance(9 * MINUTE).await;
    let age = 9 * MINUTE + Duration::from_secs(5 + 1 + 5 + 1 + 5);
    assert_eq!(seen(rate(1, None).await), Ok((7, Some(age))));
    advance(MINUTE).await;
    assert_eq!(seen(rate(1, Some(Err(Fault::Timeout))).await), Err(Fault::Timeout));
}

struct Client {
    cache: moka::sync::Cache<(u32, u32), Cached<u32>>,
    max_age: Duration,
    breaker: Breaker,
}

impl Client {
    #[retry(retry_on = Timeout, backoff = none, breaker = self.breaker, fallback = stale(self.cache, (a, b), max_age = self.max_age))]
    async fn distance(&self, a: u32, b: u32, answer: Result<u32, Fault>) -> Result<Cached<u32>, Fault> {
        answer.clone().map(Cached::new)
    }
}

#[tokio::test(start_paused = true)]
async fn a_cache_of_a_client_answers_behind_an_open_breaker() {
    let breaker = Breaker::new().window_calls(4).minimum_calls(3);
    let client = Client { cache: moka::sync::Cache::new(10), max_age: MINUTE, breaker };
    assert_eq!(seen(client.distance(1, 2, Ok(5)).await), Ok((5, None)));
    assert_eq!(seen(client.distance(1, 2, Err(Fault::Timeout)).await), Ok((5, Some(Duration::ZERO))));
    assert!(client.breaker.is_open());
    assert_eq!(seen(client.distance(1, 2, Ok(6)).await), Ok((5, Some(Duration::ZERO))), "no attempt is made");
    assert_eq!(
        seen(client.distance(2, 1, Ok(6)).await).map(drop),
        Err(Fault::Stopped(retry_runtime::StopReason::Breaker, 0))
    );
}

/// Cache of the test.
#[derive(Default)]
struct Map(Mutex<HashMap<(), Cached<u32>>>);

impl Cache for Map {
    type Key = ();
    type Value = u32;

    fn load(&self, key: &()) -> Option<Cached<u32>> {
        self.0.lock().unwrap().get(key).cloned()
    }

    fn store(&self, key: (), value: Cached<u32>) {
        self.0.lock().unwrap().insert(key, value);
    }
}

impl AsyncCache for Map {
    type Key = ();
    type Value = u32;

    async fn load(&self, key: &()) -> Option<Cached<u32>> {
        Cache::load(self, key)
    }

    async fn store(&self, key: (), value: Cached<u32>) {
        Cache::store(self, key, value);
    }
}

#[retry(retry_on = None, retry_ok = |value| **value == 0, backoff = none, fallback = stale(map, ()))]
fn rejected(map: &Map, answer: Option<u32>) -> Option<Cached<u32>> {
    answer.map(Cached::new)
}

#[test]
fn a_rejected_ok_is_neither_replaced_nor_stored() {
    let map = Map::default();
    assert_eq!(rejected(&map, Some(0)).map(|value| *value), Some(0));
    assert_eq!(rejected(&map, None).map(|value| *value), None);
    assert_eq!(rejected(&map, Some(3)).map(|value| *value), Some(3));
    assert_eq!(rejected(&map, Some(0)).map(|value| *value), Some(0));
    assert_eq!(rejected(&map, None).map(|value| (*value, value.is_stale())), Some((3, true)));
}

#[retry(retry_on = Timeout, backoff = none, fallback = stale(map, ()))]
async fn inner(map: &Map, answer: Result<u32, Fault>) -> Result<Cached<u32>, Fault> {
    answer.clone().map(Cached::new)
}

#[retry(retry_on = Timeout, backoff = none, fallback = stale(outer_map, ()))]
async fn outer(map: &Map, outer_map: &Map, answer: Result<u32, Fault>) -> Result<Cached<u32>, Fault> {
    inner(map, answer.clone()).await
}

#[tokio::test(start_paused = true)]
async fn a_stale_value_of_an_inner_call_is_not_stored_as_a_fresh_one() {
    let maps = [Map::default(), Map::default()];
    inner(&maps[0], Ok(3)).await.unwrap();
    advance(MINUTE).await;
    assert_eq!(seen(outer(&maps[0], &maps[1], Err(Fault::Timeout)).await), Ok((3, Some(MINUTE))));
    assert!(maps[1].0.lock().unwrap().is_empty());
}

#[retry(retry_on = Timeout, backoff = none, fallback = value(default + 1))]
fn number(default: u32, answer: Result<u32, Fault>) -> Result<u32, Fault> {
    answer.clone()
}

#[retry(retry_on = Timeout, backoff = none, fallback = value(Vec::new()))]
async fn list(answer: Result<Vec<u32>, Fault>) -> Result<Vec<u32>, Fault> {
    answer.clone()
}

#[retry(retry_on = None, backoff = none, fallback = value(9))]
fn missing() -> Option<u32> {
    None
}

#[tokio::test]
async fn a_default_answers_for_a_call_that_gives_up() {
    assert_eq!(number(4, Ok(1)), Ok(1));
    assert_eq!(number(4, Err(Fault::Timeout)), Ok(5));
    assert_eq!(number(4, Err(Fault::Bad)), Err(Fault::Bad), "a permanent failure is no reason for one");
    assert_eq!(list(Err(Fault::Timeout)).await, Ok(Vec::new()));
    assert_eq!(missing(), Some(9));
}

#[retry(retry_on = Timeout, backoff = none, cancel = std::future::ready(()), fallback = value(7))]
async fn cancelled() -> Result<u32, Fault> {
    Err(Fault::Timeout)
}

#[tokio::test]
async fn a_call_that_is_cancelled_has_no_answer() {
    assert_eq!(cancelled().await, Err(Fault::Stopped(retry_runtime::StopReason::Cancelled, 0)));
}

fn is_send<T: Send>(_: &T) {}

#[test]
fn a_call_with_a_cache_can_be_spawned() {
    is_send(&rate(1, None));
}
