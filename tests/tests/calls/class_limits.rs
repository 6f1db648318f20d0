//! Limits by class: attempts and time, in async, blocking and stepwise calls.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use retry_runtime::driver::Runtime;
use retry_runtime::{
    Backoff, Budget, Class, ClassLimit, Classes, Classify, Jitter, Moment, Policy, StopReason, Stopped, TimedPolicy,
    call_blocking, random, retry, testing,
};
use tokio::time::Instant;

#[derive(Classify, Clone, Copy, Debug, PartialEq)]
enum Fault {
    Timeout,
    Connect,
    Throttled,
    #[classify(Status(503))]
    Full,
    Stopped(StopReason, u32),
}

impl From<Stopped> for Fault {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(stopped.reason(), stopped.attempts())
    }
}

/// Fails with one fault after the other, and then with the last.
struct Script {
    faults: &'static [Fault],
    attempts: Cell<usize>,
}

impl Script {
    const fn new(faults: &'static [Fault]) -> Self {
        Self { faults, attempts: Cell::new(0) }
    }

    fn next(&self) -> Result<(), Fault> {
        let attempt = self.attempts.get();
        self.attempts.set(attempt + 1);
        Err(self.faults[attempt.min(self.faults.len() - 1)])
    }
}

const MANY: u32 = 1 + 2 + 2;

#[retry(
    retry_on = (Connect up_to 60s, Throttled up_to MANY, Status(503)),
    backoff = fixed(1s),
    throttled_backoff = fixed(1s),
    jitter = none,
    budget = none
)]
async fn limited(script: &Script) -> Result<(), Fault> {
    script.next()
}

async fn attempts(faults: &'static [Fault]) -> (usize, Duration) {
    let (script, start) = (Script::new(faults), Instant::now());
    assert_eq!(limited(&script).await, Err(*faults.last().unwrap()));
    (script.attempts.get(), start.elapsed())
}

#[tokio::test(start_paused = true)]
async fn each_class_has_its_own_limit() {
    let seconds = Duration::from_secs;
    // The attempts at 0, 1, .. and 59 s; the next would be 60 s after the first failure.
    assert_eq!(attempts(&[Fault::Connect]).await, (60, seconds(59)));
    assert_eq!(attempts(&[Fault::Throttled]).await, (5, seconds(4)));
    assert_eq!(attempts(&[Fault::Full]).await, (3, seconds(2)));
    assert_eq!(attempts(&[Fault::Timeout]).await, (1, seconds(0)));
}

#[tokio::test(start_paused = true)]
async fn failures_of_other_classes_do_not_count() {
    use Fault::{Connect, Full, Throttled};
    assert_eq!(
        attempts(&[Throttled, Throttled, Connect, Connect, Connect, Throttled, Throttled, Full, Full, Throttled])
            .await
            .0,
        10
    );
    assert_eq!(attempts(&[Full, Connect, Connect, Connect, Full, Throttled, Throttled, Full]).await.0, 8);
    // The time of a class begins with its first failure.
    assert_eq!(attempts(&[Throttled, Throttled, Throttled, Throttled, Connect]).await.0, 4 + 60);
}

#[retry(retry_on = (Connect up_to 1m, transient), max_attempts = 100, backoff = fixed(1s), jitter = none, budget = none)]
fn blocking(script: &Script) -> Result<(), Fault> {
    script.next()
}

#[test]
fn a_blocking_call_keeps_the_limit_of_a_class_of_a_longer_list() {
    let _clock = testing::pause();
    let script = Script::new(&[Fault::Connect]);
    assert_eq!(blocking(&script), Err(Fault::Connect));
    assert_eq!(script.attempts.get(), 60);
    let script = Script::new(&[Fault::Timeout]);
    assert_eq!(blocking(&script), Err(Fault::Timeout));
    assert_eq!(script.attempts.get(), 100);
}

#[retry(retry_on = Connect up_to 4, budget = none, jitter = none, on_retry = |_, _| seen.set(seen.get() + 1))]
async fn stepwise(script: &Script, seen: &Cell<u32>) -> Result<(), Fault> {
    script.next()
}

#[tokio::test(start_paused = true)]
async fn a_hook_runs_before_each_retry_within_the_limit() {
    let (script, seen) = (Script::new(&[Fault::Connect]), Cell::new(0));
    assert_eq!(stepwise(&script, &seen).await, Err(Fault::Connect));
    assert_eq!((script.attempts.get(), seen.get()), (4, 3));
}

#[retry(retry_on = Timeout up_to 2, attempt_timeout = 1s, budget = none)]
async fn hangs() -> Result<(), Fault> {
    std::future::pending().await
}

#[retry(retry_on = Timeout up_to 10s, attempt_timeout = 1s, backoff = fixed(1s), jitter = none, budget = none)]
async fn hangs_for_long() -> Result<(), Fault> {
    std::future::pending().await
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_times_out_fails_as_timeout_and_the_reason_names_the_limit() {
    assert_eq!(hangs().await, Err(Fault::Stopped(StopReason::ClassAttempts, 2)));
    // Failures at 1, 3, 5, 7, 9 and 11 s; a retry at 12 s would be 11 s after the first.
    assert_eq!(hangs_for_long().await, Err(Fault::Stopped(StopReason::ClassTime, 6)));
    let text = |reason: StopReason| reason.to_string();
    assert_eq!(text(StopReason::ClassTime), "no time left for this class of failure");
    assert_eq!(text(StopReason::ClassAttempts), "no attempts left for this class of failure");
}

#[retry(retry_on = Connect up_to 30s, deadline = 40s, backoff = exp(100ms, 2s), context = attempt)]
async fn until_then(script: &Script, start: Instant, budget: &Budget) -> Result<(), Fault> {
    let _ = (attempt, budget);
    assert!(start.elapsed() < Duration::from_secs(30));
    script.next()
}

#[tokio::test(start_paused = true)]
async fn no_retry_starts_after_the_limit_also_not_from_the_line() {
    random::seed(7);
    let budget = Budget::credit();
    for _ in 0..20 {
        let start = Instant::now();
        let script = Script::new(&[Fault::Connect]);
        assert_eq!(until_then(&script, start, &budget).await, Err(Fault::Connect));
        assert!(start.elapsed() > Duration::from_secs(15), "{:?}", start.elapsed());
        assert!(start.elapsed() <= Duration::from_secs(30), "{:?}", start.elapsed());
    }
}

thread_local!(static NOW: Cell<Duration> = const { Cell::new(Duration::ZERO) });

/// Clock that moves between two reads, as a real one does.
struct Moving;

/// Timer that lets the clock reach its end, once it was polled twice.
struct Until(Duration, bool);

impl Future for Until {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.1, true) {
            NOW.set(NOW.get().max(self.0));
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Runtime for Moving {
    type Sleep = Until;

    fn sleep(delay: Duration) -> Until {
        Until(NOW.get() + delay, false)
    }

    fn now() -> Moment {
        NOW.set(NOW.get() + Duration::from_nanos(1));
        Moment::ORIGIN.after(NOW.get())
    }
}

#[retry(
    retry_on = Connect up_to 30s,
    backoff = exp(100ms, 2s),
    budget = budget,
    runtime = Moving,
    fallback = |attempt, _| Err(Fault::Stopped(attempt.stop_reason(), attempt.number()))
)]
async fn in_line(script: &Script, budget: &Budget) -> Result<(), Fault> {
    script.next()
}

#[tokio::test]
async fn a_limit_that_ends_in_line_is_the_reason_on_a_clock_that_moves() {
    for seed in 0..20 {
        random::seed(seed);
        let (script, budget, start) = (Script::new(&[Fault::Connect]), Budget::credit(), NOW.get());
        let ended = in_line(&script, &budget).await;
        let waited = NOW.get().saturating_sub(start);
        assert!(matches!(ended, Err(Fault::Stopped(StopReason::ClassTime, _))), "{seed}: {ended:?} after {waited:?}");
        assert!(waited > Duration::from_secs(29) && waited < Duration::from_millis(30_001), "{seed}: {waited:?}");
    }
}

#[tokio::test]
async fn a_shorter_wait_of_the_budget_bounds_the_time_in_line_of_a_class() {
    random::seed(3);
    let (script, budget, start) =
        (Script::new(&[Fault::Connect]), Budget::credit().wait(Duration::from_secs(2)), NOW.get());
    let ended = in_line(&script, &budget).await;
    let waited = NOW.get().saturating_sub(start);
    assert!(matches!(ended, Err(Fault::Stopped(StopReason::Budget, _))), "{ended:?} after {waited:?}");
    assert!(waited < Duration::from_secs(2 + 10), "{waited:?}");
}

#[test]
fn a_policy_from_a_file_has_limits() {
    let _clock = testing::pause();
    let text = "retry_on = (Status(503), Connect up_to 1m, Throttled up_to 5), backoff = fixed(1s), jitter = none";
    let policy: Policy = text.parse().unwrap();
    assert_eq!(policy.to_string(), text);
    let script = Script::new(&[Fault::Throttled]);
    let outcome = call_blocking(&policy, || script.next());
    assert_eq!((outcome, script.attempts.get()), (Err(Fault::Throttled), 5));

    let table = r#"{"retry_on": ["transient", "Connect up_to 60s", "Status(500..=502) up_to 2"], "max_attempts": 40}"#;
    let policy: TimedPolicy = serde_json::from_str(table).unwrap();
    let text = "retry_on = (transient, Connect up_to 1m, Status(500..=502) up_to 2), max_attempts = 40";
    assert_eq!(policy.to_string(), text);
    assert_eq!(text.parse::<TimedPolicy>().unwrap(), policy);
    assert!(policy.covers(Class::Status(501)));
}

#[test]
fn a_text_is_refused_with_what_to_write() {
    for (text, message) in [
        ("retry_on = Connect up_to 1", "`up_to 1` never retries the class; write at least 2, or remove the class"),
        (
            "retry_on = Connect up_to 0.5",
            "`0.5` is not a limit; write attempts as in `up_to 6`, or a time as in `up_to 60s`",
        ),
        ("retry_on = (Throttled up_to 6, Status(429) up_to 3)", "two limits have a class in common; keep one of them"),
        (
            "retry_on = Status(500 | 502) up_to 3",
            "a limit is of one class or one range of statuses; give each class its own limit",
        ),
        (
            "retry_on = Connect, except = Connect up_to 3",
            "`except` has no limits; put `up_to` behind a class of `retry_on`",
        ),
        (
            "retry_on = (Timeout, Connect up_to 3), except = Connect",
            "this class has a limit, and it is not retried; list it in `retry_on`, or remove it from `except`",
        ),
        (
            "retry_on = Connect up_to 30s, deadline = 30s",
            "`deadline` ends the call before this limit does; write a shorter limit, or a longer deadline",
        ),
        (
            "retry_on = Connect up_to 99ms",
            "this limit is below the longest first delay of its class, `99ms` below `100ms`, so a retry may never start; write a longer limit, or a shorter `backoff`",
        ),
        (
            "retry_on = (transient, Throttled up_to 100ms)",
            "this limit is below the longest first delay of its class, `100ms` below `1s`, so a retry may never start; write a longer limit, or a shorter `throttled_backoff`",
        ),
    ] {
        assert_eq!(text.parse::<Policy>().unwrap_err().to_string(), message, "{text}");
    }
}

#[test]
fn a_limit_of_time_leaves_room_for_the_first_delay_of_its_class() {
    let limit = |classes: Classes, millis| {
        let limit = ClassLimit::time(Duration::from_millis(millis));
        let backoff = Backoff::exponential(Duration::from_secs(2), Duration::from_secs(10));
        Policy::builder().retry_on(classes).limit(classes, limit).throttled_backoff(backoff)
    };
    let all = Classes::new().transient();
    for (classes, millis, is_right) in [
        (Classes::new().connect(), 99, false),
        (Classes::new().connect(), 100, true),
        (Classes::new().throttled(), 1_999, false),
        (Classes::new().throttled(), 2_000, true),
        (Classes::new().status(529), 1_999, false),
        (Classes::new().status(503), 100, true),
        // Some of these have the shorter delay.
        (all, 100, true),
        (all, 99, false),
        (Classes::new().statuses(500..=599), 100, true),
    ] {
        assert_eq!(limit(classes, millis).build().is_ok(), is_right, "{classes} {millis}");
    }
    let connect = Classes::new().connect();
    assert!(limit(connect, 99).backoff(Backoff::custom(|_| Duration::ZERO)).build().is_ok(), "its delays are unknown");
    let additive = limit(connect, 99).jitter(Jitter::additive(Duration::from_millis(1))).build().unwrap_err();
    assert!(additive.to_string().contains(", `99ms` below `101ms`, so"), "{additive}");
}
