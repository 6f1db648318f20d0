//! Every form of what calls share, on every kind of function: each retries twice and then gives what the body gave.
#![allow(clippy::all, clippy::pedantic)] // the shapes are what people write, not what they should

use std::fmt::Display;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use async_trait::async_trait;
use retry_runtime::{Breaker, Budget, KeyedBudget, Policy, RateLimit, retry};
use retry_tests::Flaky;

static PAYMENTS: Budget = Budget::aws();
static SHOP: Breaker = patient();
static FAST: RateLimit = RateLimit::per_second(1_000_000);
static PER_USER: KeyedBudget<String> = KeyedBudget::new(Budget::aws());
static LAZY: LazyLock<Budget> = LazyLock::new(Budget::aws);
static EACH: [Budget; 2] = [const { Budget::aws() }; 2];
const REST: u32 = 500;
const SHARE: f64 = 1.0;
const WINDOW: Duration = Duration::from_secs(10);

const fn patient() -> Breaker {
    Breaker::new().window_calls(1000).minimum_calls(1000)
}

mod statics {
    pub(crate) static DEEP: retry_runtime::Budget = retry_runtime::Budget::aws();
    pub(crate) static SHOP: retry_runtime::Breaker =
        retry_runtime::Breaker::new().window_calls(1000).minimum_calls(1000);
}

mod budgets {
    use super::*;

    macro_rules! functions {
        ($($name:ident: $budget:expr;)*) => {
            $(
                #[retry(retry_on = transient, backoff = none, budget = $budget)]
                fn $name(flaky: &Flaky) -> io::Result<u32> {
                    flaky.work()
                }
            )*

            #[test]
            fn of_every_form_grant_two_retries() {
                $(assert_eq!($name(&Flaky::new()).unwrap(), 3, stringify!($name));)*
            }
        };
    }

    functions! {
        own: credit;
        none: none;
        rested: credit(42);
        rested_by_constant: credit(REST);
        rested_by_expression: credit(REST / 2);
        on_awss_terms: credit(aws);
        ratio: ratio(1, 10s);
        ratio_reserved: ratio(0.5, 1m, reserve = 1);
        ratio_of_constants: ratio(SHARE, WINDOW, reserve = SHARE);
        ratio_of_a_share: ratio(SHARE, 10s, reserve = 1);
        ratio_of_a_window: ratio(0.0, WINDOW, reserve = 10);
        ratio_without_reserve: ratio(SHARE / 2.0, Duration::from_secs(20));
        in_flight: in_flight(0.2, 3);
        in_flight_of_constants: in_flight(SHARE, REST);
        in_flight_of_a_share: in_flight(SHARE, 0);
        in_flight_at_least: in_flight(0, REST);
        of_a_static: PAYMENTS;
        of_a_path: statics::DEEP;
        in_parentheses: (PAYMENTS);
        borrowed: &PAYMENTS;
        lazy: *LAZY;
        of_an_array: EACH[1];
        of_a_block: { let _ = REST; &PAYMENTS };
        of_a_call: shared();
        lazy_and_borrowed: &LAZY;
    }

    fn shared() -> Arc<Budget> {
        static ONE: LazyLock<Arc<Budget>> = LazyLock::new(Arc::default);
        ONE.clone()
    }
}

#[retry(retry_on = transient, backoff = none, budget = budget)]
fn of_a_reference(budget: &Budget, flaky: &Flaky) -> io::Result<u32> {
    flaky.work()
}

#[retry(retry_on = transient, backoff = none, budget = budget)]
fn by_value(budget: Budget, flaky: &Flaky) -> io::Result<u32> {
    flaky.work()
}

#[retry(retry_on = transient, backoff = none, budget = budget)]
async fn of_an_arc(budget: Arc<Budget>, flaky: &Flaky) -> io::Result<u32> {
    flaky.work()
}

#[retry(retry_on = transient, backoff = none, budget = budget)]
async fn of_a_borrowed_arc(budget: &Arc<Budget>, flaky: &Flaky) -> io::Result<u32> {
    flaky.work()
}

#[retry(retry_on = transient, backoff = none, budget = budget)]
fn of_an_rc(budget: Rc<Budget>, flaky: &Flaky) -> io::Result<u32> {
    flaky.work()
}

#[retry(retry_on = transient, backoff = none, budget = PER_USER.get(user))]
async fn of_a_key(user: &str, flaky: &Flaky) -> io::Result<u32> {
    tokio::task::yield_now().await;
    flaky.work()
}

#[retry(retry_on = transient, backoff = none, budget = if user.is_empty() { &PAYMENTS } else { budget })]
async fn of_either(user: &str, budget: &Budget, flaky: &Flaky) -> io::Result<u32> {
    flaky.work()
}

#[retry(retry_on = transient, backoff = none, budget = budgets(user))]
fn of_a_function(user: &str, flaky: &Flaky) -> io::Result<u32> {
    flaky.work()
}

fn budgets(user: &str) -> Arc<Budget> {
    PER_USER.get(user)
}

#[retry(retry_on = transient, backoff = none, budget = PAYMENTS, breaker = SHOP, rate_limit = FAST, nested = retry)]
fn all(flaky: &Flaky) -> io::Result<u32> {
    flaky.work()
}

#[retry(
    retry_on = transient,
    retry_if = |_| false,
    backoff = none,
    budget = credit(500),
    breaker = statics::SHOP,
    rate_limit = FAST,
    nested = stop,
    deadline = 1s,
    attempt_timeout = 1s,
    cancel = std::future::pending::<()>(),
    context = attempt,
    clone = text,
    on_retry = async |_, _| tokio::task::yield_now().await,
    fallback = async |_, error| Err(error),
    name = "all"
)]
async fn all_async(text: String, flaky: &Flaky) -> io::Result<usize> {
    drop(text.clone());
    flaky.work()?;
    drop(text);
    Ok(attempt.number() as usize)
}

#[retry(retry_on = transient, max_attempts = unbounded, backoff = exp(1ms, 1s), deadline = 10s)]
fn unbounded(flaky: &Flaky) -> io::Result<u32> {
    flaky.work()
}

#[retry(policy = *policy, budget = PAYMENTS, breaker = SHOP)]
async fn under_a_policy(policy: &Policy, flaky: &Flaky) -> io::Result<u32> {
    flaky.work()
}

#[retry(retry_on = None, backoff = none, budget = in_flight(1, 0), breaker = SHOP, rate_limit = FAST)]
fn optional(flaky: &Flaky) -> Option<u32> {
    flaky.work().ok()
}

#[retry(retry_on = transient, backoff = none, budget = credit(REST), breaker = SHOP, rate_limit = FAST)]
fn generic<T: Display + ?Sized, const N: usize>(value: &T, list: [u8; N], flaky: &Flaky) -> io::Result<String> {
    flaky.work()?;
    Ok(format!("{value}{}", list.len()))
}

#[retry(retry_on = transient, backoff = none, budget = value.as_ref(), breaker = SHOP, rate_limit = FAST)]
async fn generic_async<T: AsRef<Budget>>(value: T, flaky: &Flaky) -> io::Result<u32> {
    flaky.work()
}

#[retry(retry_on = transient, backoff = none, budget = of::<T>())]
fn by_type<T>(_: &T, flaky: &Flaky) -> io::Result<u32> {
    flaky.work()
}

fn of<T>() -> Arc<Budget> {
    PER_USER.get(std::any::type_name::<T>())
}

#[retry(retry_on = transient, backoff = none, budget = PAYMENTS, breaker = SHOP, rate_limit = FAST)]
fn impl_traits(values: impl IntoIterator<Item = u32> + Clone, flaky: &Flaky) -> io::Result<impl Iterator<Item = u32>> {
    flaky.work()?;
    Ok(values.clone().into_iter().map(|value| value * 2))
}

#[retry(retry_on = transient, backoff = none, budget = PAYMENTS, breaker = SHOP, rate_limit = FAST)]
fn boxed<'a>(flaky: &'a Flaky) -> Pin<Box<dyn Future<Output = io::Result<u32>> + Send + 'a>> {
    Box::pin(async move { flaky.work() })
}

struct Client {
    budget: Arc<Budget>,
    breaker: Arc<Breaker>,
    limit: Arc<RateLimit>,
    flaky: Flaky,
    seen: u32,
}

impl Client {
    fn new() -> Self {
        Self {
            budget: Arc::default(),
            breaker: Arc::new(patient()),
            limit: Arc::new(FAST.fresh()),
            flaky: Flaky::new(),
            seen: 0,
        }
    }

    #[retry(retry_on = transient, backoff = none, budget = self.budget)]
    fn shared(&self) -> io::Result<u32> {
        self.flaky.work()
    }

    #[retry(retry_on = transient, backoff = none, budget = self.budget, breaker = self.breaker, rate_limit = self.limit)]
    async fn shared_async(&self) -> io::Result<u32> {
        self.flaky.work()
    }

    #[retry(retry_on = transient, backoff = none, budget = self.budget, breaker = *self.breaker)]
    fn by_value(self) -> io::Result<u32> {
        self.flaky.work()
    }

    #[retry(retry_on = transient, backoff = none, budget = self.budget.clone(), breaker = self.breaker.clone())]
    fn exclusive(&mut self) -> io::Result<u32> {
        self.seen += 1;
        self.flaky.work()
    }

    #[retry(retry_on = transient, backoff = none, budget = self.budget.clone(), rate_limit = self.limit.clone())]
    async fn exclusive_async(&mut self) -> io::Result<u32> {
        self.seen += 1;
        self.flaky.work()
    }

    #[retry(retry_on = transient, backoff = none, budget = self.budget)]
    async fn read(&mut self) -> io::Result<u32> {
        self.flaky.work()
    }
}

trait Service {
    fn flaky(&self) -> &Flaky;

    fn budget(&self) -> &Budget;

    #[retry(retry_on = transient, backoff = none, budget = self.budget(), breaker = SHOP, rate_limit = FAST)]
    fn quote(&self) -> io::Result<u32> {
        self.flaky().work()
    }

    #[retry(retry_on = transient, backoff = none, budget = ratio(SHARE, 10s), breaker = SHOP, rate_limit = FAST)]
    async fn quote_async(&self) -> io::Result<u32> {
        self.flaky().work()
    }
}

impl Service for Client {
    fn flaky(&self) -> &Flaky {
        &self.flaky
    }

    fn budget(&self) -> &Budget {
        &self.budget
    }
}

#[async_trait]
trait Boxed {
    #[retry(retry_on = transient, backoff = none, budget = PAYMENTS, breaker = SHOP, rate_limit = FAST)]
    async fn by_default(&self, flaky: &Flaky) -> io::Result<u32>
    where
        Self: Sync,
    {
        flaky.work()
    }

    async fn of_itself(&self) -> io::Result<u32>;
    async fn exclusive(&mut self) -> io::Result<u32>;
}

#[async_trait]
impl Boxed for Client {
    #[retry(retry_on = transient, backoff = none, budget = self.budget, breaker = self.breaker, rate_limit = self.limit)]
    async fn of_itself(&self) -> io::Result<u32> {
        self.flaky.work()
    }

    #[retry(retry_on = transient, backoff = none, budget = self.budget.clone(), breaker = self.breaker.clone(), rate_limit = FAST)]
    async fn exclusive(&mut self) -> io::Result<u32> {
        self.seen += 1;
        self.flaky.work()
    }
}

#[test]
fn blocking_functions_share() {
    let (flaky, budget) = (Flaky::new, Budget::credit);
    assert_eq!(of_a_reference(&budget(), &flaky()).unwrap(), 3);
    assert_eq!(by_value(budget(), &flaky()).unwrap(), 3);
    assert_eq!(of_an_rc(Rc::default(), &flaky()).unwrap(), 3);
    assert_eq!(of_a_function("a", &flaky()).unwrap(), 3);
    assert_eq!(all(&flaky()).unwrap(), 3);
    assert_eq!(optional(&flaky()), Some(3));
    assert_eq!(generic("a", [1, 2], &flaky()).unwrap(), "a2");
    assert_eq!(by_type(&'a', &flaky()).unwrap(), 3);
    assert_eq!(impl_traits([1, 2], &flaky()).unwrap().sum::<u32>(), 6);
    assert_eq!(Client::new().shared().unwrap(), 3);
    assert_eq!(Client::new().by_value().unwrap(), 3);
    let mut client = Client::new();
    assert_eq!((client.exclusive().unwrap(), client.seen), (3, 3));
    assert_eq!(Client::new().quote().unwrap(), 3);
    let _clock = retry_runtime::testing::pause();
    assert_eq!(unbounded(&flaky()).unwrap(), 3);
}

#[tokio::test]
async fn async_functions_share() {
    let (flaky, budget) = (Flaky::new, Budget::credit);
    assert_eq!(of_an_arc(Arc::default(), &flaky()).await.unwrap(), 3);
    assert_eq!(of_a_borrowed_arc(&Arc::default(), &flaky()).await.unwrap(), 3);
    assert_eq!(of_a_key("a", &flaky()).await.unwrap(), 3);
    assert_eq!(of_either("a", &budget(), &flaky()).await.unwrap(), 3);
    assert_eq!(all_async("a".into(), &flaky()).await.unwrap(), 3);
    let policy = Policy::new().retry_on(retry_runtime::Classes::new().transient());
    let policy = policy.backoff(retry_runtime::Backoff::none());
    assert_eq!(under_a_policy(&policy, &flaky()).await.unwrap(), 3);
    assert_eq!(generic_async(Arc::<Budget>::default(), &flaky()).await.unwrap(), 3);
    assert_eq!(boxed(&flaky()).await.unwrap(), 3);
    assert_eq!(Client::new().shared_async().await.unwrap(), 3);
    let mut client = Client::new();
    assert_eq!((client.exclusive_async().await.unwrap(), client.seen), (3, 3));
    assert_eq!(Client::new().read().await.unwrap(), 3);
    assert_eq!(Client::new().quote_async().await.unwrap(), 3);
    assert_eq!(Client::new().by_default(&flaky()).await.unwrap(), 3);
    assert_eq!(Client::new().of_itself().await.unwrap(), 3);
    assert_eq!(Boxed::exclusive(&mut Client::new()).await.unwrap(), 3);
}

#[tokio::test]
async fn calls_that_share_are_sent_between_threads() {
    static FLAKY: [Flaky; 3] = [const { Flaky::new() }; 3];
    let sent = |future: Pin<Box<dyn Future<Output = io::Result<u32>> + Send>>| tokio::spawn(future);
    assert_eq!(sent(Box::pin(of_a_key("b", &FLAKY[0]))).await.unwrap().unwrap(), 3);
    assert_eq!(sent(Box::pin(of_an_arc(Arc::default(), &FLAKY[1]))).await.unwrap().unwrap(), 3);
    assert_eq!(sent(Box::pin(async { Client::new().exclusive_async().await })).await.unwrap().unwrap(), 3);
    let all = tokio::spawn(all_async("a".into(), &FLAKY[2]));
    assert_eq!(all.await.unwrap().unwrap(), 3);
}
