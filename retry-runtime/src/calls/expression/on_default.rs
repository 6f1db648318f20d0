//! Retries for an expression on the default runtime.

use core::future::Future;

use retry_core::Policy;

use crate::calls::call::AttemptResult;
use crate::calls::driver::DefaultRuntime;
use crate::calls::expression::on;
use crate::classify::Classify;
use crate::outcome::Outcome;

/// Calls `body` until it succeeds or `policy` stops, and returns the last outcome.
///
/// # Errors
///
/// The error of the last attempt.
///
/// A [`TimedPolicy`](crate::TimedPolicy) is refused, because there may be no error to return when a timeout ends an attempt;
/// use `tokio::time::timeout` in the body. A policy that is `unbounded` without a deadline makes 100 attempts, because nothing else would end the call.
///
/// # Budget
///
/// Retries are withdrawn from a budget ([`Budget::credit`](crate::Budget::credit)), like those of an annotated function.
/// Each place in the source that calls this function is an operation of its own, named like `src/shop.rs:12`.
///
/// # Cancel safety
///
/// Dropping the future ends the call. Nothing continues in the background.
///
/// # Closures that borrow
///
/// `body` is an async closure or a closure that returns a future. It may borrow and read what is around it, and the future is
/// `Send` if what `body` uses is, so it runs in spawned tasks, axum handlers and `async_trait`. An async closure that changes
/// or moves what it captures is not accepted; use [`call_mut`], or copy what the future needs before `async move`:
///
/// ```
/// # use retry_runtime::{Classes, Policy};
/// # const POLICY: Policy = Policy::new().retry_on(Classes::new().connect()).max_attempts(2);
/// # async fn connect(_: &str) -> std::io::Result<u8> { Err(std::io::ErrorKind::ConnectionRefused.into()) }
/// # async fn f() {
/// let mut tried = 0;
/// let answer = retry_runtime::call(&POLICY, || {
///     tried += 1;
///     async move { connect("db.internal").await }
/// })
/// .await;
/// assert!(answer.is_err());
/// assert_eq!(tried, 2);
/// # }
/// # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(f());
/// ```
///
/// # Examples
///
/// In a method of a client, which a spawned task calls:
///
/// ```
/// use std::sync::Arc;
/// use retry_runtime::{Classes, Policy};
///
/// const POLICY: Policy = Policy::new().retry_on(Classes::new().connect()).max_attempts(2);
///
/// struct Client {
///     host: String,
/// }
///
/// impl Client {
///     async fn get(&self) -> std::io::Result<u8> {
///         retry_runtime::call(&POLICY, async || connect(&self.host).await).await
///     }
/// }
/// # async fn connect(_: &str) -> std::io::Result<u8> { Ok(7) }
///
/// # async fn f() {
/// let client = Arc::new(Client { host: "db.internal".into() });
/// let answer = tokio::spawn(async move { client.get().await }).await.unwrap();
/// assert_eq!(answer.unwrap(), 7);
/// # }
/// # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(f());
/// ```
///
/// In an axum handler, where the closure borrows the state:
///
/// ```
/// use std::sync::Arc;
/// use axum::{Router, extract::State, http::StatusCode, routing::get};
/// # use retry_runtime::{Classes, Policy};
/// # const POLICY: Policy = Policy::new().retry_on(Classes::new().connect()).max_attempts(2);
/// # async fn connect(_: &str) -> std::io::Result<u8> { Ok(7) }
///
/// async fn handler(State(host): State<Arc<String>>) -> Result<String, StatusCode> {
///     let answer = retry_runtime::call(&POLICY, async || connect(&host).await).await;
///     answer.map(|answer| answer.to_string()).map_err(|_| StatusCode::BAD_GATEWAY)
/// }
///
/// let router: Router = Router::new().route("/", get(handler)).with_state(Arc::new("db.internal".into()));
/// # let _ = router;
/// ```
#[track_caller]
pub fn call<R, F, B>(policy: &Policy, body: B) -> impl Future<Output = R> + use<R, F, B>
where
    R: Outcome<Error: Classify>,
    F: Future<Output = R>,
    B: FnMut() -> F,
{
    on::<DefaultRuntime>().call(policy, body)
}

/// Calls `body` like [`call`], and lends it what it captures by `&mut`.
///
/// The compiler cannot prove that the future is `Send`
/// ([rust-lang/rust#138207](https://github.com/rust-lang/rust/issues/138207)): it refuses it in a spawned task, an axum handler
/// or `async_trait`. There use [`call`], or the attribute.
///
/// # Errors
///
/// The error of the last attempt.
///
/// # Cancel safety
///
/// Dropping the future ends the call. Nothing continues in the background.
///
/// # Examples
///
/// ```
/// use retry_runtime::{Classes, Policy};
///
/// const POLICY: Policy = Policy::new().retry_on(Classes::new().disconnected()).max_attempts(2);
///
/// # struct Connection(u32);
/// # impl Connection {
/// #     async fn query(&mut self) -> std::io::Result<u32> {
/// #         self.0 += 1;
/// #         if self.0 < 2 { Err(std::io::ErrorKind::ConnectionReset.into()) } else { Ok(self.0) }
/// #     }
/// # }
/// # async fn f() {
/// let mut connection = Connection(0);
/// let answer = retry_runtime::call_mut(&POLICY, async || connection.query().await).await;
/// assert_eq!(answer.unwrap(), 2);
/// # }
/// # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(f());
/// ```
#[track_caller]
pub fn call_mut<R, B>(policy: &Policy, body: B) -> impl Future<Output = R> + use<R, B>
where
    R: Outcome<Error: Classify>,
    B: AsyncFnMut() -> R,
{
    on::<DefaultRuntime>().call_mut(policy, body)
}

/// Calls `body` like [`call`], and retries if `retry` returns true.
///
/// The error needs no classes.
///
/// # Errors
///
/// The error of the last attempt.
///
/// # Cancel safety
///
/// Dropping the future ends the call. Nothing continues in the background.
///
/// # Examples
///
/// ```
/// use retry_runtime::Policy;
///
/// # async fn f() {
/// let mut pages = [vec![], vec!["tea"]].into_iter();
/// let page = retry_runtime::call_if(
///     &Policy::new(),
///     || core::future::ready(pages.next()),
///     |result| result.ok(|page: &Vec<_>| page.is_empty()),
/// )
/// .await;
/// assert_eq!(page, Some(vec!["tea"]));
/// # }
/// # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(f());
/// ```
#[track_caller]
pub fn call_if<R, F, B, P>(policy: &Policy, body: B, retry: P) -> impl Future<Output = R> + use<R, F, B, P>
where
    R: Outcome,
    F: Future<Output = R>,
    B: FnMut() -> F,
    P: FnMut(&mut AttemptResult<'_, R>) -> bool,
{
    on::<DefaultRuntime>().call_if(policy, body, retry)
}

/// Calls `body` like [`call_if`], and lends it what it captures by `&mut`.
///
/// It cannot be spawned, like [`call_mut`].
///
/// # Errors
///
/// The error of the last attempt.
///
/// # Cancel safety
///
/// Dropping the future ends the call. Nothing continues in the background.
///
/// # Examples
///
/// ```
/// use retry_runtime::Policy;
///
/// # async fn f() {
/// let mut pages = [vec![], vec!["tea"]].into_iter();
/// let page = retry_runtime::call_mut_if(
///     &Policy::new(),
///     async || pages.next(),
///     |result| result.ok(|page: &Vec<_>| page.is_empty()),
/// )
/// .await;
/// assert_eq!(page, Some(vec!["tea"]));
/// # }
/// # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(f());
/// ```
#[track_caller]
pub fn call_mut_if<R, B, P>(policy: &Policy, body: B, retry: P) -> impl Future<Output = R> + use<R, B, P>
where
    R: Outcome,
    B: AsyncFnMut() -> R,
    P: FnMut(&mut AttemptResult<'_, R>) -> bool,
{
    on::<DefaultRuntime>().call_mut_if(policy, body, retry)
}
