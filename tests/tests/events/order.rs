//! The events of a call: these, in this order, and no others.

use std::future::pending;
use std::task::{Context, Waker};
use std::time::Duration;

use retry_runtime::breaker::Breaker;
use retry_runtime::testing::Paused;
use retry_runtime::{Budget, Class, Classify, Operation, TimedPolicy, events, retry, testing};
use retry_tests::{Fault, record_events, take_events};
use tokio::task::coop::poll_proceed;
use tokio::time::{advance, timeout};

const SECOND: Duration = Duration::from_secs(1);

/// Fails so many times.
fn after(failures: u32, tried: &mut u32) -> Result<u32, Fault> {
    *tried += 1;
    if *tried > failures { Ok(*tried) } else { Err(Fault::Timeout) }
}

#[retry(max_attempts = 3, retry_on = Timeout, backoff = fixed(1s), jitter = none, budget = none, name = "blocking")]
fn blocking(failures: u32, tried: &mut u32) -> Result<u32, Fault> {
    after(failures, tried)
}

#[retry(max_attempts = 3, retry_on = Timeout, backoff = fixed(1s), jitter = none, budget = none, name = "future")]
async fn future(failures: u32, tried: &mut u32) -> Result<u32, Fault> {
    after(failures, tried)
}

fn lines(name: &str, lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| format!("{name} {line}")).collect()
}

const SAVED: [&str; 5] = [
    "1 failed: Timeout",
    "2 scheduled in 1s: Timeout",
    "2 failed: Timeout",
    "3 scheduled in 1s: Timeout",
    "recovered by 3",
];
const GAVE_UP: [&str; 6] = [
    "1 failed: Timeout",
    "2 scheduled in 1s: Timeout",
    "2 failed: Timeout",
    "3 scheduled in 1s: Timeout",
    "3 failed: Timeout",
    "gave up after 3: Timeout, Attempts",
];

#[test]
fn a_blocking_call_tells_its_failures_and_how_it_ends() {
    let _clock = testing::pause();
    record_events();
    blocking(0, &mut 0).unwrap();
    assert_eq!(take_events(), [""; 0], "a first success tells nothing");
    blocking(2, &mut 0).unwrap();
    assert_eq!(take_events(), lines("blocking", &SAVED));
    blocking(9, &mut 0).unwrap_err();
    assert_eq!(take_events(), lines("blocking", &GAVE_UP));
}

#[tokio::test(start_paused = true)]
async fn an_async_call_tells_the_same() {
    record_events();
    future(0, &mut 0).await.unwrap();
    assert_eq!(take_events(), [""; 0]);
    future(2, &mut 0).await.unwrap();
    assert_eq!(take_events(), lines("future", &SAVED));
    future(9, &mut 0).await.unwrap_err();
    assert_eq!(take_events(), lines("future", &GAVE_UP));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_during_its_delay_emits_nothing_more() {
    record_events();
    timeout(SECOND / 2, future(9, &mut 0)).await.unwrap_err();
    assert_eq!(take_events(), lines("future", &GAVE_UP[..2]));
}

#[retry(retry_on = Timeout, backoff = none, name = "permanent")]
fn permanent() -> Result<(), Fault> {
    Err(Fault::Bad)
}

#[test]
fn what_is_not_retried_gives_up_at_once() {
    record_events();
    permanent().unwrap_err();
    assert_eq!(take_events(), lines("permanent", &["1 failed: Permanent", "gave up after 1: Permanent, NotRetryable"]));
}

static ONE: Budget = Budget::credit_of(14);

#[retry(retry_on = Timeout, backoff = none, budget = ONE, name = "poor")]
fn poor() -> Result<u32, Fault> {
    after(9, &mut 0)
}

#[test]
fn a_call_that_waits_in_line_says_so_and_how_it_ends() {
    let _clock = testing::pause();
    record_events();
    poor().unwrap_err();
    let expected = [
        "1 failed: Timeout",
        "2 scheduled in 0ns: Timeout",
        "2 failed: Timeout",
        "3 scheduled in 0ns: Timeout",
        "waits after 2: 1 in line",
        "budget denied after 2: Timeout, 1 of 2 calls got one, the first",
        "gave up after 2: Timeout, Budget",
    ];
    assert_eq!(take_events(), lines("poor", &expected));
}

static FEW: Budget = Budget::credit_of(14);

#[retry(max_attempts = 4, retry_on = Timeout, backoff = fixed(60ms), jitter = none, budget = FEW, name = "patient")]
fn patient(failures: u32, tried: &mut u32) -> Result<u32, Fault> {
    after(failures, tried)
}

#[retry(max_attempts = 5, retry_on = Timeout, backoff = fixed(60ms), jitter = none, budget = LATE, deadline = 270ms, name = "hurried")]
fn hurried() -> Result<u32, Fault> {
    after(9, &mut 0)
}

static LATE: Budget = Budget::credit_of(14);

#[retry(retry_on = Timeout, backoff = fixed(1s), jitter = none, budget = credit(14, wait = none), name = "proud")]
fn proud() -> Result<u32, Fault> {
    after(9, &mut 0)
}

#[test]
fn the_end_of_a_wait_follows_it() {
    let clock = testing::pause();
    record_events();
    patient(2, &mut 0).unwrap();
    let granted = [
        "1 failed: Timeout",
        "2 scheduled in 60ms: Timeout",
        "2 failed: Timeout",
        "3 scheduled in 60ms: Timeout",
        "waits after 2: 1 in line",
        "3 granted after 40ms",
        "recovered by 3",
    ];
    assert_eq!(take_events(), lines("patient", &granted), "a probe, 100 ms after the failure");
    let before = clock.elapsed();
    hurried().unwrap_err();
    assert_eq!(clock.elapsed().checked_sub(before).unwrap(), Duration::from_millis(270));
    let end = [
        "3 failed: Timeout",
        "4 scheduled in 60ms: Timeout",
        "waits after 3: 1 in line",
        "gave up after 3: Timeout, Deadline",
    ];
    let late = [&granted[..6], &end].concat();
    assert_eq!(take_events(), lines("hurried", &late), "no budget denied it");
}

#[test]
fn a_budget_without_a_line_denies_before_anything_is_scheduled() {
    let _clock = testing::pause();
    record_events();
    proud().unwrap_err();
    let first = ["1 failed: Timeout", "2 scheduled in 1s: Timeout", "2 failed: Timeout"];
    let denied =
        ["budget denied after 2: Timeout, 1 of 2 calls got one, the first", "gave up after 2: Timeout, Budget"];
    assert_eq!(take_events(), lines("proud", &[&first[..], &denied].concat()));
    proud().unwrap_err();
    let denied = [
        "1 failed: Timeout",
        "budget denied after 1: Timeout, 1 of 3 calls got one",
        "gave up after 1: Timeout, Budget",
    ];
    assert_eq!(take_events(), lines("proud", &denied));
}

static BREAKER: Breaker = Breaker::new()
    .window_calls(2)
    .minimum_calls(2)
    .open_for(Duration::from_millis(750))
    .longest_open(SECOND)
    .half_open_probes(1);

#[retry(retry_on = Timeout, backoff = none, budget = none, breaker = BREAKER, name = "broken")]
fn broken(failures: u32) -> Result<u32, Fault> {
    after(failures, &mut 0)
}

#[test]
fn a_breaker_tells_every_change_where_it_happens() {
    let clock = testing::pause();
    record_events();
    broken(9).unwrap_err();
    let opened = [
        "1 failed: Timeout",
        "2 scheduled in 0ns: Timeout",
        "2 failed: Timeout",
        "breaker Closed to Open",
        "gave up after 2: Timeout, Breaker",
    ];
    assert_eq!(take_events(), lines("broken", &opened));
    broken(0).unwrap_err();
    assert_eq!(take_events(), lines("broken", &["gave up after 0: Breaker"]), "refused at its first attempt");
    clock.advance(SECOND);
    broken(0).unwrap();
    assert_eq!(take_events(), lines("broken", &["breaker Open to HalfOpen", "breaker HalfOpen to Closed"]));
}

#[retry(retry_on = Timeout, backoff = fixed(1s), jitter = none, budget = none, on_retry = |_, _| Err(Fault::Bad), name = "hooked")]
fn hooked() -> Result<u32, Fault> {
    after(9, &mut 0)
}

#[retry(retry_on = Timeout, backoff = fixed(1s), jitter = none, budget = none, deadline = 2500ms, name = "late")]
fn late(clock: &Paused) -> Result<u32, Fault> {
    clock.advance(Duration::from_millis(600));
    after(9, &mut 0)
}

#[test]
fn a_retry_that_is_called_off_was_scheduled() {
    let clock = testing::pause();
    record_events();
    hooked().unwrap_err();
    let called_off = ["1 failed: Timeout", "2 scheduled in 1s: Timeout", "gave up after 1: Timeout, Hook"];
    assert_eq!(take_events(), lines("hooked", &called_off));
    late(&clock).unwrap_err();
    let late =
        ["1 failed: Timeout", "2 scheduled in 1s: Timeout", "2 failed: Timeout", "gave up after 2: Timeout, Deadline"];
    assert_eq!(take_events(), lines("late", &late), "where it would be too late it is not scheduled");
}

#[retry(retry_on = Timeout, backoff = fixed(5s), jitter = none, budget = none, cancel = tokio::time::sleep(after), name = "cancelled")]
async fn cancelled(after: Duration, waits: bool) -> Result<u32, Fault> {
    if waits {
        pending::<()>().await;
    }
    Err(Fault::Timeout)
}

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = none, attempt_timeout = 1s, name = "cut")]
async fn cut() -> Result<u32, Fault> {
    pending().await
}

#[tokio::test(start_paused = true)]
async fn what_is_cancelled_or_cut_says_so() {
    record_events();
    cancelled(SECOND, true).await.unwrap_err();
    assert_eq!(take_events(), lines("cancelled", &["gave up after 1: Cancelled"]));
    cancelled(SECOND, false).await.unwrap_err();
    let in_the_wait = ["1 failed: Timeout", "2 scheduled in 5s: Timeout", "gave up after 1: Timeout, Cancelled"];
    assert_eq!(take_events(), lines("cancelled", &in_the_wait));
    cut().await.unwrap_err();
    let cut =
        ["1 failed: Timeout", "2 scheduled in 0ns: Timeout", "2 failed: Timeout", "gave up after 2: Timeout, Attempts"];
    assert_eq!(take_events(), lines("cut", &cut));
    advance(SECOND).await;
    assert_eq!(take_events(), [""; 0]);
}

struct Code(u16);

impl Classify for Code {
    fn class(&self) -> Class {
        Class::Status(self.0)
    }
}

#[retry(retry_on = Status(503), backoff = none, name = "coded")]
fn coded(status: u16) -> Result<(), Code> {
    Err(Code(status))
}

#[test]
fn an_invalid_status_is_emitted_as_unclassified() {
    record_events();
    let _ = coded(404);
    assert_eq!(take_events(), lines("coded", &["1 failed: Status(404)", "gave up after 1: Status(404), NotRetryable"]));
    let _ = coded(60_000);
    assert_eq!(
        take_events(),
        lines("coded", &["1 failed: Unclassified", "gave up after 1: Unclassified, NotRetryable"])
    );
}

static CHARGE: Operation = Operation::new("charge", TimedPolicy::new());

#[test]
fn a_replay_is_emitted_without_the_key() {
    record_events();
    events::key_replayed(&CHARGE);
    assert_eq!(take_events(), ["charge replayed"]);
}

#[retry(max_attempts = 2, retry_on = Timeout, backoff = fixed(1ms), jitter = none, budget = none, name = "sleeper")]
fn sleeper() -> Result<u32, Fault> {
    after(9, &mut 0)
}

#[retry(max_attempts = 2, retry_on = Timeout, backoff = fixed(1ms), jitter = none, budget = none, name = "sleeper apart")]
fn sleeper_apart() -> Result<u32, Fault> {
    after(9, &mut 0)
}

fn takes_a_step() -> bool {
    let step = poll_proceed(&mut Context::from_waker(Waker::noop()));
    step.map(|step| step.made_progress()).is_ready()
}

/// The only waits here that sleep: a paused clock is a thread's, and which thread it is, is the question.
#[tokio::test]
async fn a_delay_that_blocks_a_task_is_emitted_once() {
    record_events();
    let apart = tokio::task::spawn_blocking(|| {
        sleeper_apart().unwrap_err();
        take_events()
    });
    let told = apart.await.unwrap();
    assert!(!told.iter().any(|line| line.contains("blocked")), "{told:?}");
    sleeper().unwrap_err();
    let blocked = [
        "1 failed: Timeout",
        "2 scheduled in 1ms: Timeout",
        "blocked for 1ms",
        "2 failed: Timeout",
        "gave up after 2: Timeout, Attempts",
    ];
    assert_eq!(take_events(), lines("sleeper", &blocked));
    sleeper().unwrap_err();
    assert!(!take_events().iter().any(|line| line.contains("blocked")));
    // The steps that were taken to find out are there again.
    let steps = (0..100).filter(|_| takes_a_step()).count();
    assert_eq!(steps, 100);
}

#[retry(max_attempts = 2, retry_on = Timeout, backoff = fixed(1ms), jitter = none, budget = none, name = "in place")]
fn in_place() -> Result<u32, Fault> {
    after(9, &mut 0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_worker_that_says_it_blocks_may_block() {
    record_events();
    let told = tokio::spawn(async {
        tokio::task::block_in_place(|| {
            in_place().unwrap_err();
            take_events()
        })
    });
    let told = told.await.unwrap();
    assert_eq!(told.len(), 4, "{told:?}");
}
