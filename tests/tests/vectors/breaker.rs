//! The circuit breaker against resilience4j's own tests: `tests/vectors/breaker.json`, unchanged.

use std::time::Duration;

use retry_runtime::breaker::{AttemptOutcome, Breaker, Permit, State, StateChange};
use retry_runtime::{Class, Classes, Moment};
use serde_json::Value;

const SECOND: u64 = 1_000_000_000;
/// The class that the breaker of these tests ignores.
const IGNORED: Class = Class::Conflict;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../vectors/breaker.json")).expect("the vectors are JSON")
}

/// The case of the state machine whose `key` is `value`.
fn case<'v>(vectors: &'v Value, key: &str, value: &str) -> &'v Value {
    let cases = vectors["state_machine"]["cases"].as_array().expect("a list");
    assert_eq!(cases.len(), 10);
    cases.iter().find(|case| case[key] == value).unwrap_or_else(|| panic!("{value}"))
}

fn then<'v>(vectors: &'v Value, outcomes: &str) -> &'v str {
    let key = if outcomes.ends_with("ESE") || outcomes == "ESSS" || outcomes.contains("ignored") {
        "half_open"
    } else {
        "outcomes"
    };
    case(vectors, key, outcomes)["then"].as_str().expect("words")
}

fn number(value: &Value) -> u32 {
    u32::try_from(value.as_u64().expect("a number")).expect("a small one")
}

/// The breaker of the vectors' settings, its clock and what changed last.
struct Bench {
    breaker: Breaker,
    now: u64,
    changed: Option<StateChange>,
}

impl Bench {
    fn new() -> Self {
        let vectors = vectors();
        let settings = &vectors["state_machine"]["settings"];
        let window = settings["window"].as_str().and_then(|window| window.strip_prefix("time ")?.strip_suffix(" s"));
        let seconds = |value: &Value| Duration::from_secs(value.as_u64().expect("seconds"));
        let breaker = Breaker::builder()
            .failure_rate(f64::from(number(&settings["failure_rate_percent"])) / 100.0)
            .window_time(Duration::from_secs(window.expect("a time").parse().expect("a number")))
            .minimum_calls(number(&settings["minimum_calls"]))
            .open_for(seconds(&settings["open_s"]))
            .half_open_probes(number(&settings["half_open_calls"]))
            .ignore(Classes::new().with(IGNORED))
            .build();
        Self { breaker: breaker.expect("a possible breaker"), now: 7 * SECOND, changed: None }
    }

    /// One that a bad minute has opened just now, and a clock that is past its open time.
    fn half_opened() -> Self {
        let mut bench = Self::new();
        bench.run("EEEEE");
        bench.now += 6 * SECOND;
        bench
    }

    fn admit(&self) -> Option<Permit> {
        self.breaker.try_acquire(|| Moment::from_nanos(self.now)).ok()
    }

    fn end(&mut self, permit: Permit, ending: AttemptOutcome) {
        // The middle of the randomized range: the open time is exactly the configured one.
        self.changed = self.breaker.record(permit, ending, || Moment::from_nanos(self.now), || u64::MAX / 2);
    }

    /// Calls one after the other.
    fn run(&mut self, outcomes: &str) {
        self.run_each(outcomes, 0);
    }

    fn run_each(&mut self, outcomes: &str, step: u64) {
        for (at, outcome) in outcomes.chars().enumerate() {
            self.now += if at > 0 { step } else { 0 };
            let permit = self.admit().expect("admitted");
            self.end(
                permit,
                if outcome == 'E' { AttemptOutcome::Failed(Class::Timeout) } else { AttemptOutcome::Succeeded },
            );
        }
    }

    fn percent(&self) -> Option<f64> {
        self.breaker.failure_rate_at(Moment::from_nanos(self.now)).map(|rate| rate * 100.0)
    }

    /// At what rate the last call changed the state.
    fn words(&self) -> String {
        let change = self.changed.expect("the last call changed the state");
        assert_eq!(change.to(), self.breaker.state());
        format!("open at {} %", change.counts().failure_rate().expect("a rate") * 100.0)
    }
}

#[test]
#[allow(clippy::cast_possible_truncation)] // the vectors are 32-bit floats
fn the_window_of_calls_has_resilience4js_rates() {
    let vectors = vectors();
    let expected = &vectors["count_window_4"];
    let mut bench = Bench {
        // A rate and a minimum that never open it.
        breaker: Breaker::new().failure_rate(1.0).window_calls(4).minimum_calls(2),
        now: 0,
        changed: None,
    };
    let outcomes = expected["outcomes"].as_str().expect("outcomes");
    let rates = expected["failure_rate_after_each_percent"].as_array().expect("a list");
    assert_eq!(outcomes.len(), rates.len());
    for (outcome, expected) in outcomes.chars().zip(rates) {
        bench.run(&outcome.to_string());
        let percent = bench.breaker.counts(Moment::ORIGIN).failure_rate().expect("a rate") * 100.0;
        // To the last bit.
        assert_eq!((percent as f32).to_bits(), (expected.as_f64().expect("a number") as f32).to_bits());
    }
}

#[test]
fn too_few_calls_have_no_rate() {
    assert_eq!(then(&vectors(), "EEES"), "closed, rate unknown");
    let mut bench = Bench::new();
    bench.run("EEES");
    assert_eq!((bench.breaker.state(), bench.percent()), (State::Closed, None));
}

#[test]
fn a_success_that_makes_the_calls_enough_opens() {
    let mut bench = Bench::new();
    bench.run("EEESS");
    assert_eq!(then(&vectors(), "EEESS"), format!("{}, next call refused", bench.words()));
    assert!(bench.admit().is_none());
}

#[test]
fn the_rate_opens_when_a_failure_reaches_it() {
    let vectors = vectors();
    let mut bench = Bench::new();
    bench.run_each("SSSEE", SECOND);
    assert_eq!((bench.breaker.state(), bench.percent()), (State::Closed, Some(40.0)));
    assert_eq!(then(&vectors, "SSSEE at 1 s steps"), "closed at 40 %");
    bench.now += SECOND;
    bench.run("E");
    assert_eq!(bench.breaker.state(), State::Open);
    assert_eq!(then(&vectors, "SSSEE at 1 s steps, 1 s later E"), "open");
}

#[test]
fn the_open_time_refuses_and_then_admits() {
    let vectors = vectors();
    let mut bench = Bench::new();
    bench.run("EEEEE");
    let opened = bench.now;

    assert_eq!(case(&vectors, "open", "3 s later")["then"], "refused");
    bench.now = opened + 3 * SECOND;
    assert!(bench.admit().is_none());

    assert_eq!(case(&vectors, "open", "6 s later")["then"], "first call admitted, half-open, window empty");
    bench.now = opened + 6 * SECOND;
    let permit = bench.admit().expect("admitted");
    assert_eq!(permit.change().map(|change| (change.from(), change.to())), Some((State::Open, State::HalfOpen)));
    assert_eq!(
        (bench.breaker.state(), bench.breaker.counts(Moment::from_nanos(bench.now)).calls()),
        (State::HalfOpen, 0)
    );
    bench.breaker.release(permit);
}

#[test]
fn probes_are_limited_and_given_back() {
    case(&vectors(), "half_open", "4 admitted, 5th and 6th refused; one given back: one more admitted");
    let bench = Bench::half_opened();
    let mut permits: Vec<_> = (0..4).map(|_| bench.admit().expect("admitted")).collect();
    assert!(bench.admit().is_none());
    assert!(bench.admit().is_none());
    bench.breaker.release(permits.pop().expect("four"));
    assert!(bench.admit().is_some());
    assert!(bench.admit().is_none());
}

#[test]
fn probes_that_fail_open_again() {
    let mut bench = Bench::half_opened();
    bench.run("EES");
    assert_eq!(bench.breaker.state(), State::HalfOpen, "three of four say nothing yet");
    bench.run("E");
    assert_eq!(then(&vectors(), "EESE"), bench.words());
}

#[test]
fn probes_that_succeed_close() {
    assert_eq!(then(&vectors(), "ESSS"), "closed, window empty");
    let mut bench = Bench::half_opened();
    bench.run("ESSS");
    assert_eq!(
        (bench.breaker.state(), bench.breaker.counts(Moment::from_nanos(bench.now)).calls()),
        (State::Closed, 0)
    );
}

#[test]
fn an_ignored_probe_is_not_counted() {
    assert_eq!(then(&vectors(), "3 S and one ignored"), "still half-open with 3 counted");
    for ending in
        [AttemptOutcome::Failed(IGNORED), AttemptOutcome::Failed(Class::Status(404)), AttemptOutcome::NestedGiveUp]
    {
        let mut bench = Bench::half_opened();
        bench.run("SSS");
        let permit = bench.admit().expect("admitted");
        bench.end(permit, ending);
        assert_eq!(
            (bench.breaker.state(), bench.breaker.counts(Moment::from_nanos(bench.now)).calls()),
            (State::HalfOpen, 3)
        );
        assert!(bench.admit().is_some(), "its place is free again");
    }
}
