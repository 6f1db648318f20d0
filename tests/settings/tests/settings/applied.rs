//! What settings change, and what they leave alone.

use core::time::Duration;
use std::cell::Cell;

use retry_runtime::breaker::State;
use retry_runtime::{Classes, Pace, Policy, hold_pace, retry, testing};
use retry_settings_tests::{
    Client, PAYMENTS, SHOP, charge, configured, constant, guarded, load, patient, plain, quote, reference, refund,
};

use crate::{faults, toml};

fn operation(name: &str, settings: &str) -> String {
    format!("[operations.\"{name}\"]\n{settings}\n")
}

#[tokio::test(start_paused = true)]
async fn delays_deadline_and_timeout_are_those_of_the_file() {
    let scope = testing::scope();
    scope.real_delays();
    let _settings = toml(&operation("shop::load", "backoff = \"fixed(2s)\"\nmax_attempts = 4")).load().unwrap();
    let (mut attempts, start) = (0, tokio::time::Instant::now());
    assert!(load(&mut attempts, false).await.is_err());
    assert_eq!((attempts, start.elapsed().as_secs()), (4, 6));
    scope.reset();

    let _settings = toml(&operation("shop::load", "attempt_timeout = \"250ms\"\nbackoff = \"none\"")).load().unwrap();
    let (mut attempts, start) = (0, tokio::time::Instant::now());
    assert!(load(&mut attempts, true).await.is_err());
    assert_eq!((attempts, start.elapsed()), (3, Duration::from_millis(750)));
    scope.reset();

    let _settings = toml(&operation("shop::load", "deadline = 2.5\nattempt_timeout = 2")).load().unwrap();
    let (mut attempts, start) = (0, tokio::time::Instant::now());
    assert!(load(&mut attempts, true).await.is_err());
    assert!(attempts < 3 && start.elapsed() <= Duration::from_millis(2500), "{attempts} {:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_may_be_interrupted_takes_a_timeout_that_its_attribute_lacks() {
    let _scope = testing::scope();
    let _settings = toml(&operation("shop::guarded", "attempt_timeout = 1")).load().unwrap();
    let (mut attempts, start) = (0, tokio::time::Instant::now());
    assert!(guarded(&mut attempts, true).await.is_err());
    assert_eq!((attempts, start.elapsed().as_secs()), (3, 3));
}

#[tokio::test]
async fn retries_are_turned_off_for_one_or_all() {
    let scope = testing::scope();
    let client = Client { retry: Policy::new().retry_on(Classes::new().transient()).max_attempts(5) };
    let count = async || {
        let mut counts = [0; 8];
        let _ = quote(&mut counts[0], &mut Vec::new());
        let _ = plain(&mut counts[1]).await;
        let _ = charge(&mut counts[2]);
        let _ = constant(&mut counts[3]);
        let _ = reference(&mut counts[4]).await;
        let _ = patient(&mut counts[5], Duration::from_millis(60_500));
        let _ = client.get(&mut counts[6]);
        let _ = guarded(&mut counts[7], false).await;
        counts
    };
    let clock = testing::pause();
    assert_eq!(count().await, [3, 3, 3, 4, 4, 3, 5, 3]);
    scope.reset();
    let _settings = toml(&operation("*", "enabled = false")).load().unwrap();
    assert_eq!(count().await, [1; 8]);
    let mut attempts = 0;
    let _ = configured(&mut attempts);
    assert_eq!(attempts, 1);
    scope.reset();
    let one = operation("*", "enabled = false") + &operation("shop::quote", "enabled = true");
    let _settings = toml(&one).load().unwrap();
    assert_eq!(count().await, [3, 1, 1, 1, 1, 1, 1, 1]);
    drop(clock);
}

#[tokio::test]
async fn a_reference_to_a_constant_policy_is_that_constant() {
    let _scope = testing::scope();
    let _settings = toml(&operation("shared::*", "max_attempts = 2")).load().unwrap();
    let mut counts = [0; 3];
    let _ = constant(&mut counts[0]);
    let _ = reference(&mut counts[1]).await;
    let _ = configured(&mut counts[2]);
    assert_eq!(counts, [2, 2, 4], "the last one is computed by the process");
}

#[test]
fn a_static_breaker_is_changed_in_place_and_keeps_its_state() {
    let scope = testing::scope();
    let file =
        |open_for| format!("[breakers.\"retry_settings_tests::SHOP\"]\nconsecutive = 3\nopen_for = \"{open_for}\"");
    let settings = toml(&file("30s")).load().unwrap();
    assert_eq!(scope.breaker(&SHOP).to_string(), "consecutive(3), open_for(30s)");
    assert_eq!(SHOP.to_string(), "consecutive(10), open_for(1s)", "outside of the scope");
    scope.breaker(&SHOP).force_open();
    drop(settings);
    let settings = toml(&file("5s")).load().unwrap();
    assert_eq!(scope.breaker(&SHOP).to_string(), "consecutive(3), open_for(5s)");
    assert_eq!(scope.breaker(&SHOP).state(), State::ForcedOpen);
    settings.remove();
    assert_eq!(scope.breaker(&SHOP).to_string(), "consecutive(10), open_for(1s)");
}

#[tokio::test(start_paused = true)]
async fn the_new_threshold_opens_the_breaker() {
    let scope = testing::scope();
    let _settings = toml("[breakers.\"*\"]\nconsecutive = 2\nopen_for = 30").load().unwrap();
    let mut attempts = 0;
    assert!(guarded(&mut attempts, false).await.is_err());
    assert_eq!((attempts, scope.breaker(&SHOP).state()), (2, State::Open));
}

#[tokio::test(start_paused = true)]
async fn a_static_rate_limit_delays_by_the_new_rate() {
    let scope = testing::scope();
    scope.real_delays();
    let settings = toml("[rate_limits.CALLS]\nlimit = \"per_second(1), burst(1)\"").load().unwrap();
    let (mut attempts, start) = (0, tokio::time::Instant::now());
    assert!(guarded(&mut attempts, false).await.is_err());
    assert_eq!((attempts, start.elapsed().as_secs()), (3, 2));
    settings.remove();
    let start = tokio::time::Instant::now();
    assert!(guarded(&mut attempts, false).await.is_err());
    assert!(start.elapsed() < Duration::from_millis(1100), "{:?}", start.elapsed());
}

#[test]
fn a_static_budget_is_replaced_for_all_that_share_it() {
    let scope = testing::scope();
    let _settings = toml("[budgets.PAYMENTS]\nshape = \"in_flight(0.0, 1)\"").load().unwrap();
    let mut counts = [0; 2];
    let _ = charge(&mut counts[0]);
    let _ = refund(&mut counts[1]);
    assert_eq!(counts, [3, 3], "one retry in flight at a time");
    let _settings = toml("[budgets.PAYMENTS]\nshape = \"credit(14, wait = none)\"").load().unwrap();
    let mut counts = [0; 2];
    let _ = charge(&mut counts[0]);
    let _ = refund(&mut counts[1]);
    assert_eq!(counts, [2, 1], "one retry for both");
    assert_eq!(scope.budget(&PAYMENTS).to_string(), "credit", "the static itself is not used");
}

#[test]
fn an_operation_of_its_own_budget_takes_another_shape_and_a_reload_keeps_its_tokens() {
    let _scope = testing::scope();
    let settings = toml(&operation("shop::quote", "budget = \"credit(14, wait = none)\"")).load().unwrap();
    let attempts = || {
        let mut attempts = 0;
        let _ = quote(&mut attempts, &mut Vec::new());
        attempts
    };
    assert_eq!([attempts(), attempts()], [2, 1]);
    assert!(settings.reload().unwrap().is_empty());
    assert_eq!(attempts(), 1, "nothing was refunded");
    let report = retry_runtime::report();
    let quote = report.operation("shop::quote").unwrap();
    assert_eq!((quote.calls, quote.budget_left), (3, Some(0)));
}

#[test]
fn settings_of_a_scope_affect_the_scope_alone() {
    let attempts = || {
        let mut attempts = 0;
        let _ = quote(&mut attempts, &mut Vec::new());
        attempts
    };
    let scope = testing::scope();
    let _settings = toml(&operation("shop::quote", "max_attempts = 2")).load().unwrap();
    assert_eq!(attempts(), 2);
    let inner = testing::scope();
    assert_eq!(attempts(), 3);
    drop(inner);
    assert_eq!(attempts(), 2);
    scope.reset();
    assert_eq!(attempts(), 3, "fresh again");
    drop(scope);
    assert_eq!(attempts(), 3);
}

#[test]
fn what_a_file_says_as_the_code_does_changes_nothing() {
    let _scope = testing::scope();
    let file = operation(
        "shop::load",
        "max_attempts = 3\nbackoff = \"fixed(1s)\"\njitter = \"none\"\ndeadline = 30\nattempt_timeout = 2.0\nbudget = \"credit\"\nmax_retry_after = \"1m\"\nthrottled_backoff = \"exp(1s, 10s)\"",
    );
    let settings = toml(&file).load().unwrap();
    let mut attempts = 0;
    let _ = quote(&mut attempts, &mut Vec::new());
    assert_eq!(faults(&toml(&file)), [""; 0]);
    let report = retry_runtime::report();
    assert!(report.operations.iter().all(|operation| operation.settings.is_none()));
    assert!(settings.loaded().settings().len() == 8);
}

#[retry(retry_on = Timeout, budget = none, hedge = after(100ms, at_most = 0.5), name = "zone::slow")]
async fn slow(attempts: &Cell<u32>, time: Duration) -> std::io::Result<()> {
    attempts.set(attempts.get() + 1);
    tokio::time::sleep(time).await;
    Ok(())
}

/// Returns the attempts of a call that is slow, after one that is quick and allows a hedge.
async fn attempts_of_slow() -> u32 {
    let attempts = Cell::new(0);
    slow(&attempts, Duration::ZERO).await.unwrap();
    slow(&attempts, Duration::from_secs(1)).await.unwrap();
    attempts.get() - 1
}

#[tokio::test(start_paused = true)]
async fn a_hedge_is_off_with_the_retries() {
    let scope = testing::scope();
    scope.real_delays();
    assert_eq!(attempts_of_slow().await, 2);
    for setting in ["enabled = false", "max_attempts = 1"] {
        scope.reset();
        let _settings = toml(&operation("zone::slow", setting)).load().unwrap();
        assert_eq!(attempts_of_slow().await, 1, "{setting}");
    }
}

static CLIENTS: Pace = Pace::new();

#[retry(retry_on = Throttled, pace = CLIENTS, name = "zone::last")]
async fn last(hold: Duration) -> std::io::Result<()> {
    hold_pace(hold);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_longest_hold_of_a_pace_is_that_of_the_file() {
    let scope = testing::scope();
    scope.real_delays();
    let _settings = toml(&operation("zone::last", "max_retry_after = 5")).load().unwrap();
    last(Duration::from_hours(24)).await.unwrap();
    let begun = tokio::time::Instant::now();
    last(Duration::ZERO).await.unwrap();
    assert!((5..7).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}
