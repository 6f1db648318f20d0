//! A settings file and an attribute accept the same values.
//!
//! An attribute also accepts a path, such as `DEADLINE`; a file has none.
//! The file's judge is `TimedPolicy::with_option`, and the rules over several values; the attribute's is the compiler.

use proc_macro2::TokenStream;
use retry_core::validate::{attempt_timeout, deadline, jitter_of, unbounded};
use retry_core::{Budget, TimedPolicy};

use crate::retry;

/// Options with values of every kind: right, at the bounds, and wrong.
const VALUES: &[(&str, &[&str])] = &[
    ("max_attempts", &["0", "2", "3", "100", "101", "-1", "2.5", "unbounded", "4294967296"]),
    ("backoff", BACKOFFS),
    ("throttled_backoff", BACKOFFS),
    (
        "jitter",
        &[
            "full",
            "equal",
            "none",
            "decorrelated",
            "proportional(0.25)",
            "proportional(0)",
            "proportional(1.0)",
            "proportional(1.5)",
            "proportional(25)",
            "proportional(-0.1)",
            "additive(100ms)",
            "additive(0.1)",
            "additive(25h)",
            "additive",
            "full(1)",
            "random",
            "Full",
            "proportional",
        ],
    ),
    ("max_retry_after", DURATIONS),
    ("deadline", DURATIONS),
    ("attempt_timeout", DURATIONS),
    (
        "attempt_timeout",
        &[
            "exp(1s, 8s)",
            "exp(1s, 8s, factor = 3)",
            "exp(8s, 1s)",
            "exp(0s, 8s)",
            "exp(1s)",
            "exp(1s, 25h)",
            "linear(1s, 1s, 5s)",
            "linear(1s, 5s)",
            "fibonacci(1s, 8s)",
            "fixed(1s)",
            "none",
            "expo(1s, 8s)",
        ],
    ),
    (
        "budget",
        &[
            "credit",
            "credit(500)",
            "credit(14)",
            "credit(13)",
            "credit(aws)",
            "credit(wait = none)",
            "credit(500, wait = 10s)",
            "credit(wait = 2h)",
            "credit(wait = 0)",
            "ratio(0.1, 10s)",
            "ratio(0.1, 10s, reserve = 0.1)",
            "ratio(1.5, 10s)",
            "ratio(0.1, 0.5)",
            "ratio(0.1)",
            "ratio(0, 10s, reserve = 0)",
            "in_flight(0.2, 3)",
            "in_flight(0, 0)",
            "in_flight(2, 3)",
            "in_flight(0.2)",
            "credit(1, 2)",
            "credit(aws, wait = 1s)",
        ],
    ),
];

const BACKOFFS: &[&str] = &[
    "exp(100ms, 10s)",
    "exp(0.5, 4.0)",
    "exp(500ms, 4s)",
    "exp(1s, 30s, factor = 3)",
    "exp(1s, 30s, factor = 1.5)",
    "exp(1s, 1s)",
    "exp(1s, 30s, factor = 0.5)",
    "exp(1s, 30s, factor = 1001)",
    "exp(10s, 1s)",
    "exp(0, 1s)",
    "exp(1s)",
    "exp(1s, 2s, 3s)",
    "exp(250us, 2m)",
    "exp(1s, 25h)",
    "exp(-1s, 2s)",
    "linear(100ms, 100ms, 10s)",
    "linear(1s, 2s)",
    "fibonacci(100ms, 10s)",
    "fibonacci(1s)",
    "fixed(1s)",
    "fixed(0.5)",
    "fixed(0)",
    "fixed",
    "none",
    "none(1s)",
    "expo(1s, 2s)",
    "exponential(1s, 2s)",
    "1s",
    "fixed(90)",
    "fixed(60)",
    "fixed(1parsec)",
];

const DURATIONS: &[&str] = &[
    "500ms", "0.5", "30", "60", "61", "90s", "2m", "1h", "24h", "25h", "250us", "0", "0s", "-1", "1d", "1.5s", "0.25h",
    "5 s", "1_500ms", "1e1", "1e-1s", "5.", "0x10s", "1h30m", ".5",
];

/// Options that an option needs, so that it can be right.
fn beside(option: &str, value: &str) -> String {
    match (option, value) {
        ("max_attempts", "unbounded") => "deadline = 1m".into(),
        // No other rule in its way.
        ("deadline", _) => "backoff = none".into(),
        _ => String::new(),
    }
}

/// Returns whether the compiler accepts the options on an async function.
fn compiles(options: &str) -> bool {
    let item = "async fn load() -> Result<u32, Error> { Err(Error) }".parse::<TokenStream>().unwrap();
    let Ok(options) = format!("retry_on = transient, {options}").parse() else { return false };
    retry::pipeline(options, item, retry::Registration::default()).is_ok()
}

/// Returns whether a file accepts the options.
fn loads(options: &[(&str, &str)]) -> bool {
    let mut policy = TimedPolicy::new();
    for (name, value) in options {
        if *name == "budget" {
            if value.parse::<Budget>().is_err() {
                return false;
            }
            continue;
        }
        match policy.with_option(name, value) {
            Ok(set) => policy = set,
            Err(_) => return false,
        }
    }
    let rules = [jitter_of(&policy), attempt_timeout(&policy), deadline(&policy), unbounded(&policy, false)];
    rules.iter().all(Result::is_ok)
}

#[test]
fn a_file_accepts_what_the_compiler_accepts() {
    let (mut count, mut differing) = (0, Vec::new());
    for (option, values) in VALUES {
        for value in *values {
            let beside = beside(option, value);
            let attribute =
                if beside.is_empty() { format!("{option} = {value}") } else { format!("{option} = {value}, {beside}") };
            let mut of_file = vec![(*option, *value)];
            of_file.extend(beside.split_once(" = "));
            if loads(&of_file) != compiles(&attribute) {
                differing.push(attribute);
            }
            count += 1;
        }
    }
    assert_eq!(differing, [""; 0]);
    assert!(count > 150, "{count}");
}

#[test]
fn rules_over_several_values_are_the_same() {
    let values: [(&str, &[&str]); 5] = [
        ("max_attempts", &["2", "5", "unbounded"]),
        ("backoff", &["exp(100ms, 10s)", "fixed(4s)", "none"]),
        ("jitter", &["none", "full", "decorrelated", "additive(5s)"]),
        ("deadline", &["500ms", "5s", "1m"]),
        ("attempt_timeout", &["1s", "30s", "exp(1s, 8s)"]),
    ];
    let mut accepted = 0;
    let sizes = values.map(|(_, values)| values.len() + 1);
    for case in 0..sizes.iter().product::<usize>() {
        let mut left = case;
        let mut options = Vec::new();
        for ((name, values), size) in values.iter().zip(sizes) {
            options.extend(values.get(left % size).map(|value| (*name, *value)));
            left /= size;
        }
        let attribute: Vec<_> = options.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        let attribute = attribute.join(", ");
        assert_eq!(loads(&options), compiles(&attribute), "{attribute}: by the file, by the compiler");
        accepted += usize::from(loads(&options));
    }
    assert!(accepted > 100, "{accepted}");
}

#[test]
fn one_attempt_is_for_files_alone() {
    // It turns retries off; in an attribute, the attribute itself would be in vain.
    assert!(loads(&[("max_attempts", "1")]) && !compiles("max_attempts = 1"));
}
