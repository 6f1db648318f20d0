//! The text for Prometheus.

use std::collections::BTreeSet;

use retry_runtime::breaker::Breaker;
use retry_runtime::page::Page;
use retry_runtime::{Operation, TimedPolicy, events, retry};
use retry_tests::Fault;

use crate::requests::{Answers, TIMEOUT, get, value};

#[retry(max_attempts = 3, retry_on = Timeout, backoff = fixed(30ms), jitter = none, budget = none, name = "twins")]
fn one_twin(answers: &mut Answers) -> Result<u32, Fault> {
    answers.pop().unwrap()
}

#[retry(max_attempts = 3, retry_on = Timeout, backoff = fixed(1ms), jitter = none, name = "twins")]
fn other_twin(answers: &mut Answers) -> Result<u32, Fault> {
    answers.pop().unwrap()
}

#[test]
fn for_prometheus_two_operations_of_one_name_are_one_series() {
    let _clock = retry_runtime::testing::pause();
    one_twin(&mut vec![Ok(7), TIMEOUT, TIMEOUT]).unwrap();
    other_twin(&mut vec![Ok(7), TIMEOUT]).unwrap();
    other_twin(&mut vec![Err(Fault::Bad)]).unwrap_err();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let text = runtime.block_on(get(&Page::new(), "?format=prometheus"));
    let expected = [
        (r#"retry_calls_total{operation="twins"}"#, "3"),
        (r#"retry_attempts_failed_total{operation="twins",class="Permanent"}"#, "1"),
        (r#"retry_attempts_failed_total{operation="twins",class="Timeout"}"#, "3"),
        (r#"retry_retries_total{operation="twins",class="Timeout"}"#, "3"),
        (r#"retry_recovered_total{operation="twins"}"#, "2"),
        (r#"retry_gave_up_total{operation="twins",reason="not_retryable"}"#, "1"),
        (r#"retry_budget_denied_total{operation="twins"}"#, "0"),
        (r#"retry_keys_replayed_total{operation="twins"}"#, "0"),
        (r#"retry_faults_injected_total{operation="twins"}"#, "0"),
        (r#"retry_blocked_runtime_total{operation="twins"}"#, "0"),
        (r#"retry_delay_seconds_bucket{operation="twins",le="0.005"}"#, "1"),
        (r#"retry_delay_seconds_bucket{operation="twins",le="0.025"}"#, "1"),
        (r#"retry_delay_seconds_bucket{operation="twins",le="0.05"}"#, "3"),
        (r#"retry_delay_seconds_bucket{operation="twins",le="60"}"#, "3"),
        (r#"retry_delay_seconds_bucket{operation="twins",le="+Inf"}"#, "3"),
        (r#"retry_delay_seconds_sum{operation="twins"}"#, "0.061"),
        (r#"retry_delay_seconds_count{operation="twins"}"#, "3"),
        (r#"retry_budget_left{operation="twins"}"#, "49"),
    ];
    for (series, expected) in expected {
        assert_eq!(value(&text, series), expected, "{series}");
    }
    let series: Vec<_> = text.lines().filter_map(|line| line.rsplit_once(' ')).map(|(series, _)| series).collect();
    let heads = text.lines().filter(|line| line.starts_with("# TYPE")).count();
    assert_eq!((heads, series.iter().collect::<BTreeSet<_>>().len()), (20, series.len()), "no series is there twice");
}

static GATE: Breaker = Breaker::new();

#[retry(retry_on = Timeout, backoff = none, breaker = GATE, name = "gated")]
fn gated() -> Result<u32, Fault> {
    TIMEOUT
}

static CHARGE: Operation = Operation::new("charged", TimedPolicy::new());

#[tokio::test]
async fn for_prometheus_a_breaker_has_one_state_and_its_changes_count() {
    (0..20).for_each(|_| drop(gated()));
    events::key_replayed(&CHARGE);
    let text = get(&Page::new(), "?format=prometheus").await;
    let states = ["closed", "open", "half_open", "forced_open", "forced_closed"];
    let of = |state| value(&text, &format!("retry_breaker_state{{operation=\"gated\",state=\"{state}\"}}"));
    assert_eq!(states.map(of), ["0", "1", "0", "0", "0"]);
    assert_eq!(value(&text, r#"retry_breaker_changes_total{operation="gated",to="open"}"#), "1");
    assert_eq!(value(&text, r#"retry_keys_replayed_total{operation="charged"}"#), "1");
    assert!(!text.contains(r#"retry_breaker_state{operation="charged""#), "it has no breaker");
}

#[tokio::test]
async fn the_names_are_those_that_metrics_documents_and_two_gauges() {
    let text = get(&Page::new(), "?format=prometheus").await;
    let docs = include_str!("../../../retry-runtime/src/metrics.rs").lines();
    let documented = docs.filter_map(|line| line.strip_prefix("//! | `")?.split_once("` | ")).map(|(name, _)| name);
    let mut types: BTreeSet<_> =
        text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    assert!(types.remove("retry_budget_left") && types.remove("retry_breaker_state"));
    assert_eq!(types, documented.collect());
}
