//! The decision core on its own: time and chance are what a test says they are.

use std::time::Duration;

use retry_runtime::{Backoff, Class, Classes, Decision, Failure, Jitter, Moment, Progress, StopReason, TimedPolicy};

const SECOND: u64 = 1_000_000_000;
const POLICY: TimedPolicy = TimedPolicy::new()
    .retry_on(Classes::new().transient())
    .max_attempts(4)
    .backoff(Backoff::exponential(Duration::from_secs(1), Duration::from_secs(8)))
    .throttled_backoff(Backoff::exponential(Duration::from_secs(3), Duration::from_secs(24)))
    .max_retry_after(Duration::from_secs(10))
    .jitter(Jitter::none());

/// Decides after the failure of attempt `attempt` at `now` seconds, in a call that ends at `deadline` seconds.
fn decide(policy: &TimedPolicy, attempt: u32, failure: Failure, now: u64, deadline: u64) -> Decision {
    let mut progress = Progress::new().with_deadline(Moment::from_nanos(deadline.saturating_mul(SECOND)));
    (0..attempt).for_each(|_| progress.begin_attempt());
    progress.decide(policy, failure, || Moment::from_nanos(now * SECOND), || u64::MAX)
}

fn timely(attempt: u32, failure: Failure) -> Decision {
    decide(&POLICY, attempt, failure, 0, u64::MAX)
}

const fn seconds(seconds: u64) -> Decision {
    Decision::Retry(Duration::from_secs(seconds))
}

#[test]
fn the_class_is_asked_before_the_attempts_and_these_before_the_hint_and_the_deadline() {
    let hint = Duration::from_secs(11);
    let permanent = Failure::new(Class::Permanent).retry_after(hint);
    assert_eq!(decide(&POLICY, 4, permanent, 9, 1), Decision::Stop(StopReason::NotRetryable));
    let timeout = Failure::new(Class::Timeout).retry_after(hint);
    assert_eq!(decide(&POLICY, 4, timeout, 9, 1), Decision::Stop(StopReason::Attempts));
    assert_eq!(decide(&POLICY, 3, timeout, 9, 1), Decision::Stop(StopReason::RetryAfter));
    assert_eq!(decide(&POLICY, 3, Failure::new(Class::Timeout), 9, 1), Decision::Stop(StopReason::Deadline));
}

#[test]
fn a_retry_starts_before_the_deadline_or_not_at_all() {
    let timeout = Failure::new(Class::Timeout);
    assert_eq!(decide(&POLICY, 1, timeout, 3, 5), seconds(1));
    assert_eq!(decide(&POLICY, 1, timeout, 4, 5), Decision::Stop(StopReason::Deadline));
    assert_eq!(decide(&POLICY, 1, timeout, 6, 5), Decision::Stop(StopReason::Deadline));
    let hinted = timeout.retry_after(Duration::from_secs(4));
    assert_eq!(decide(&POLICY, 1, hinted, 0, 5), seconds(4));
    assert_eq!(decide(&POLICY, 1, hinted, 1, 5), Decision::Stop(StopReason::Deadline));
}

#[test]
fn the_servers_hint_is_the_least_wait() {
    let hinted = |hint| Failure::new(Class::Unavailable).retry_after(Duration::from_secs(hint));
    assert_eq!(timely(1, hinted(0)), seconds(1));
    assert_eq!(timely(3, hinted(3)), seconds(4));
    assert_eq!(timely(3, hinted(5)), seconds(5));
    assert_eq!(timely(3, hinted(10)), seconds(10));
    assert_eq!(timely(3, hinted(11)), Decision::Stop(StopReason::RetryAfter));
}

#[test]
fn throttling_has_its_own_backoff_and_counts_on() {
    for class in [Class::Throttled, Class::Status(429)] {
        assert_eq!(timely(1, Failure::new(class)), seconds(3), "{class}");
        assert_eq!(timely(2, Failure::new(class)), seconds(6), "{class}");
    }
    assert_eq!(timely(2, Failure::new(Class::Status(503))), seconds(2));
}

#[test]
fn decorrelated_waits_grow_from_the_wait_before() {
    let policy = TimedPolicy::new().retry_on(Classes::new().timeout()).max_attempts(9).jitter(Jitter::decorrelated());
    let policy = policy.backoff(Backoff::exponential(Duration::from_secs(1), Duration::from_secs(20)));
    let mut progress = Progress::new();
    let waits = [1, 2, 3, 4].map(|_| {
        progress.begin_attempt();
        match progress.decide(&policy, Failure::new(Class::Timeout), || Moment::ORIGIN, || u64::MAX) {
            Decision::Retry(wait) => wait.as_secs(),
            Decision::Stop(reason) => panic!("{reason}"),
        }
    });
    assert_eq!(waits, [3, 9, 20, 20], "three times the wait before, at most, and the cap");
}

#[test]
fn a_cut_attempt_is_a_timeout_that_is_retried_if_listed_or_if_nothing_is() {
    let connect = TimedPolicy::new().retry_on(Classes::new().connect());
    assert_eq!(decide(&connect, 1, Failure::timed_out(), 0, u64::MAX), Decision::Stop(StopReason::NotRetryable));
    assert_eq!(timely(1, Failure::timed_out()), seconds(1));
    let nothing_listed = TimedPolicy::new().backoff(Backoff::none());
    assert_eq!(decide(&nothing_listed, 1, Failure::timed_out(), 0, u64::MAX), seconds(0));
    let took_all = connect.except(Classes::new().connect());
    assert_eq!(decide(&took_all, 1, Failure::timed_out(), 0, u64::MAX), Decision::Stop(StopReason::NotRetryable));
    let replaced = TimedPolicy::new().except(Classes::new().timeout()).retry_on(Classes::new().timeout());
    assert!(matches!(decide(&replaced, 1, Failure::timed_out(), 0, u64::MAX), Decision::Retry(_)));
    let excepted = TimedPolicy::new().except(Classes::new().timeout());
    assert_eq!(decide(&excepted, 1, Failure::timed_out(), 0, u64::MAX), Decision::Stop(StopReason::NotRetryable));
}

#[test]
fn time_and_chance_are_asked_only_where_they_matter() {
    fn unasked<T>() -> T {
        panic!("called")
    }
    let mut progress = Progress::new();
    progress.begin_attempt();
    assert_eq!(progress.decide(&POLICY, Failure::new(Class::Timeout), unasked, unasked), seconds(1));
    let no_wait = TimedPolicy::new().retry_on(Classes::new().timeout()).backoff(Backoff::none());
    assert_eq!(progress.decide(&no_wait, Failure::new(Class::Timeout), unasked, unasked), seconds(0));
    assert_eq!(
        progress.decide(&no_wait, Failure::new(Class::Permanent), unasked, unasked),
        Decision::Stop(StopReason::NotRetryable)
    );
}

#[test]
fn a_named_class_covers_the_statuses_that_mean_the_same_and_a_status_only_itself() {
    let covered = |classes: Classes, statuses: &[u16]| {
        for status in 100..=700 {
            assert_eq!(classes.contains(Class::Status(status)), statuses.contains(&status), "{status} in {classes:?}");
        }
    };
    covered(Classes::new().timeout(), &[408, 504]);
    covered(Classes::new().throttled(), &[429, 529]);
    covered(Classes::new().unavailable(), &[503]);
    covered(Classes::new().connect(), &[425]);
    covered(Classes::new().disconnected().conflict().malformed(), &[]);
    covered(Classes::new().transient(), &[408, 425, 429, 500, 502, 503, 504, 507, 520, 521, 522, 523, 524, 527, 529]);
    covered(Classes::new().statuses(500..=502).status(599), &[500, 501, 502, 599]);
    assert!(!Classes::new().status(503).contains(Class::Unavailable));
    assert!(!Classes::new().transient().contains(Class::Malformed));
    let less = Classes::new().transient().minus(&Classes::new().unavailable());
    covered(less, &[408, 425, 429, 500, 502, 504, 507, 520, 521, 522, 523, 524, 527, 529]);
    assert!(!less.contains(Class::Unavailable));
    for never in [Class::Permanent, Class::Unclassified] {
        assert!(!Classes::new().with(never).contains(never));
    }
}

#[test]
fn the_worst_case_of_decorrelated_waits_crosses_both_backoffs() {
    let policy = TimedPolicy::new()
        .retry_on(Classes::new().transient())
        .jitter(Jitter::decorrelated())
        .backoff(Backoff::exponential(Duration::from_millis(100), Duration::from_hours(1)))
        .throttled_backoff(Backoff::exponential(Duration::from_secs(10), Duration::from_secs(20)));
    let mut progress = Progress::new();
    let mut waited = Duration::ZERO;
    for class in [Class::Throttled, Class::Timeout] {
        progress.begin_attempt();
        match progress.decide(&policy, Failure::new(class), || Moment::ORIGIN, || u64::MAX) {
            Decision::Retry(wait) => waited += wait,
            Decision::Stop(reason) => panic!("{reason}"),
        }
    }
    let worst = policy.worst_case().delays().expect("three attempts have a bound");
    assert!(waited <= worst && worst.abs_diff(waited) < Duration::from_micros(1), "{waited:?}, {worst:?}");
}

#[test]
fn the_builder_refuses_what_the_compiler_refuses() {
    let (ms, hours) = (Duration::from_millis, |hours: u64| Duration::from_secs(3600 * hours));
    let refused = [
        (TimedPolicy::builder().max_attempts(0), "`max_attempts` must be at least 1"),
        (TimedPolicy::builder().max_attempts(101), "`max_attempts` must be at most 100"),
        (
            TimedPolicy::builder().backoff(Backoff::exponential(ms(0), ms(1))),
            "the base of a backoff must be above zero",
        ),
        (TimedPolicy::builder().backoff(Backoff::fixed(ms(0))), "the base of a backoff must be above zero"),
        (TimedPolicy::builder().backoff(Backoff::exponential(ms(2), ms(1))), "the cap of a backoff is below its base"),
        (TimedPolicy::builder().backoff(Backoff::linear(ms(1), ms(1), hours(25))), "a duration must be at most a day"),
        (TimedPolicy::builder().backoff(Backoff::exponential(ms(1), ms(9)).factor(0.5)), "the factor of a backoff"),
        (TimedPolicy::builder().throttled_backoff(Backoff::exponential(ms(1), ms(9)).factor(f64::NAN)), "the factor"),
        (TimedPolicy::builder().jitter(Jitter::proportional(1.5)), "the share of a jitter must be from 0 to 1"),
        (TimedPolicy::builder().jitter(Jitter::proportional(f64::NAN)), "the share of a jitter must be from 0 to 1"),
        (TimedPolicy::builder().jitter(Jitter::proportional(-0.1)), "the share of a jitter must be from 0 to 1"),
        (TimedPolicy::builder().jitter(Jitter::decorrelated()).backoff(Backoff::none()), "`decorrelated` jitter grows"),
        (TimedPolicy::builder().jitter(Jitter::additive(hours(1))), "`additive` jitter is above the cap"),
        (TimedPolicy::builder().max_retry_after(hours(25)), "a duration must be at most a day"),
        (TimedPolicy::builder().deadline(ms(0)), "a duration here must be above zero"),
        (TimedPolicy::builder().attempt_timeout(Duration::MAX), "a duration must be at most a day"),
        (TimedPolicy::builder().deadline(ms(99)), "`deadline` is below the longest first delay"),
        (TimedPolicy::builder().deadline(ms(300)).jitter(Jitter::none()), "`deadline` is over before the last attempt"),
        (TimedPolicy::builder().deadline(hours(1)).attempt_timeout(hours(2)), "`attempt_timeout` is above `deadline`"),
        (TimedPolicy::builder().unbounded(), "`max_attempts = unbounded` needs an end"),
        (
            TimedPolicy::builder().unbounded().deadline(hours(1)).backoff(Backoff::fixed(ms(9))),
            "`max_attempts = unbounded` needs a backoff",
        ),
        (TimedPolicy::builder().retry_on(Classes::new().status(600)), "a failed exchange has a status from 400 to 599"),
        (TimedPolicy::builder().retry_on(Classes::new().statuses(400..=499)), "this status is permanent"),
        (TimedPolicy::builder().except(Classes::new().with(Class::Status(200))), "a failed exchange has a status"),
    ];
    for (builder, words) in refused {
        match builder.build() {
            Ok(_) => assert!(words.is_empty(), "not refused: {words}"),
            Err(invalid) => assert!(invalid.to_string().starts_with(words) && !words.is_empty(), "{invalid}"),
        }
    }
    assert!(TimedPolicy::builder().max_attempts(1).build().is_ok());
    assert!(TimedPolicy::builder().deadline(ms(301)).jitter(Jitter::none()).build().is_ok());
}
