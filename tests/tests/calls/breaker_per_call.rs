//! Breakers of a client, of a host and from configuration, on paused clocks.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use retry_runtime::breaker::{Breaker, State};
use retry_runtime::{KeyedBreaker, Moment, StopReason, retry, testing};
use retry_tests::Fault;
use tokio::time::{sleep, timeout};

const SECOND: Duration = Duration::from_secs(1);
const REJECTED: Result<(), Fault> = Err(Fault::Stopped(StopReason::Breaker, 0));

/// Opens after two calls that failed, for a second at most, and then admits one probe.
fn configured() -> Breaker {
    let settings = Breaker::builder().window_calls(4).minimum_calls(2).half_open_probes(1);
    settings.open_for(Duration::from_millis(750)).longest_open(SECOND).build().expect("valid settings")
}

struct Node {
    is_down: bool,
    breaker: Breaker,
}

impl Node {
    fn new(is_down: bool) -> Self {
        Self { is_down, breaker: configured() }
    }

    fn outcome(&self) -> Result<(), Fault> {
        if self.is_down { Err(Fault::Timeout) } else { Ok(()) }
    }

    #[retry(retry_on = Timeout, backoff = none, budget = none, breaker = self.breaker)]
    async fn get(&self, tried: &mut u32) -> Result<(), Fault> {
        *tried += 1;
        self.outcome()
    }

    #[retry(retry_on = Timeout, backoff = none, budget = none, breaker = self.breaker)]
    fn get_blocking(&self) -> Result<(), Fault> {
        self.outcome()
    }

    #[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = none, breaker = &self.breaker)]
    async fn hang(&self) -> Result<(), Fault> {
        sleep(60 * SECOND).await;
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn the_breaker_of_one_client_does_not_stop_another() {
    let (down, up) = (Node::new(true), Node::new(false));
    let mut tried = 0;
    assert_eq!(down.get(&mut tried).await, Err(Fault::Timeout));
    assert_eq!((tried, down.breaker.state()), (2, State::Open), "the third attempt was not admitted");
    assert_eq!(down.get(&mut tried).await, REJECTED);
    assert_eq!(tried, 2);
    assert_eq!(up.get(&mut tried).await, Ok(()));
    assert_eq!((tried, up.breaker.state()), (3, State::Closed));
}

#[test]
fn a_blocking_function_has_one_from_an_expression_too() {
    let (_clock, down) = (testing::pause(), Node::new(true));
    assert_eq!(down.get_blocking(), Err(Fault::Timeout));
    assert_eq!(down.get_blocking(), REJECTED);
    assert_eq!(down.breaker.state(), State::Open);
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_is_dropped_gives_back_its_place() {
    let mut node = Node::new(true);
    assert_eq!(node.get(&mut 0).await, Err(Fault::Timeout));
    sleep(SECOND).await;
    timeout(SECOND, node.hang()).await.unwrap_err();
    assert_eq!(node.breaker.state(), State::HalfOpen);
    node.is_down = false;
    assert_eq!(node.get(&mut 0).await, Ok(()));
    assert_eq!(node.breaker.state(), State::Closed);
}

static SHOP: LazyLock<Breaker> = LazyLock::new(configured);

#[retry(retry_on = Timeout, backoff = none, budget = none, breaker = &SHOP)]
async fn lazy() -> Result<(), Fault> {
    Err(Fault::Timeout)
}

#[tokio::test(start_paused = true)]
async fn a_static_is_made_from_configuration_at_its_first_call() {
    assert_eq!(lazy().await, Err(Fault::Timeout));
    assert_eq!((lazy().await, SHOP.state()), (REJECTED, State::Open));
}

#[retry(retry_on = Timeout, backoff = none, budget = none, breaker = breaker.clone())]
async fn of_an_arc(breaker: Arc<Breaker>) -> Result<(), Fault> {
    tokio::task::yield_now().await;
    Err(Fault::Timeout)
}

#[tokio::test(start_paused = true)]
async fn the_future_of_such_a_call_can_be_spawned() {
    let breaker = Arc::new(configured());
    let spawned = tokio::spawn(of_an_arc(breaker.clone()));
    assert_eq!(spawned.await.expect("no panic"), Err(Fault::Timeout));
    assert_eq!((breaker.state(), Arc::strong_count(&breaker)), (State::Open, 1));
}

static PER_HOST: LazyLock<KeyedBreaker<String>> = LazyLock::new(|| KeyedBreaker::new(configured()));

#[retry(retry_on = Timeout, backoff = none, budget = none, breaker = PER_HOST.get(host))]
async fn of_a_host(host: &str, is_down: bool) -> Result<(), Fault> {
    if is_down { Err(Fault::Timeout) } else { Ok(()) }
}

#[tokio::test(start_paused = true)]
async fn each_host_has_a_breaker_of_its_own() {
    assert_eq!(of_a_host("a", true).await, Err(Fault::Timeout));
    assert_eq!(of_a_host("a", false).await, REJECTED);
    assert_eq!(of_a_host("b", false).await, Ok(()));
    assert_eq!((PER_HOST.get("a").state(), PER_HOST.get("b").state()), (State::Open, State::Closed));
    assert_eq!(PER_HOST.len(), 2);
    sleep(SECOND).await;
    assert_eq!(of_a_host("a", false).await, Ok(()));
    assert_eq!(PER_HOST.get("a").state(), State::Closed);
}

#[test]
fn a_full_table_of_hosts_keeps_the_open_breaker_that_is_called() {
    let per_host: KeyedBreaker<u32> = KeyedBreaker::new(configured()).keys(64);
    let down = per_host.get(&0);
    let _ = down.force_open();
    drop(down);
    for host in 1..10_000 {
        let fresh = per_host.get(&host);
        assert_eq!(fresh.state(), State::Closed);
        assert!(per_host.len() <= 64);
        assert_eq!(per_host.get(&0).state(), State::ForcedOpen, "after {host} hosts");
    }
    let shared = (0..1000).map(|host| per_host.get(&host)).collect::<Vec<_>>();
    assert!(per_host.len() <= 64);
    let kept = shared.iter().filter(|breaker| Arc::strong_count(breaker) <= 2).count();
    assert!(kept <= 64, "{kept}: keys beyond the bound share one");
}

#[test]
fn a_fresh_breaker_has_the_settings_and_none_of_the_counts() {
    let used = configured();
    let _ = used.force_open();
    let fresh = used.fresh();
    assert_eq!((fresh.state(), fresh.counts(Moment::ORIGIN).calls()), (State::Closed, 0));
    assert_eq!(fresh.to_string(), used.to_string());
}
