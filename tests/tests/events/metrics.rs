//! Events as a recorder of `metrics` counts them: these names, these labels.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use metrics::{
    Counter, CounterFn, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
    with_local_recorder,
};
use retry_runtime::breaker::Breaker;
use retry_runtime::http::{StatusError, check_head};
use retry_runtime::{Budget, Operation, TimedPolicy, events, retry, testing};
use retry_tests::Fault;

type Values = Arc<Mutex<BTreeMap<String, Vec<f64>>>>;

/// Keeps every counter's value, and every value of a histogram.
#[derive(Default)]
struct Mock {
    values: Values,
    described: RefCell<BTreeMap<String, Option<Unit>>>,
}

struct Value(String, Values);

impl Value {
    fn change(&self, change: impl FnOnce(&mut Vec<f64>)) {
        change(self.1.lock().unwrap().entry(self.0.clone()).or_default());
    }
}

#[allow(clippy::cast_precision_loss)]
impl CounterFn for Value {
    fn increment(&self, value: u64) {
        self.change(|values| *values = vec![values.iter().sum::<f64>() + value as f64]);
    }

    fn absolute(&self, value: u64) {
        self.change(|values| *values = vec![value as f64]);
    }
}

impl HistogramFn for Value {
    fn record(&self, value: f64) {
        self.change(|values| values.push(value));
    }
}

impl Mock {
    fn value(&self, key: &Key) -> Arc<Value> {
        let labels: Vec<_> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        Arc::new(Value(format!("{} {}", key.name(), labels.join(" ")), self.values.clone()))
    }

    fn describe(&self, name: &KeyName, unit: Option<Unit>) {
        self.described.borrow_mut().insert(name.as_str().into(), unit);
    }

    fn lines(&self) -> Vec<String> {
        self.values.lock().unwrap().iter().map(|(name, values)| format!("{name}: {values:?}")).collect()
    }
}

impl Recorder for Mock {
    fn describe_counter(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&name, unit);
    }

    fn describe_gauge(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&name, unit);
    }

    fn describe_histogram(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&name, unit);
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.value(key))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        panic!("there are no gauges")
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.value(key))
    }
}

static ONE: Budget = Budget::credit_of(14);
static BREAKER: Breaker = Breaker::new()
    .window_calls(2)
    .minimum_calls(2)
    .open_for(Duration::from_secs(1))
    .longest_open(Duration::from_secs(1));

#[retry(max_attempts = 3, retry_on = Timeout, backoff = fixed(10ms), jitter = none, budget = ONE, name = "stock")]
fn stock(answers: &mut Vec<Result<u32, Fault>>) -> Result<u32, Fault> {
    answers.pop().unwrap()
}

#[retry(retry_on = Timeout, backoff = none, budget = none, breaker = BREAKER, name = "pay")]
fn pay() -> Result<u32, Fault> {
    Err(Fault::Timeout)
}

#[retry(retry_on = Timeout, backoff = none, budget = none, name = "fetch")]
fn fetch() -> Result<http::Response<()>, StatusError> {
    check_head(http::Response::builder().status(503).header("retry-after", "soon").body(()).unwrap())
}

static CHARGE: Operation = Operation::new("charge", TimedPolicy::new());

#[test]
fn every_event_is_counted_under_its_name() {
    let _clock = testing::pause();
    let mock = Mock::default();
    with_local_recorder(&mock, || {
        stock(&mut vec![Ok(7), Err(Fault::Timeout)]).unwrap();
        stock(&mut vec![Err(Fault::Timeout), Err(Fault::Timeout)]).unwrap_err();
        pay().unwrap_err();
        fetch().unwrap_err();
        events::key_replayed(&CHARGE);
    });
    let expected = [
        "retry_attempts_failed_total operation=fetch class=Status(503): [1.0]",
        "retry_attempts_failed_total operation=pay class=Timeout: [2.0]",
        "retry_attempts_failed_total operation=stock class=Timeout: [3.0]",
        "retry_breaker_changes_total operation=pay to=open: [1.0]",
        "retry_budget_denied_total operation=stock: [1.0]",
        "retry_budget_waits_total operation=stock: [1.0]",
        "retry_calls_total operation=charge: [0.0]",
        "retry_calls_total operation=fetch: [1.0]",
        "retry_calls_total operation=pay: [1.0]",
        "retry_calls_total operation=stock: [2.0]",
        "retry_delay_seconds operation=pay: [0.0]",
        "retry_delay_seconds operation=stock: [0.01, 0.01, 0.01]",
        "retry_gave_up_total operation=fetch reason=not_retryable: [1.0]",
        "retry_gave_up_total operation=pay reason=breaker: [1.0]",
        "retry_gave_up_total operation=stock reason=budget: [1.0]",
        "retry_hints_unreadable_total operation=fetch header=retry-after: [1.0]",
        "retry_keys_replayed_total operation=charge: [1.0]",
        "retry_recovered_total operation=stock: [1.0]",
        "retry_retries_total operation=pay class=Timeout: [1.0]",
        "retry_retries_total operation=stock class=Timeout: [3.0]",
    ];
    assert_eq!(mock.lines(), expected);
}

#[retry(retry_on = Timeout, name = "healthy")]
fn healthy() -> Result<u32, Fault> {
    Ok(7)
}

#[test]
fn calls_that_succeed_at_once_are_renewed_now_and_then_and_when_asked() {
    let mock = Mock::default();
    let calls = |count: u32| format!("retry_calls_total operation=healthy: [{count}.0]");
    with_local_recorder(&mock, || {
        healthy().unwrap();
        assert_eq!(mock.lines(), [calls(1)], "the first one");
        (0..30).for_each(|_| drop(healthy()));
        assert_eq!(mock.lines(), [calls(1)]);
        retry_runtime::metrics::publish();
        assert!(mock.lines().contains(&calls(31)));
        (0..34).for_each(|_| drop(healthy()));
        assert!(mock.lines().contains(&calls(65)), "the 64th after the first");
    });
}

#[test]
fn every_name_is_described_with_its_unit() {
    let mock = Mock::default();
    with_local_recorder(&mock, retry_runtime::metrics::describe);
    let described = mock.described.into_inner();
    assert_eq!(described.len(), 18);
    for (name, unit) in described {
        let expected = if name.ends_with("_seconds") { Unit::Seconds } else { Unit::Count };
        assert_eq!(unit, Some(expected), "{name}");
    }
}

/// Two operations of one name, as two types of a module may have them.
struct Tea;
struct Cups;

impl Tea {
    #[retry(retry_on = Timeout, backoff = none)]
    fn count(answers: &mut Vec<Result<u32, Fault>>) -> Result<u32, Fault> {
        answers.pop().unwrap()
    }
}

impl Cups {
    #[retry(retry_on = Timeout, backoff = none)]
    fn count(answers: &mut Vec<Result<u32, Fault>>) -> Result<u32, Fault> {
        answers.pop().unwrap()
    }
}

#[test]
fn operations_of_one_name_are_one_series() {
    let mock = Mock::default();
    with_local_recorder(&mock, || {
        (0..3).for_each(|_| drop(Tea::count(&mut vec![Ok(7)])));
        (0..4).for_each(|_| drop(Cups::count(&mut vec![Ok(7)])));
        Tea::count(&mut vec![Ok(7), Err(Fault::Timeout)]).unwrap();
        let calls = "retry_calls_total operation=events::metrics::count: [8.0]";
        assert!(mock.lines().contains(&calls.into()), "renewed by a failure: {:?}", mock.lines());
        Cups::count(&mut vec![Ok(7)]).unwrap();
        retry_runtime::metrics::publish();
    });
    let calls = "retry_calls_total operation=events::metrics::count: [9.0]";
    assert!(mock.lines().contains(&calls.into()), "{:?}", mock.lines());
}
