//! Code that is inside a scope: threads, tasks, and scopes in scopes.

use std::io;
use std::pin::pin;
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

use retry_runtime::testing::{self, EnteredScope, Scope};
use retry_runtime::{RateLimit, TaskBudget, propagate, propagate_blocking, report, retry};

use crate::timeout;

#[retry(max_attempts = 2, retry_on = transient, backoff = none, name = "reach::load")]
fn load() -> io::Result<u32> {
    Ok(7)
}

#[retry(max_attempts = 2, retry_on = transient, backoff = none, name = "reach::fetch")]
async fn fetch() -> io::Result<u32> {
    tokio::task::yield_now().await;
    Ok(7)
}

/// Returns the calls of an operation in a scope.
fn calls(scope: &Scope, name: &str) -> u64 {
    scope.report().operation(name).map_or(0, |operation| operation.calls)
}

fn assert_loaded() {
    assert_eq!(load().expect("it succeeds"), 7);
}

#[test]
fn the_inner_scope_hides_the_outer_one_which_comes_back() {
    assert!(Scope::current().is_none());
    let outer = testing::scope();
    assert_loaded();
    {
        let inner = testing::scope();
        assert_loaded();
        assert_loaded();
        assert_eq!((calls(&inner, "reach::load"), calls(&outer, "reach::load")), (2, 1));
        outer.run(assert_loaded);
        assert_loaded();
        assert_eq!((calls(&inner, "reach::load"), calls(&outer, "reach::load")), (3, 2));
    }
    assert_loaded();
    assert_eq!(calls(&outer, "reach::load"), 3);
    drop(outer);
    assert!(Scope::current().is_none());
}

#[test]
fn guards_may_be_dropped_in_any_order() {
    let (outer, inner) = (testing::scope(), testing::scope());
    let (first, second) = (Scope::clone(&outer), Scope::clone(&inner));
    drop(outer);
    assert_loaded();
    drop(inner);
    assert!(Scope::current().is_none());
    assert_eq!((calls(&first, "reach::load"), calls(&second, "reach::load")), (0, 1));
}

#[test]
fn a_panic_leaves_the_scope() {
    let scope = Scope::new();
    let caught = thread::spawn({
        let scope = scope.clone();
        move || {
            let caught = std::panic::catch_unwind(|| {
                let _entered: EnteredScope = scope.enter();
                scope.run(|| panic!("a test that fails"))
            });
            (caught.is_err(), Scope::current().is_none())
        }
    });
    assert_eq!(caught.join().expect("it is caught"), (true, true));
}

#[test]
fn a_scope_travels_to_a_thread_with_the_context_or_a_handle() {
    let scope = testing::scope();
    thread::spawn(propagate_blocking(assert_loaded)).join().expect("no panic");
    let handle = scope.clone();
    thread::spawn(move || handle.run(assert_loaded)).join().expect("no panic");
    assert_eq!(calls(&scope, "reach::load"), 2);
    thread::spawn(|| {
        assert!(Scope::current().is_none());
        assert_loaded();
    })
    .join()
    .expect("no panic");
    assert_eq!(calls(&scope, "reach::load"), 2, "a thread alone is outside");
}

#[tokio::test]
async fn tasks_on_the_thread_are_inside() {
    let scope = testing::scope();
    tokio::spawn(fetch()).await.expect("no panic").expect("it succeeds");
    assert_eq!(calls(&scope, "reach::fetch"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_on_other_threads_are_inside_by_a_handle_or_the_context() {
    let scope = Scope::new();
    let spawned = || async {
        tokio::spawn(propagate(fetch())).await.expect("no panic").expect("it succeeds");
        let blocking = tokio::task::spawn_blocking(propagate_blocking(load));
        blocking.await.expect("no panic").expect("it succeeds");
        TaskBudget::new(3).scope(fetch()).await.expect("it succeeds");
    };
    tokio::spawn(scope.run_async(spawned())).await.expect("no panic");
    assert_eq!((calls(&scope, "reach::fetch"), calls(&scope, "reach::load")), (2, 1));
    assert!(Scope::current().is_none());
}

static PACE: RateLimit = RateLimit::per_second(1).burst(2);

#[retry(max_attempts = 2, retry_on = transient, backoff = none, rate_limit = PACE, name = "reach::paced")]
async fn paced(attempts: &mut u32) -> io::Result<u32> {
    tokio::task::yield_now().await;
    *attempts += 1;
    if *attempts == 1 { timeout() } else { Ok(7) }
}

/// A call belongs to the scope in which it began, even if that is over.
#[tokio::test(start_paused = true)]
async fn a_call_stays_in_its_scope_wherever_it_is_polled() {
    let scope = testing::scope();
    let (mut first, mut second) = (0, 0);
    let mut begun = pin!(paced(&mut first));
    let mut left_over = pin!(paced(&mut second));
    let mut cx = Context::from_waker(Waker::noop());
    assert!(begun.as_mut().poll(&mut cx).is_pending());
    let handle = Scope::clone(&scope);
    drop(scope);
    assert_eq!(begun.await.expect("the second attempt"), 7);
    assert_eq!(calls(&handle, "reach::paced"), 1);

    let other = testing::scope();
    assert!(left_over.as_mut().poll(&mut cx).is_pending());
    drop((handle, other));
    assert_eq!(left_over.await.expect("the second attempt"), 7);
    // Both of its tokens are left: neither call has used one.
    let start = tokio::time::Instant::now();
    assert_eq!(paced(&mut 0).await.expect("the second attempt"), 7);
    assert_eq!(start.elapsed(), Duration::ZERO);
    let report = report();
    let outside = report.operation("reach::paced").expect("it ran");
    assert_eq!((outside.calls, outside.recovered), (1, 1));
}

#[test]
fn a_reset_does_not_reach_calls_under_way() {
    let scope = testing::scope();
    let mut attempts = 0;
    let mut begun = pin!(paced(&mut attempts));
    let mut cx = Context::from_waker(Waker::noop());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let _runtime = runtime.as_ref().expect("a runtime starts").enter();
    assert!(begun.as_mut().poll(&mut cx).is_pending());
    scope.reset();
    let mut polls = 0;
    while begun.as_mut().poll(&mut cx).is_pending() {
        polls += 1;
        assert!(polls < 9, "it needs no timer");
    }
    assert_eq!(calls(&scope, "reach::paced"), 0);
}
