//! The report as it is printed and serialized. Alone in its process, since it holds every operation that ran.

use std::time::Duration;

use retry_runtime::breaker::Breaker;
use retry_runtime::{report, retry, testing};
use retry_tests::Fault;
use serde_json::json;

type Answers = Vec<Result<u32, Fault>>;

static BREAKER: Breaker = Breaker::new();

#[retry(retry_on = Timeout, budget = none, name = "shop::quote")]
fn quote() -> Result<u32, Fault> {
    Ok(7)
}

#[retry(max_attempts = 3, retry_on = (Timeout, Unavailable), backoff = fixed(80ms), jitter = none, name = "shop::stock")]
fn stock(answers: &mut Answers) -> Result<u32, Fault> {
    answers.pop().unwrap()
}

#[retry(max_attempts = 3, retry_on = Timeout, backoff = fixed(500ms), jitter = none, breaker = BREAKER, name = "shop::pay")]
fn pay(_card: &str, mut answers: Answers) -> Result<u32, Fault> {
    answers.pop().unwrap()
}

const TIMEOUT: Result<u32, Fault> = Err(Fault::Timeout);

/// Returns the block of the guide below `marker`.
fn shown(marker: &str) -> &'static str {
    let (_, rest) = include_str!("../../../retry-runtime/src/guide/observability.md").split_once(marker).unwrap();
    let (_, block) = rest.split_once("```text\n").unwrap();
    block.split_once("```").unwrap().0
}

#[test]
fn it_is_a_table_and_it_serializes() {
    if !retry_tests::is_own_process(module_path!(), "it_is_a_table_and_it_serializes") {
        return;
    }
    let clock = testing::pause();
    for _ in 0..5000 {
        quote().unwrap();
    }
    for _ in 0..40 {
        (0..49).for_each(|_| drop(stock(&mut vec![Ok(7)])));
        stock(&mut vec![Ok(7), TIMEOUT]).unwrap();
    }
    stock(&mut vec![Ok(7), Err(Fault::Busy(Duration::from_secs(2))), TIMEOUT]).unwrap();
    stock(&mut vec![Err(Fault::Bad)]).unwrap_err();
    clock.advance(300 * Duration::from_secs(1));
    for _ in 0..30 {
        pay("card 4711", vec![Ok(7)]).unwrap();
    }
    for _ in 0..40 {
        pay("card 4711", vec![TIMEOUT, TIMEOUT, TIMEOUT]).unwrap_err();
    }
    let report = report();
    let printed = report.to_string();
    assert!(!printed.contains("4711"));
    assert_eq!(printed, shown("<!-- report: kept equal by a test -->"));
    let serialized = serde_json::to_value(report.operation("shop::stock").unwrap()).unwrap();
    let expected = json!({
        "name": "shop::stock",
        "calls": 2002,
        "health": "healthy",
        "first_successes": 1960,
        "recovered": 41,
        "gave_up": { "not_retryable": 1 },
        "answered_by_fallback": {},
        "failures": { "Timeout": 41, "Permanent": 1, "Unavailable": 1 },
        "faults_injected": 0,
        "settings": null,
        "retries_made": 42,
        "retries": { "Timeout": 41, "Unavailable": 1 },
        "delays": { "p50": 0.081_919, "p99": 2.0, "max": 2.0, "sum": 5.28 },
        "waited": 0, "limit_waits": {}, "hedges": 0, "hedges_won": 0, "hedges_refused": {},
        "longest_wait": 0.0,
        "budget_denied": 0,
        "budget_left": 42,
        "breaker": null,
        "breaker_changes": {},
        "amplification": 2044.0 / 2002.0,
        "amplification_last_minute": 1.0,
        "last_minute": { "calls": 0, "retries": 0, "recovered": 0, "lost": 0, "answered_by_fallback": 0 },
        "hints_unreadable": {},
        "replayed": 0,
        "blocked_runtime": false,
    });
    assert_eq!(serialized, expected);
    let pay = serde_json::to_value(report.operation("shop::pay").unwrap()).unwrap();
    assert_eq!((&pay["retries_made"], &pay["retries"]), (&json!(10), &json!({ "Timeout": 26 })));
    assert_eq!((&pay["waited"], &pay["longest_wait"]), (&json!(23), &json!(0.5)));
    assert_eq!((&pay["breaker"], &pay["breaker_changes"]), (&json!("open"), &json!({ "open": 1 })));
    assert_eq!((&pay["health"], &pay["last_minute"]["lost"]), (&json!("failing"), &json!(40)));
}
