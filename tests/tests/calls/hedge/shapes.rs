//! Forms of the option with others, and of the function.

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use retry_runtime::{Attempt, Budget, IdempotencyKey, retry, testing};
use retry_tests::Fault;
use tokio::time::sleep;

use crate::hedge::{MS, Server};

/// Notes of the attempts: number, key, time that is left.
type Notes = RefCell<Vec<(u32, Option<String>, Option<Duration>)>>;

fn note(notes: &Notes, attempt: &Attempt) {
    let key = attempt.idempotency_key().map(str::to_string);
    notes.borrow_mut().push((attempt.number(), key, attempt.remaining()));
}

#[retry(
    retry_on = Timeout, budget = none, side_effects, idempotency_key = generate(), attempt_timeout = 2s,
    hedge = after(100ms, at_most = 0.5), context = attempt
)]
async fn charge(server: &Server, notes: &Notes) -> Result<u32, Fault> {
    note(notes, attempt);
    let current = IdempotencyKey::current().map(|key| key.as_str().to_string());
    assert_eq!(current.as_deref(), attempt.idempotency_key());
    server.answer().await
}

#[tokio::test(start_paused = true)]
async fn the_attempts_are_numbered_1_and_2_and_have_one_key() {
    let notes = Notes::default();
    charge(&Server::quick(), &notes).await.unwrap();
    notes.borrow_mut().clear();
    assert_eq!(charge(&Server::slow_first(), &notes).await, Ok(2));
    let notes = notes.take();
    let [(1, Some(first), Some(left)), (2, Some(second), Some(left_of_second))] = &notes[..] else {
        panic!("{notes:?}")
    };
    assert_eq!(first, second);
    assert_eq!((*left, *left_of_second), (2000 * MS, 2000 * MS));
}

#[retry(
    retry_on = Timeout, retry_if = |error| *error == Fault::Bad && allowed.get(), retry_ok = |answer| *answer == 7,
    budget = none, backoff = none, hedge = after(100ms, at_most = 0.5), clone = text, on_retry = |_, _| retried.set(true),
    fallback = |_, _| Ok(99)
)]
async fn full(server: &Server, text: String, allowed: &Cell<bool>, retried: &Cell<bool>) -> Result<u32, Fault> {
    drop(text);
    server.answer().await
}

#[tokio::test(start_paused = true)]
async fn predicates_hooks_and_clones_see_both_attempts() {
    let (allowed, retried) = (Cell::new(true), Cell::new(false));
    let ask = async |server: &Server| {
        full(&Server::quick(), String::new(), &allowed, &retried).await.unwrap();
        retried.set(false);
        (full(server, "text".into(), &allowed, &retried).await, retried.get())
    };
    let bad = || Err(Fault::Bad);
    assert_eq!(ask(&Server::new(&[(150, bad()), (100, Ok(2))])).await, (Ok(2), false), "the failure is kept");
    assert_eq!(ask(&Server::new(&[(150, Ok(7)), (100, Ok(2))])).await, (Ok(2), false), "an `Ok` that is rejected too");
    assert_eq!(ask(&Server::new(&[(150, bad()), (100, bad()), (0, Ok(3))])).await, (Ok(3), true));
    allowed.set(false);
    assert_eq!(ask(&Server::new(&[(150, bad()), (100, Ok(2))])).await, (Ok(99), false), "it ends the call");
}

/// Client with methods of each kind.
struct Client {
    server: Server,
}

impl Client {
    #[retry(retry_on = Timeout, budget = none, hedge = after(100ms, at_most = 0.5))]
    async fn by_reference<T: Copy>(&self, value: T, text: &str) -> Result<(u32, T, usize), Fault> {
        Ok((self.server.answer().await?, value, text.len()))
    }

    #[retry(retry_on = Timeout, budget = none, hedge = after(100ms, at_most = 0.5))]
    fn future<'a>(&'a self, text: &'a str) -> impl Future<Output = Result<&'a str, Fault>> {
        async move {
            self.server.answer().await?;
            Ok(text)
        }
    }
}

#[tokio::test(start_paused = true)]
async fn methods_and_futures_may_be_hedged() {
    let client = Client { server: Server::new(&[(0, Ok(0)), (1000, Ok(1)), (10, Ok(2))]) };
    client.by_reference((), "").await.unwrap();
    assert_eq!(client.by_reference('x', "abc").await, Ok((2, 'x', 3)));
    let client = Client { server: Server::new(&[(0, Ok(0)), (1000, Ok(1)), (10, Ok(2))]) };
    client.future("").await.unwrap();
    assert_eq!(client.future("abc").await, Ok("abc"));
    assert_eq!(client.server.dropped(), [2], "the first one of the second call");
}

#[async_trait::async_trait]
trait Quotes {
    async fn quote(&self, id: &str) -> Result<usize, Fault>;
}

#[async_trait::async_trait]
impl Quotes for () {
    #[retry(retry_on = Timeout, hedge = p95(at_most = 0.2, at_once = 5), concurrency = 3, context = attempt)]
    async fn quote(&self, id: &str) -> Result<usize, Fault> {
        sleep(MS).await;
        Ok(id.len() + attempt.number() as usize)
    }
}

fn is_send<T: Send>(value: T) -> T {
    value
}

#[tokio::test(start_paused = true)]
async fn a_call_is_send_if_its_attempts_are() {
    #[retry(retry_on = Timeout, hedge = p99)]
    async fn ask(id: String) -> Result<usize, Fault> {
        sleep(MS).await;
        Ok(id.len())
    }
    assert_eq!(is_send(ask("abc".into())).await, Ok(3));
    assert_eq!(tokio::spawn(async { ().quote("abc").await }).await.unwrap(), Ok(4));
}

#[retry(retry_on = Timeout, max_attempts = 3, backoff = none, budget = none)]
async fn inner(runs: &Cell<u32>) -> Result<u32, Fault> {
    runs.set(runs.get() + 1);
    Err(Fault::Timeout)
}

#[retry(
    retry_on = Timeout, nested = retry, budget = none, backoff = none, max_attempts = 2,
    hedge = after(100ms, at_most = 0.5), context = attempt
)]
async fn outer(first: Duration, runs: &Cell<u32>) -> Result<u32, Fault> {
    if first.is_zero() {
        return Ok(0);
    }
    if attempt.number() == 1 {
        sleep(first).await;
        return Ok(1);
    }
    inner(runs).await
}

#[tokio::test(start_paused = true)]
async fn operations_inside_a_hedge_are_inside_a_later_attempt() {
    let runs = Cell::new(0);
    outer(Duration::ZERO, &runs).await.unwrap();
    assert_eq!(outer(500 * MS, &runs).await, Ok(1));
    assert_eq!(runs.get(), 1, "the outer operation has no attempt left that a retry inside could use up");
}

#[test]
fn it_works_on_a_clock_that_delays_move() {
    #[retry(retry_on = Timeout, budget = budget, hedge = after(100ms, at_most = 0.5), runtime = futures_timer)]
    async fn ask(begun: &Cell<u32>, is_slow: bool, budget: &Budget) -> Result<u32, Fault> {
        begun.set(begun.get() + 1);
        if is_slow && begun.get() == 1 {
            std::future::pending::<()>().await;
        }
        Ok(begun.get())
    }

    let clock = testing::pause();
    let (begun, budget, mut cx) = (Cell::new(0), Budget::credit(), Context::from_waker(Waker::noop()));
    assert!(pin!(ask(&begun, false, &budget)).poll(&mut cx).is_ready());
    begun.set(0);
    assert_eq!(pin!(ask(&begun, true, &budget)).poll(&mut cx), Poll::Ready(Ok(2)));
    assert_eq!(clock.elapsed(), 100 * MS);
}
