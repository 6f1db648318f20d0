//! Expressions that are retried: each place in the source is an operation of its own.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use retry_runtime::{
    Backoff, Class, Classes, Policy, StopReason, call, call_blocking, call_blocking_if, call_if, call_mut,
};

const POLICY: Policy = Policy::new().retry_on(Classes::new().timeout()).max_attempts(5).backoff(Backoff::none());

fn timeout() -> io::Result<u8> {
    Err(io::ErrorKind::TimedOut.into())
}

fn name(line: u32) -> String {
    format!("tests/tests/calls/expressions.rs:{line}")
}

#[test]
fn each_place_has_a_name_and_numbers_of_its_own() {
    let mut lines = Vec::new();
    for answers in [[timeout(), Ok(1)], [timeout(), timeout()]] {
        let mut answers = answers.into_iter();
        lines.push(line!() + 1);
        let _ = call_blocking(&POLICY, || answers.next().unwrap_or_else(timeout));
    }
    assert_eq!(lines[0], lines[1]);
    lines.push(line!() + 1);
    let _ = call_blocking_if(&POLICY, || Err::<u8, _>("no"), |_| false);

    let report = retry_runtime::report();
    let one = report.operation(&name(lines[0])).expect("it ran");
    assert_eq!((one.calls, one.recovered, one.retries.as_slice()), (2, 1, [(Class::Timeout, 5)].as_slice()));
    assert_eq!(one.gave_up, [(StopReason::Attempts, 1)]);
    let other = report.operation(&name(lines[2])).expect("it ran");
    assert_eq!((other.calls, other.gave_up.as_slice()), (1, [(StopReason::NotRetryable, 1)].as_slice()));
}

#[test]
fn a_place_has_the_budget_of_its_policy_and_no_other_takes_from_it() {
    let mut tried = 0;
    let mut first = || {
        let _ = call_blocking(&POLICY, || {
            tried += 1;
            timeout()
        });
        std::mem::take(&mut tried)
    };
    assert_eq!((first(), first()), (5, 1), "one call's worth of retries");
    let mut other = 0;
    let line = line!() + 1;
    let _ = call_blocking(&POLICY, || {
        other += 1;
        if other == 1 { timeout() } else { Err(io::ErrorKind::InvalidInput.into()) }
    });
    assert_eq!(other, 2);
    let report = retry_runtime::report();
    assert_eq!(report.operation(&name(line)).and_then(|operation| operation.budget_left), Some(56 - 14));
}

#[tokio::test(start_paused = true)]
async fn an_async_place_is_where_it_is_called_not_where_it_is_awaited() {
    let mut answers = [timeout(), Ok(1)].into_iter();
    let line = line!() + 1;
    let future = call_mut(&POLICY, async || answers.next().unwrap_or_else(timeout));
    assert_eq!(future.await.ok(), Some(1));
    let report = retry_runtime::report();
    assert_eq!(report.operation(&name(line)).map(|operation| operation.recovered), Some(1));
}

/// Fails once, then counts its attempts.
#[derive(Default)]
struct Client {
    attempts: AtomicU32,
}

impl Client {
    async fn send(&self) -> io::Result<u32> {
        tokio::task::yield_now().await;
        match self.attempts.fetch_add(1, Ordering::Relaxed) + 1 {
            1 => Err(io::ErrorKind::TimedOut.into()),
            attempts => Ok(attempts),
        }
    }

    async fn get(&self) -> io::Result<u32> {
        call(&POLICY, async || self.send().await).await
    }

    async fn get_if(&self) -> io::Result<u32> {
        call_if(&POLICY, async || self.send().await, |result| result.error(|_: &io::Error| true)).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_closure_that_borrows_runs_in_a_spawned_task() {
    let spawned = tokio::spawn(async { Client::default().get().await });
    assert_eq!(spawned.await.unwrap().ok(), Some(2));
    let spawned = tokio::spawn(async { Client::default().get_if().await });
    assert_eq!(spawned.await.unwrap().ok(), Some(2));
    let spawned = tokio::spawn(async {
        let (client, offset) = (Client::default(), 40);
        call(&POLICY, async || client.send().await.map(|attempts| attempts + offset)).await
    });
    assert_eq!(spawned.await.unwrap().ok(), Some(42));
}

#[tokio::test(start_paused = true)]
async fn a_closure_that_returns_a_future_runs_in_a_spawned_task() {
    let client = Arc::new(Client::default());
    let spawned = {
        let policy = POLICY.max_attempts(2);
        tokio::spawn(call(&policy, move || {
            let client = client.clone();
            async move { client.send().await }
        }))
    };
    assert_eq!(spawned.await.unwrap().ok(), Some(2), "the future keeps no reference to the policy");
    let spawned = tokio::spawn(async {
        let client = Client::default();
        call(&POLICY, || async { client.send().await }).await
    });
    assert_eq!(spawned.await.unwrap().ok(), Some(2));
}

#[async_trait::async_trait]
trait Store {
    async fn load(&self) -> io::Result<u32>;
}

#[async_trait::async_trait]
impl Store for Client {
    async fn load(&self) -> io::Result<u32> {
        call(&POLICY, async || self.send().await).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_closure_that_borrows_runs_in_an_async_trait() {
    let store: Box<dyn Store + Sync> = Box::new(Client::default());
    assert_eq!(store.load().await.ok(), Some(2));
}

async fn handler(State(client): State<Arc<Client>>) -> String {
    call(&POLICY, async || client.send().await)
        .await
        .map_or_else(|error| error.to_string(), |attempts| attempts.to_string())
}

#[tokio::test(start_paused = true)]
async fn a_closure_that_borrows_runs_in_an_axum_handler() {
    let router = Router::new().route("/", get(handler)).with_state(Arc::new(Client::default()));
    let request = http::Request::new(axum::body::Body::empty());
    let response = tower::ServiceExt::oneshot(router, request).await.unwrap();
    let body = http_body_util::BodyExt::collect(response.into_body()).await.unwrap().to_bytes();
    assert_eq!(body, "2");
}
