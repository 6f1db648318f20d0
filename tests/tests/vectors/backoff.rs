//! The backoff against tenacity's own tests: `tests/vectors/backoff.json`, unchanged.

use std::time::Duration;

use retry_runtime::{
    Backoff, Class, Classes, Decision, Delays, Failure, Jitter, Moment, Progress, TimedPolicy, random,
};
use serde_json::Value;

const DAY: Duration = Duration::from_hours(24);

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../vectors/backoff.json")).expect("the vectors are JSON")
}

/// Seconds as a duration; what none can hold is the longest, or zero.
fn seconds(value: &Value) -> Duration {
    Duration::try_from_secs_f64(value.as_f64().expect("a number")).unwrap_or(Duration::MAX)
}

fn numbers(value: &Value) -> Vec<u32> {
    let numbers = value.as_array().expect("a list").iter();
    numbers.map(|n| u32::try_from(n.as_u64().expect("a number")).expect("a small one")).collect()
}

#[test]
fn the_exponential_waits_are_tenacitys() {
    let vectors = vectors();
    let cases = vectors["exponential"].as_array().expect("a list");
    assert_eq!(cases.len(), 8);
    for case in cases {
        assert_eq!(case["base"], 2, "the factor of `exp` where none is given");
        let cap = if case["max"].is_null() { Duration::MAX } else { seconds(&case["max"]) };
        let backoff = Backoff::exponential(seconds(&case["mult"]), cap);
        let least = seconds(&case["min"]);
        for (n, expected) in numbers(&case["n"]).into_iter().zip(case["out"].as_array().expect("a list")) {
            assert_eq!(backoff.delay(n).max(least), seconds(expected), "{case} at {n}");
        }
    }
}

/// The same through a whole decision, where the minimum is what a server asks for.
#[test]
fn the_exponential_waits_are_tenacitys_through_decisions() {
    let vectors = vectors();
    let mut decided = 0;
    for case in vectors["exponential"].as_array().expect("a list") {
        let (base, least) = (seconds(&case["mult"]), seconds(&case["min"]));
        let cap = if case["max"].is_null() { DAY } else { seconds(&case["max"]) };
        if base > cap {
            continue; // refused by every policy
        }
        let policy = TimedPolicy::new()
            .retry_on(Classes::new().timeout())
            .max_attempts(100)
            .backoff(Backoff::exponential(base, cap))
            .jitter(Jitter::none());
        for (n, expected) in numbers(&case["n"]).into_iter().zip(case["out"].as_array().expect("a list")) {
            let expected = seconds(expected);
            if expected > DAY {
                continue; // no policy waits so long
            }
            let mut progress = Progress::new();
            (0..n).for_each(|_| progress.begin_attempt());
            let failure = Failure::new(Class::Timeout).retry_after(least);
            let decision = progress.decide(&policy, failure, || Moment::ORIGIN, || 0);
            assert_eq!(decision, Decision::Retry(expected), "{case} at {n}");
            decided += 1;
        }
    }
    assert_eq!(decided, 59, "all but the two longer than a day and the one whose cap is below its base");
}

#[test]
fn full_jitter_has_tenacitys_range_and_mean() {
    let vectors = vectors();
    let expected = &vectors["full_jitter_base_0.5_cap_60"];
    let samples = u32::try_from(expected["samples"].as_u64().expect("a number")).expect("a small one");
    let backoff = Backoff::exponential(Duration::from_millis(500), Duration::from_mins(1));
    random::seed(1);
    let mut sums = [0.0; 9];
    for _ in 0..samples {
        for (index, wait) in Delays::new(backoff, Jitter::full()).take(9).enumerate() {
            assert!(wait <= seconds(&expected["hi"][index]), "wait {index} is {wait:?}");
            sums[index] += wait.as_secs_f64();
        }
    }
    for (index, sum) in sums.into_iter().enumerate() {
        let mean = sum / f64::from(samples);
        let away = (mean - expected["mean"][index].as_f64().expect("a number")).abs();
        assert!(away <= expected["mean_eps"][index].as_f64().expect("a number"), "wait {index} has mean {mean}");
    }
}
