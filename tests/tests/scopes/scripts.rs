//! Scripted outcomes: which attempts they replace, and what a wrong script says.

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};

use retry_runtime::testing::{self, Scope, operation};
use retry_runtime::{Class, Classify, Missing, StopReason, Stopped, call_blocking, propagate, retry};

use crate::{message, timeout};

#[derive(Debug, PartialEq, Classify)]
enum ApiError {
    Timeout,
    Permanent,
}

#[derive(Debug, PartialEq)]
struct Receipt(u32);

static BODIES: AtomicU32 = AtomicU32::new(0);

#[retry(max_attempts = 3, retry_on = Timeout, name = "shop::pay")]
fn pay() -> Result<Receipt, ApiError> {
    Ok(Receipt(7))
}

#[retry(max_attempts = 3, retry_on = Timeout, name = "shop::quote")]
async fn quote() -> Result<Receipt, ApiError> {
    tokio::task::yield_now().await;
    Ok(Receipt(8))
}

#[retry(max_attempts = 3, retry_on = Timeout, name = "scripts::counted")]
async fn counted() -> Result<Receipt, ApiError> {
    tokio::task::yield_now().await;
    BODIES.fetch_add(1, Ordering::Relaxed);
    Ok(Receipt(8))
}

#[test]
fn the_first_attempts_fail_and_then_the_body_runs() {
    let scope = testing::scope();
    scope.fail("shop::pay", [ApiError::Timeout, ApiError::Timeout]);
    assert_eq!(pay(), Ok(Receipt(7)));
    scope.assert("shop::pay").attempts(3).recovered().failed_with([Class::Timeout, Class::Timeout]);
    assert_eq!(pay(), Ok(Receipt(7)));
    scope.assert("shop::pay").calls(2).attempts(4).call(2).was_not_retried().succeeded();
}

#[tokio::test]
async fn the_body_of_a_scripted_attempt_does_not_run() {
    let scope = testing::scope();
    scope.fail("scripts::counted", [ApiError::Timeout, ApiError::Timeout, ApiError::Timeout]);
    assert_eq!(counted().await, Err(ApiError::Timeout));
    assert_eq!(BODIES.load(Ordering::Relaxed), 0);
    scope.fail("scripts::counted", [ApiError::Permanent]);
    assert_eq!(counted().await, Err(ApiError::Permanent));
    scope.assert("scripts::counted").call(1).attempts(3).gave_up(StopReason::Attempts);
    scope.assert("scripts::counted").call(2).attempts(1).gave_up(StopReason::NotRetryable);
}

#[test]
fn outcomes_are_scripted_whole() {
    let scope = testing::scope();
    scope.answer("shop::pay", [Err(ApiError::Timeout), Ok(Receipt(1))]);
    scope.fail("shop::pay", [ApiError::Timeout]);
    assert_eq!((pay(), pay()), (Ok(Receipt(1)), Ok(Receipt(7))));
    scope.assert("shop::pay").attempts(4);
}

#[retry(retry_on = None, backoff = none, name = "scripts::find")]
fn find() -> Option<&'static str> {
    Some("tea")
}

#[retry(retry_on = transient, backoff = none, name = "scripts::first")]
fn first(names: &str) -> io::Result<&str> {
    Ok(&names[..1])
}

#[retry(max_attempts = 2, retry_on = transient, on_retry = |_: &retry_runtime::Attempt, _: &io::Error| (), backoff = none, name = "scripts::hooked")]
async fn hooked() -> io::Result<u32> {
    Ok(1)
}

#[retry(max_attempts = 2, retry_on = transient, attempt_timeout = 5s, backoff = none, name = "scripts::timed")]
async fn timed() -> io::Result<u32> {
    Ok(1)
}

/// One type of outcome, error and driver after the other.
#[tokio::test]
async fn every_kind_of_function_is_scripted() {
    let scope = testing::scope();
    scope.fail("scripts::find", [Missing, Missing]);
    assert_eq!(find(), Some("tea"));
    scope.answer("scripts::find", [Some("coffee")]);
    assert_eq!(find(), Some("coffee"));
    let error = || io::Error::from(io::ErrorKind::TimedOut);
    scope.fail("scripts::first", [error()]);
    assert_eq!(first("abc").expect("the second attempt"), "a");
    scope.fail("scripts::hooked", [error()]);
    assert_eq!(hooked().await.expect("the second attempt"), 1);
    scope.fail("scripts::timed", [error()]);
    assert_eq!(timed().await.expect("the second attempt"), 1);
    for name in ["first", "hooked", "timed"] {
        scope.assert(&*format!("scripts::{name}")).attempts(2).recovered();
    }
}

struct Client;

impl Client {
    #[retry(retry_on = Timeout, backoff = none)]
    async fn load(&self) -> Result<u32, ApiError> {
        tokio::task::yield_now().await;
        Ok(1)
    }
}

#[retry(retry_on = Timeout, backoff = none)]
fn load<T: Default>() -> Result<T, ApiError> {
    Ok(T::default())
}

/// The method's name is not in its operation's, which is that of its module.
#[tokio::test]
async fn a_function_is_named_by_its_path() {
    let scope = testing::scope();
    scope.fail(operation!(pay), [ApiError::Timeout]);
    assert_eq!(pay(), Ok(Receipt(7)));
    scope.assert(operation!(pay)).recovered();

    #[retry(retry_on = Timeout, backoff = none)]
    fn inner<T: Default>() -> Result<T, ApiError> {
        Ok(T::default())
    }
    scope.fail(operation!(inner::<Vec<u8>>), [ApiError::Timeout]);
    assert_eq!(inner::<u8>(), Ok(0), "all instances are one operation");
    scope.assert(operation!(inner::<u8>)).recovered();

    // Both are `scopes::scripts::load`, and share a script.
    scope.fail(operation!(Client::load), [ApiError::Timeout, ApiError::Timeout]);
    assert_eq!((Client.load().await, load::<u8>()), (Ok(1), Ok(0)));
}

#[test]
fn the_end_of_a_name_is_enough() {
    let scope = testing::scope();
    scope.fail("scripts::find", [Missing]);
    assert_eq!(find(), Some("tea"));
    scope.assert("find").attempts(2);
    let given = message(|| drop(scope.assert("pay")));
    assert_eq!(given, "`pay` is the end of several names; write `chaos::pay` or `shop::pay`");
}

#[test]
fn a_wrong_name_is_answered_with_the_nearest() {
    fn plain() {}
    let scope = testing::scope();
    let given = message(|| scope.fail("shop::pya", [ApiError::Timeout]));
    assert_eq!(given, "there is no operation `shop::pya`; write `shop::pay`");
    let given = message(|| drop(scope.assert("shop::pya").never_called()));
    assert_eq!(given, "there is no operation `shop::pya`; write `shop::pay`");
    let given = message(|| drop(scope.delays_of(operation!(plain))));
    assert!(given.ends_with("::plain` is not an annotated function; write `#[retry(..)]` on it"), "{given}");
}

#[test]
fn a_wrong_type_is_answered_with_the_right_one() {
    let scope = testing::scope();
    let given = message(|| scope.fail("shop::pay", [io::Error::from(io::ErrorKind::TimedOut)]));
    let right = "scopes::scripts::ApiError";
    assert_eq!(
        given,
        format!("`shop::pay` fails with `{right}`, and not `std::io::error::Error`; script values of `{right}`")
    );
    let given = message(|| scope.fail("shop::pay", [Ok::<Receipt, ApiError>(Receipt(1))]));
    assert!(given.ends_with("which is scripted by `scope.answer`; write `scope.answer`"), "{given}");
    let given = message(|| scope.answer("shop::pay", [Ok::<u8, ApiError>(1)]));
    assert!(given.starts_with("`shop::pay` returns `core::result::Result<"), "{given}");
}

#[retry(retry_on = Timeout, name = "scripts::generic")]
fn generic<Failure: Classify>(error: fn() -> Failure) -> Result<(), Failure> {
    Err(error())
}

#[test]
fn what_cannot_be_scripted_says_so() {
    let scope = testing::scope();
    assert!(generic(|| ApiError::Permanent).is_err());
    let given = message(|| scope.fail("scripts::generic", [ApiError::Timeout]));
    assert!(
        given.starts_with("the error of `scripts::generic` cannot be scripted, because its type borrows"),
        "{given}"
    );
    let given = message(|| scope.answer("scripts::first", [Ok::<_, io::Error>("a")]));
    assert!(given.starts_with("the outcome of `scripts::first` cannot be scripted"), "{given}");
    let policy = retry_runtime::Policy::new().retry_on(retry_runtime::Classes::new().transient());
    assert!(call_blocking(&policy, || Ok::<_, io::Error>(1)).is_ok());
    let timeline = scope.timeline();
    let call = timeline.split('`').find(|name| name.contains("/scripts.rs:")).expect("it is named by its place");
    let given = message(|| scope.fail(call, [ApiError::Timeout]));
    assert!(given.ends_with("cannot be scripted; make it a function with `#[retry(..)]` on it"), "{given}");
}

#[test]
fn an_unused_script_fails_the_test_at_the_end_of_its_scope() {
    let given = message(|| {
        let scope = testing::scope();
        scope.fail("shop::pay", [ApiError::Timeout, ApiError::Timeout]);
    });
    assert!(given.starts_with("a script is used up by the end of its scope; 2 of 2 scripted outcomes of `shop::pay` were not used, from tests/tests/scopes/scripts.rs:") || given.contains("scripts.rs:"), "{given}");
    assert!(given.contains("no call of it began in this scope") && given.contains("`propagate`"), "{given}");

    let given = message(|| {
        let scope = testing::scope();
        scope.fail("shop::pay", [ApiError::Permanent, ApiError::Timeout]);
        assert!(pay().is_err());
    });
    assert!(given.contains("1 of 2 scripted outcomes of `shop::pay` was not used"), "{given}");
    assert!(given.contains("    attempt 1 failed: Permanent (scripted)\n"), "{given}");
}

#[test]
fn an_unused_script_fails_a_reset_and_the_last_handle() {
    let scope = testing::scope();
    scope.fail("shop::pay", [ApiError::Timeout]);
    assert!(message(|| scope.reset()).contains("1 of 1 scripted outcomes"));
    let mut handle = None;
    let given = message(|| {
        let scope = testing::scope();
        handle = Some(scope.clone());
        scope.fail("shop::pay", [ApiError::Timeout]);
    });
    assert!(given.contains("1 of 1 scripted outcomes") && handle.is_some(), "a handle is left: {given}");
    let given = message(|| {
        let scope = Scope::new();
        scope.fail("shop::pay", [ApiError::Timeout]);
        let other = scope.clone();
        drop(scope);
        drop(other);
    });
    assert!(given.contains("1 of 1 scripted outcomes"), "{given}");
}

#[test]
fn a_test_that_fails_otherwise_is_not_hidden_by_its_script() {
    let given = message(|| {
        let scope = testing::scope();
        scope.fail("shop::pay", [ApiError::Timeout]);
        panic!("the test's own");
    });
    assert_eq!(given, "the test's own");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_travels_with_its_scope_and_no_further() {
    let scope = Scope::new();
    scope.fail("shop::quote", [ApiError::Permanent]);
    scope
        .run_async(async {
            assert_eq!(tokio::spawn(quote()).await.expect("no panic"), Ok(Receipt(8)), "outside");
            assert_eq!(tokio::spawn(propagate(quote())).await.expect("no panic"), Err(ApiError::Permanent));
        })
        .await;
    scope.assert("shop::quote").calls(1);
}

#[retry(retry_on = transient, breaker = SHOP, backoff = none, name = "scripts::guarded")]
fn guarded() -> io::Result<u32> {
    timeout()
}

static SHOP: retry_runtime::Breaker = retry_runtime::Breaker::consecutive(2);

/// A refused attempt takes nothing from the script, and a scripted failure counts with the breaker.
#[test]
fn a_breaker_counts_and_refuses_scripted_attempts() {
    let scope = testing::scope();
    scope.fail("scripts::guarded", [io::ErrorKind::TimedOut, io::ErrorKind::TimedOut].map(io::Error::from));
    assert!(guarded().is_err());
    assert_eq!(scope.breaker(&SHOP).state(), retry_runtime::breaker::State::Open);
    scope.fail("scripts::guarded", [io::Error::from(io::ErrorKind::TimedOut)]);
    let refused = guarded().expect_err("the breaker is open");
    let stopped: Option<&Stopped> = refused.get_ref().and_then(|inner| inner.downcast_ref());
    assert_eq!(stopped.map(Stopped::reason), Some(StopReason::Breaker));
    scope.assert("scripts::guarded").call(2).attempts(0).gave_up(StopReason::Breaker);
    assert!(message(|| scope.assert_scripts_used()).contains("1 of 3"));
}
