//! Policies, their parts and budgets as text, and back.

use std::fmt::{Debug, Display};
use std::str::FromStr;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use retry_runtime::{Backoff, Budget, Class, Classes, Jitter, ParseError, Policy, PolicyBuilder, TimedPolicy};
use serde::Serialize;
use serde::de::DeserializeOwned;

const DAY: u64 = 86_400_000_000_000;

/// Nanoseconds of every size, round and not, of at least `least`.
fn time_from(least: u64) -> impl Strategy<Value = Duration> {
    let scale = prop::sample::select(vec![1, 1_000, 1_000_000, 1_000_000_000, 60_000_000_000, 3_600_000_000_000_u64]);
    (scale, 0..2_000_u64, 0..3_u64)
        .prop_map(move |(scale, count, odd)| Duration::from_nanos((scale * count + odd).clamp(least, DAY)))
}

fn base_and_cap() -> impl Strategy<Value = (Duration, Duration)> {
    (time_from(1), time_from(1)).prop_map(|(one, other)| (one.min(other), one.max(other)))
}

fn backoff() -> impl Strategy<Value = Backoff> {
    prop_oneof![
        base_and_cap().prop_map(|(base, cap)| Backoff::exponential(base, cap)),
        (base_and_cap(), number(1.0, 1000.0)).prop_map(|((base, cap), by)| Backoff::exponential(base, cap).factor(by)),
        (base_and_cap(), time_from(0)).prop_map(|((base, cap), step)| Backoff::linear(base, step, cap)),
        base_and_cap().prop_map(|(base, cap)| Backoff::fibonacci(base, cap)),
        time_from(1).prop_map(Backoff::fixed),
        Just(Backoff::none()),
    ]
}

/// Numbers with few decimals, and any others.
fn number(from: f64, to: f64) -> impl Strategy<Value = f64> {
    prop_oneof![(from..=to).prop_map(|number| (number * 100.0).round() / 100.0), from..=to]
}

fn jitter() -> impl Strategy<Value = Jitter> {
    prop_oneof![
        Just(Jitter::full()),
        Just(Jitter::equal()),
        number(0.0, 1.0).prop_map(Jitter::proportional),
        time_from(0).prop_map(Jitter::additive),
        Just(Jitter::decorrelated()),
        Just(Jitter::none()),
    ]
}

fn classes() -> impl Strategy<Value = Classes> {
    let class = prop_oneof![
        prop::sample::select(vec![
            Class::Timeout,
            Class::Connect,
            Class::Disconnected,
            Class::Throttled,
            Class::Unavailable,
            Class::Conflict,
            Class::Malformed,
        ]),
        prop::sample::select(vec![408, 409, 425, 429, 500, 501, 502, 503, 504, 529, 598, 599]).prop_map(Class::Status),
    ];
    (any::<bool>(), vec((class, any::<bool>()), 0..8)).prop_map(|(transient, changes)| {
        let first = if transient { Classes::new().transient() } else { Classes::new() };
        changes.into_iter().fold(first, |set, (class, adds)| if adds { set.with(class) } else { set.without(class) })
    })
}

fn budget() -> impl Strategy<Value = Budget> {
    let wait = || time_from(1).prop_map(|wait| wait.min(Duration::from_hours(1)));
    let window = time_from(1_000_000_000);
    prop_oneof![
        Just(()).prop_map(|()| Budget::credit()),
        (14..=1_000_000_u32).prop_map(Budget::credit_of),
        wait().prop_map(|wait| Budget::credit().wait(wait)),
        (14..=1_000_000_u32, wait()).prop_map(|(rest, wait)| Budget::credit_of(rest).wait(wait)),
        (14..=1_000_000_u32).prop_map(|rest| Budget::credit_of(rest).without_wait()),
        Just(()).prop_map(|()| Budget::credit().without_wait()),
        Just(()).prop_map(|()| Budget::aws()),
        (number(0.0, 1.0), window, number(0.01, 10.0))
            .prop_filter_map("a valid ratio", |(share, window, reserve)| Budget::try_ratio(share, window, reserve)
                .ok()),
        (number(0.0, 1.0), 1..u32::MAX).prop_map(|(share, least)| Budget::in_flight(share, least)),
    ]
}

fn policy() -> impl Strategy<Value = TimedPolicy> {
    let optional = || proptest::option::of(time_from(1));
    let attempts = prop_oneof![(1..=100_u32).prop_map(Some), Just(None)];
    let limits = (attempts, optional(), optional(), time_from(0), any::<bool>());
    (classes(), classes(), backoff(), backoff(), jitter(), limits).prop_filter_map(
        "a valid policy",
        |(listed, removed, backoff, throttled, jitter, (attempts, deadline, timeout, hint, nested))| {
            let mut builder = TimedPolicy::builder().retry_on(listed).except(removed).backoff(backoff);
            builder = builder.throttled_backoff(throttled).jitter(jitter).max_retry_after(hint);
            builder = match attempts {
                Some(attempts) => builder.max_attempts(attempts),
                None => builder.unbounded(),
            };
            builder = deadline.into_iter().fold(builder, PolicyBuilder::deadline);
            builder = timeout.into_iter().fold(builder, PolicyBuilder::attempt_timeout);
            if nested { builder.retry_nested() } else { builder }.build().ok()
        },
    )
}

/// Returns the value that each way of writing gives back.
fn ways<T: Display + FromStr<Err = ParseError> + Serialize + DeserializeOwned>(value: &T) -> [T; 2] {
    let text = value.to_string();
    let parsed = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    let json = serde_json::to_string(value).unwrap();
    [parsed, serde_json::from_str(&json).unwrap_or_else(|error| panic!("{json}: {error}"))]
}

proptest! {
    #[test]
    fn a_backoff_is_read_as_it_is_written(value in backoff()) {
        prop_assert_eq!(ways(&value), [value; 2]);
    }

    #[test]
    fn a_jitter_is_read_as_it_is_written(value in jitter()) {
        prop_assert_eq!(ways(&value), [value; 2]);
    }

    #[test]
    fn classes_are_read_as_they_are_written(value in classes()) {
        prop_assert_eq!(ways(&value), [value; 2]);
    }

    /// A budget has no equality, but its fields are those that `Debug` writes.
    #[test]
    fn a_budget_is_read_as_it_is_written(value in budget()) {
        let fields = |budget: &Budget| format!("{budget:?}");
        prop_assert_eq!(ways(&value).each_ref().map(fields), [fields(&value), fields(&value)]);
    }

    #[test]
    fn a_policy_is_read_as_it_is_written(value in policy()) {
        prop_assert_eq!(ways(&value), [value.clone(), value]);
    }

    #[test]
    fn no_text_panics(text in "[a-zA-Z_ =(),.|0-9é-]{0,40}|(exp|credit|Status|ratio)\\([a-z0-9=,(). ]{0,20}\\)") {
        let _ = (text.parse::<Backoff>(), text.parse::<Jitter>(), text.parse::<Classes>());
        let _ = (text.parse::<Budget>(), text.parse::<TimedPolicy>().map_err(|error| error.to_string()));
    }
}

#[test]
fn a_policy_displays_as_an_attribute() {
    let transient = Classes::new().transient();
    let seconds = Duration::from_secs;
    let policies = [
        (TimedPolicy::new(), "max_attempts = 3"),
        (TimedPolicy::new().retry_on(transient).max_attempts(4), "retry_on = transient, max_attempts = 4"),
        (
            TimedPolicy::new().retry_on(transient.status(409)).except(Classes::new().timeout()),
            "retry_on = (transient, Status(409)), except = Timeout, max_attempts = 3",
        ),
        (
            TimedPolicy::new().retry_on(Classes::new().connect()).except(Classes::new().connect()),
            "retry_on = Connect, except = Connect, max_attempts = 3",
        ),
        (TimedPolicy::new().except(Classes::new().timeout()), "except = Timeout, max_attempts = 3"),
        (
            TimedPolicy::new().unbounded().deadline(seconds(60)).attempt_timeout(seconds(2)).retry_nested(),
            "max_attempts = unbounded, deadline = 1m, attempt_timeout = 2s, nested = retry",
        ),
        (
            TimedPolicy::new().backoff(Backoff::none()).jitter(Jitter::none()).max_retry_after(seconds(5)),
            "max_attempts = 3, backoff = none, jitter = none, max_retry_after = 5s",
        ),
    ];
    for (policy, text) in policies {
        assert_eq!(policy.to_string(), text);
        assert_eq!(format!("{policy:?}"), format!("TimedPolicy({text})"));
        assert_eq!(text.parse(), Ok(policy));
    }
}

fn refused<T: FromStr<Err = ParseError> + Debug>(text: &str) -> String {
    text.parse::<T>().unwrap_err().to_string()
}

#[test]
fn a_bad_text_is_answered_in_the_compilers_words() {
    let long = "exponential_backoff_of_the_whole_company(1s, 10s)";
    let answers = [
        (refused::<Backoff>(long), "`exponential_backoff_of_the_whole_company(1s, 10..` is not a backoff; write `exp("),
        (refused::<Backoff>("exp(100ms)"), "`exp(100ms)` is not an exponential backoff; write `exp(100ms, 10s)`"),
        (refused::<Backoff>("exp(10s, 100ms)"), "the cap of a backoff is below its base"),
        (refused::<Backoff>("exp(0s, 1s)"), "the base of a backoff must be above zero"),
        (refused::<Backoff>("exp(1s, 9s, factor = 2s)"), "a factor is a plain number, not `2s`; write `factor = 3`"),
        (refused::<Backoff>("exp(1s, 9s, factor = 0.5)"), "the factor of a backoff must be from 1 to 1000"),
        (
            refused::<Backoff>("fixed(100)"),
            "`100` has no unit, and a number without one is in seconds; write `100s` or",
        ),
        (refused::<Backoff>("fixed(soon)"), "`soon` is not a duration; write seconds as in `0.5`"),
        (refused::<Backoff>("fixed(2days)"), "unknown unit in `2days`; write one of `us`"),
        (refused::<Backoff>("fixed(25h)"), "a duration must be at most a day, not `25h`; write `24h` or less"),
        (refused::<Backoff>("custom"), "`custom` is a function, which a text cannot name"),
        (refused::<Jitter>("half"), "`half` is not a jitter; write one of `full`"),
        (refused::<Jitter>("proportional(2)"), "the share of a jitter must be from 0 to 1; write `proportional(0.25)`"),
        (refused::<Classes>("503"), "a number is not a class; write `Status(503)`"),
        (refused::<Classes>("timeout"), "unknown class `timeout`; write a class such as `Timeout`"),
        (refused::<Classes>("Status(5xx)"), "`5xx` is not a status; write `Status(503)` or `Status(500..=599)`"),
        (refused::<Classes>("Status(200)"), "a failed exchange has a status from 400 to 599"),
        (refused::<Classes>("Permanent"), "`Permanent` is never retried; list classes that a retry can help"),
        (refused::<Budget>("none"), "`none` is not a budget; write `credit`"),
        (refused::<Budget>("credit(3)"), "the rest of a credit must be at least 14 tokens"),
        (refused::<Budget>("credit(aws, wait = 1s)"), "`credit(aws, wait = 1s)` is not a credit; write `credit`"),
        (refused::<Budget>("ratio(10%, 10s)"), "a share is a plain number, not `10%`; write 0.1"),
        (refused::<Budget>("ratio(0.1, 1ms)"), "the window of a `ratio` must be from 1 s to a day"),
        (refused::<TimedPolicy>("max_retries = 3"), "unknown option `max_retries`; a policy has `retry_on`"),
        (refused::<TimedPolicy>("max_attempts = 0"), "`max_attempts` must be at least 1"),
        (
            refused::<TimedPolicy>("max_attempts = many"),
            "`max_attempts` is a number from 1 to 100 or `unbounded`, not `many`",
        ),
        (refused::<TimedPolicy>("max_attempts"), "`max_attempts` is not an option of a policy; write one as in"),
        (refused::<TimedPolicy>("jitter = full, jitter = none"), "`jitter` is given twice; remove one"),
        (refused::<TimedPolicy>("nested = true"), "`nested` is `stop` or `retry`, not `true`; write `nested = retry`"),
        (refused::<TimedPolicy>("retry_on = Status(404)"), "this status is permanent, so a retry cannot help"),
        (refused::<TimedPolicy>("attempt_timeout = 9s, deadline = 5s"), "`attempt_timeout` is above `deadline`"),
        (refused::<TimedPolicy>("max_attempts = unbounded"), "`max_attempts = unbounded` needs an end"),
    ];
    for (answer, expected) in answers {
        assert!(answer.starts_with(expected), "{answer}\nis not\n{expected}");
    }
}

#[test]
fn a_table_of_configuration_is_a_policy() {
    let table = r#"{
        "except": "Conflict",
        "retry_on": ["transient", "Status(409 | 599)"],
        "max_attempts": 5,
        "backoff": "exp(50ms, 2s)",
        "deadline": 12.5,
        "attempt_timeout": 2,
        "max_retry_after": "10s"
    }"#;
    let policy: TimedPolicy = serde_json::from_str(table).unwrap();
    let classes = Classes::new().transient().statuses(409..=409).status(599);
    let expected = TimedPolicy::new()
        .retry_on(classes)
        .except(Classes::new().conflict())
        .max_attempts(5)
        .backoff(Backoff::exponential(Duration::from_millis(50), Duration::from_secs(2)))
        .deadline(Duration::from_millis(12_500))
        .attempt_timeout(Duration::from_secs(2))
        .max_retry_after(Duration::from_secs(10));
    assert_eq!(policy, expected);
    assert_eq!(
        serde_json::from_str::<TimedPolicy>(r#""max_attempts = 4, jitter = equal""#).unwrap().get_jitter(),
        Jitter::equal()
    );
    assert_eq!(serde_json::from_str::<TimedPolicy>("{}").unwrap(), TimedPolicy::new());
    assert_eq!(serde_json::to_string(&TimedPolicy::new().max_attempts(4)).unwrap(), r#"{"max_attempts":"4"}"#);
    assert_eq!(serde_json::from_str::<Option<Budget>>("null").unwrap().map(|budget| budget.to_string()), None);
}

#[test]
fn a_bad_table_is_answered_with_its_option() {
    let cases = [
        (r#"{"max_retries": 3}"#, "unknown option `max_retries`; a policy has `retry_on`"),
        (r#"{"max_attempts": 0}"#, "`max_attempts` must be at least 1"),
        (r#"{"max_attempts": -1}"#, "max_attempts: `max_attempts` is a number from 1 to 100"),
        (r#"{"deadline": 500}"#, "deadline: `500` has no unit"),
        (r#"{"backoff": "expo(1s)"}"#, "backoff: `expo(1s)` is not a backoff"),
        (r#"{"jitter": ["full"]}"#, "unknown class `full`"),
        (r#"{"jitter": ["Timeout"]}"#, "jitter: `jitter` is not a list; write one value"),
        (r#"{"deadline": true}"#, "invalid type: boolean `true`, expected the value of `deadline`"),
        ("7", "invalid type: integer `7`, expected options of a policy such as `max_attempts`"),
    ];
    for (table, expected) in cases {
        let answer = serde_json::from_str::<TimedPolicy>(table).unwrap_err().to_string();
        assert!(answer.starts_with(expected), "{answer}\nis not\n{expected}");
    }
    let answer = serde_json::from_str::<Budget>(r#""credit(1)""#).unwrap_err().to_string();
    assert!(answer.starts_with("the rest of a credit must be at least 14 tokens"), "{answer}");
}

#[test]
fn a_policy_without_an_attempt_timeout_is_a_policy_everywhere() {
    let text = "retry_on = transient, max_attempts = 4, deadline = 5s";
    let policy: Policy = text.parse().unwrap();
    assert_eq!((policy.to_string(), format!("{policy:?}")), (text.into(), format!("Policy({text})")));
    assert_eq!(ways(&policy), [policy.clone(), policy.clone()]);
    assert_eq!(TimedPolicy::from(policy.clone()), policy.to_timed());
    assert_eq!(Policy::try_from(policy.to_timed()), Ok(policy.clone()));
    let built = Policy::builder().retry_on(Classes::new().transient()).max_attempts(4).deadline(Duration::from_secs(5));
    assert_eq!(built.build(), Ok(policy));
}

#[test]
fn a_policy_has_no_attempt_timeout_from_anywhere() {
    const WORDS: &str = "a `Policy` has no `attempt_timeout`; use a `TimedPolicy`, or remove the option";
    let timed = Policy::builder().attempt_timeout(Duration::from_secs(2)).build().unwrap();
    assert_eq!(timed, Policy::new().attempt_timeout(Duration::from_secs(2)));
    assert_eq!(refused::<Policy>("max_attempts = 4, attempt_timeout = 2s"), WORDS);
    assert_eq!(serde_json::from_str::<Policy>(r#"{"attempt_timeout": 2}"#).unwrap_err().to_string(), WORDS);
    assert_eq!(serde_json::from_str::<Policy>(r#""attempt_timeout = 2s""#).unwrap_err().to_string(), WORDS);
    assert_eq!(Policy::try_from(timed).unwrap_err().to_string(), WORDS);
}
