//! Every form of a circuit breaker and a rate limit: each admits three attempts, and then gives what the body gave.
#![allow(clippy::all, clippy::pedantic)] // the shapes are what people write, not what they should

use std::io;
use std::sync::{Arc, LazyLock};

use retry_runtime::{Breaker, KeyedBreaker, KeyedRateLimit, RateLimit, retry};
use retry_tests::Flaky;

static SHOP: Breaker = patient();
static LAZY: LazyLock<Breaker> = LazyLock::new(patient);
static PER_HOST: KeyedBreaker<String> = KeyedBreaker::new(patient());
static FAST: RateLimit = RateLimit::per_second(1_000_000);
static LAZY_FAST: LazyLock<RateLimit> = LazyLock::new(|| FAST.fresh());
static PER_TENANT: KeyedRateLimit<String> = KeyedRateLimit::new(RateLimit::per_second(1_000_000));
const CALLS: u32 = 1000;

const fn patient() -> Breaker {
    Breaker::new().window_calls(CALLS).minimum_calls(CALLS)
}

mod statics {
    pub(crate) static DEEP: retry_runtime::Breaker = super::patient();
}

macro_rules! functions {
    ($test:ident, $option:ident; $($name:ident: $value:expr;)*) => {
        $(
            #[retry(retry_on = transient, backoff = none, $option = $value)]
            fn $name(_host: &str, flaky: &Flaky) -> io::Result<u32> {
                flaky.work()
            }
        )*

        #[test]
        fn $test() {
            $(assert_eq!($name("a", &Flaky::new()).unwrap(), 3, stringify!($name));)*
        }
    };
}

functions! {
    every_breaker_admits_three_attempts, breaker;
    of_a_static: SHOP;
    of_a_path: statics::DEEP;
    in_parentheses: (SHOP);
    borrowed: &SHOP;
    lazy: *LAZY;
    lazy_and_borrowed: &LAZY;
    of_a_key: PER_HOST.get("a");
    of_a_block: { let _ = CALLS; &SHOP };
    of_a_call: shared();
}

functions! {
    every_limit_admits_three_attempts, rate_limit;
    limit_of_a_static: FAST;
    limit_in_parentheses: (FAST);
    limit_borrowed: &FAST;
    lazy_limit: *LAZY_FAST;
    lazy_limit_borrowed: &LAZY_FAST;
    limit_of_a_key: PER_TENANT.get("a");
    limit_of_a_block: { let _ = CALLS; &FAST };
}

fn shared() -> Arc<Breaker> {
    PER_HOST.get("a")
}

#[retry(retry_on = transient, backoff = none, breaker = if host.is_empty() { &SHOP } else { breaker })]
async fn behind_either(host: &str, breaker: &Breaker, flaky: &Flaky) -> io::Result<u32> {
    flaky.work()
}

#[retry(retry_on = transient, backoff = none, breaker = PER_HOST.get(host), rate_limit = PER_TENANT.get(host), attempt_timeout = 1s)]
async fn behind_that_of_a_host(host: &str, flaky: &Flaky) -> io::Result<u32> {
    tokio::task::yield_now().await;
    flaky.work()
}

#[tokio::test]
async fn async_functions_have_one() {
    static FLAKY: Flaky = Flaky::new();
    assert_eq!(behind_either("a", &patient(), &Flaky::new()).await.unwrap(), 3);
    assert_eq!(behind_that_of_a_host("a", &Flaky::new()).await.unwrap(), 3);
    assert_eq!(tokio::spawn(behind_that_of_a_host("b", &FLAKY)).await.unwrap().unwrap(), 3);
}
