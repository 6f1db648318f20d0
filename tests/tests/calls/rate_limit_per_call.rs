//! Rate limits of a client, of a tenant and from configuration, on paused clocks.

use std::sync::LazyLock;
use std::time::Duration;

use retry_runtime::{KeyedRateLimit, RateLimit, StopReason, retry, testing};
use retry_tests::Fault;
use tokio::time::Instant;

const REJECTED: Result<(), Fault> = Err(Fault::Stopped(StopReason::RateLimit, 0));

struct Client {
    limit: RateLimit,
}

impl Client {
    #[retry(retry_on = Timeout, rate_limit = self.limit)]
    async fn get(&self) -> Result<(), Fault> {
        Ok(())
    }

    #[retry(retry_on = Timeout, rate_limit = &self.limit)]
    fn get_blocking(&self) -> Result<(), Fault> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn the_limit_of_one_client_does_not_delay_another() {
    let [one, other] = [(); 2].map(|()| Client { limit: RateLimit::try_per_second(10, 1).expect("a valid rate") });
    let begun = Instant::now();
    assert_eq!(one.get().await, Ok(()));
    assert_eq!(other.get().await, Ok(()));
    assert_eq!(begun.elapsed(), Duration::ZERO);
    assert_eq!(one.get().await, Ok(()));
    assert_eq!(begun.elapsed(), Duration::from_millis(100));
}

#[test]
fn a_blocking_function_has_one_from_an_expression_too() {
    let _clock = testing::pause();
    let client = Client { limit: RateLimit::per_second(1).refusing() };
    assert_eq!(client.get_blocking(), Ok(()));
    assert_eq!(client.get_blocking(), REJECTED);
}

static SHOP: LazyLock<RateLimit> = LazyLock::new(|| RateLimit::per_second(1).refusing());

#[retry(retry_on = Timeout, rate_limit = &SHOP)]
async fn lazy() -> Result<(), Fault> {
    Ok(())
}

static PER_TENANT: KeyedRateLimit<String> = KeyedRateLimit::new(RateLimit::per_second(1).refusing());

#[retry(retry_on = Timeout, rate_limit = PER_TENANT.get(tenant))]
async fn of_a_tenant(tenant: &str) -> Result<(), Fault> {
    tokio::task::yield_now().await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_static_is_made_from_configuration_at_its_first_call() {
    assert_eq!((lazy().await, lazy().await), (Ok(()), REJECTED));
}

#[tokio::test(start_paused = true)]
async fn each_tenant_has_a_limit_of_its_own() {
    let spawned = tokio::spawn(of_a_tenant("a")).await.expect("no panic");
    assert_eq!((spawned, of_a_tenant("a").await), (Ok(()), REJECTED));
    assert_eq!(of_a_tenant("b").await, Ok(()));
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(of_a_tenant("a").await, Ok(()));
    assert_eq!(PER_TENANT.len(), 2);
}

#[test]
fn a_fresh_limit_has_the_settings_and_none_of_the_uses() {
    let used = RateLimit::per_minute(60).burst(1).refusing();
    let _clock = testing::pause();
    let client = Client { limit: used };
    assert_eq!((client.get_blocking(), client.get_blocking()), (Ok(()), REJECTED));
    let fresh = Client { limit: client.limit.fresh() };
    assert_eq!((fresh.get_blocking(), fresh.get_blocking()), (Ok(()), REJECTED));
    assert_eq!(fresh.limit.to_string(), client.limit.to_string());
}
