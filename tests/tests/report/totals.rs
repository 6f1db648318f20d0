//! The report: every number of every operation that ran. A report looks at every operation by the clock of its thread, and
//! clocks are moved here, so that one test runs at a time.

use std::future::pending;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use retry_runtime::breaker::{Breaker, State};
use retry_runtime::report::{Health, OperationReport};
use retry_runtime::{Class, Operation, StopReason, TimedPolicy, events, report, retry, testing};
use retry_tests::Fault;
use tokio::runtime::Builder;
use tokio::time::timeout;

const SECOND: Duration = Duration::from_secs(1);

type Answers = Vec<Result<u32, Fault>>;

fn of(name: &str) -> OperationReport {
    report().operation(name).unwrap().clone()
}

/// Held by the test that runs.
pub(super) fn alone() -> MutexGuard<'static, ()> {
    static RUNS: Mutex<()> = Mutex::new(());
    RUNS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Alone, on a paused clock.
pub(super) fn run(test: impl Future<Output = ()>) {
    let _alone = alone();
    Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(test);
}

fn is(found: f64, expected: f64) -> bool {
    (found - expected).abs() < 1e-9
}

static BREAKER: Breaker = Breaker::new();

#[retry(max_attempts = 3, retry_on = (Timeout, Unavailable), backoff = fixed(1500ms), jitter = none, breaker = BREAKER, name = "stock")]
fn stock(answers: &mut Answers) -> Result<u32, Fault> {
    answers.pop().unwrap()
}

const TIMEOUT: Result<u32, Fault> = Err(Fault::Timeout);

#[test]
fn what_an_operation_did_is_counted() {
    let _alone = alone();
    let _clock = testing::pause();
    assert!(report().operation("stock").is_none(), "it has not run");
    for _ in 0..5 {
        stock(&mut vec![Ok(7)]).unwrap();
    }
    stock(&mut vec![Ok(7), TIMEOUT]).unwrap();
    stock(&mut vec![Ok(7), Err(Fault::Busy(4 * SECOND)), TIMEOUT]).unwrap();
    stock(&mut vec![TIMEOUT, TIMEOUT, TIMEOUT]).unwrap_err();
    stock(&mut vec![Err(Fault::Bad)]).unwrap_err();
    stock(&mut vec![Err(Fault::Bad)]).unwrap_err();

    let stock = of("stock");
    assert_eq!((stock.calls, stock.first_successes, stock.recovered), (10, 5, 2));
    assert_eq!(stock.gave_up, [(StopReason::NotRetryable, 2), (StopReason::Attempts, 1)]);
    assert_eq!((stock.retries_made, stock.retries), (5, vec![(Class::Timeout, 4), (Class::Unavailable, 1)]));
    assert_eq!(stock.failures, [(Class::Timeout, 5), (Class::Permanent, 2), (Class::Unavailable, 1)]);
    assert!(is(stock.amplification, 1.5), "15 attempts, {}", stock.amplification);
    assert!(is(stock.amplification_last_minute, 1.5), "{}", stock.amplification_last_minute);
    assert!((1500..=1688).contains(&stock.delays.p50.as_millis()), "at most an eighth too high");
    assert_eq!((stock.delays.p99, stock.delays.max), (4 * SECOND, 4 * SECOND));
    assert_eq!(stock.delays.sum, 10 * SECOND);
    let at_most: Vec<_> = stock.delays.at_most().filter(|(_, count)| (1..5).contains(count)).collect();
    assert_eq!(at_most, [(5 * SECOND / 2, 4)]);
    assert_eq!(stock.budget_left, Some(42 + 2 * 21 - 5 * 14));
    assert_eq!((stock.breaker, stock.budget_denied, stock.replayed), (Some(State::Closed), 0, 0));
    assert!(!stock.blocked_runtime);
}

#[retry(max_attempts = 4, retry_on = Timeout, backoff = fixed(60ms), jitter = none, budget = credit(14), name = "queued")]
fn queued() -> Result<u32, Fault> {
    TIMEOUT
}

#[test]
fn a_retry_that_the_budget_denies_is_scheduled_and_not_made() {
    let _alone = alone();
    let _clock = testing::pause();
    (0..2).for_each(|_| drop(queued()));
    let queued = of("queued");
    let made: u64 = queued.failures.iter().map(|(_, failed)| failed).sum::<u64>() - queued.calls;
    assert_eq!((queued.retries_made, queued.last_minute.retries), (made, made));
    assert_eq!(queued.retries, [(Class::Timeout, made + queued.budget_denied)]);
    assert_eq!((queued.calls, made, queued.waited, queued.budget_denied), (2, 3, 4, 2));
    assert_eq!(queued.longest_wait, Duration::from_millis(156), "of the second call");
}

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = none, name = "contended")]
fn contended(answers: &mut Answers) -> Result<u32, Fault> {
    answers.pop().unwrap()
}

#[test]
fn threads_lose_no_failure() {
    let _alone = alone();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..250 {
                    contended(&mut vec![Ok(7)]).unwrap();
                    contended(&mut vec![Ok(7), TIMEOUT]).unwrap();
                    contended(&mut vec![TIMEOUT, TIMEOUT]).unwrap_err();
                }
            });
        }
    });
    let contended = of("contended");
    assert_eq!((contended.calls, contended.first_successes, contended.recovered), (6000, 2000, 2000));
    assert_eq!(contended.gave_up, [(StopReason::Attempts, 2000)]);
    assert_eq!(contended.retries, [(Class::Timeout, 4000)]);
    assert!(is(contended.amplification, 10_000.0 / 6000.0));
}

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = none, name = "spiky")]
fn spiky(answers: &mut Answers) -> Result<u32, Fault> {
    answers.pop().unwrap()
}

#[test]
fn the_last_minute_is_a_minute() {
    let _alone = alone();
    let clock = testing::pause();
    let succeed = || (0..10).for_each(|_| drop(spiky(&mut vec![Ok(7)])));
    succeed();
    spiky(&mut vec![TIMEOUT, TIMEOUT]).unwrap_err();
    assert!(is(of("spiky").amplification_last_minute, 12.0 / 11.0));
    clock.advance(59 * SECOND);
    assert!(is(of("spiky").amplification_last_minute, 12.0 / 11.0));
    clock.advance(2 * SECOND);
    assert!(is(of("spiky").amplification_last_minute, 1.0), "{}", of("spiky").amplification_last_minute);
    // A second later things fail again, after ten calls that nothing saw.
    succeed();
    clock.advance(SECOND);
    spiky(&mut vec![Ok(7), TIMEOUT]).unwrap();
    let spiky = of("spiky");
    assert!(is(spiky.amplification_last_minute, 12.0 / 11.0), "{}", spiky.amplification_last_minute);
    assert!(is(spiky.amplification, 24.0 / 22.0));
}

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = none, name = "moody")]
fn moody(answers: &mut Answers) -> Result<u32, Fault> {
    answers.pop().unwrap()
}

#[test]
fn health_is_that_of_the_last_minute() {
    let _alone = alone();
    let clock = testing::pause();
    let health = || (of("moody").health, of("moody").last_minute.calls);
    let healthy = |calls| (0..calls).for_each(|_| drop(moody(&mut vec![Ok(7)])));
    healthy(30);
    assert_eq!(health(), (Health::Healthy, 30), "nothing has ever failed");
    clock.advance(120 * SECOND);
    assert_eq!(health(), (Health::Healthy, 15), "at a steady rate, for all that is known");
    (0..4).for_each(|_| drop(moody(&mut vec![Ok(7), TIMEOUT])));
    assert_eq!(health(), (Health::Degraded, 17));
    moody(&mut vec![TIMEOUT, TIMEOUT]).unwrap_err();
    moody(&mut vec![Err(Fault::Bad)]).unwrap_err();
    let last_minute = of("moody").last_minute;
    assert_eq!(
        (last_minute.retries, last_minute.recovered, last_minute.lost),
        (5, 4, 1),
        "no retry would help against Bad"
    );
    assert_eq!(of("moody").health, Health::Failing);
    clock.advance(61 * SECOND);
    assert_eq!(health().0, Health::Healthy);
}

static DEAD: Breaker = Breaker::new();

#[retry(retry_on = Timeout, backoff = none, breaker = DEAD, name = "dead")]
fn dead() -> Result<u32, Fault> {
    TIMEOUT
}

#[test]
fn a_dead_service_behind_budget_and_breaker_is_failing_although_hardly_a_retry_is_made() {
    let _alone = alone();
    let _clock = testing::pause();
    (0..200).for_each(|_| drop(dead()));
    let dead = of("dead");
    assert!(dead.last_minute.retries <= 3, "{:?}", dead.last_minute);
    assert_eq!((dead.last_minute.lost, dead.health), (200, Health::Failing));
    assert_eq!(dead.breaker_changes, [(State::Open, 1)]);
}

static OPEN: Breaker = Breaker::new();

#[retry(retry_on = Timeout, backoff = fixed(1s), jitter = none, budget = none, breaker = OPEN, name = "refused")]
async fn refused() -> Result<u32, Fault> {
    TIMEOUT
}

#[test]
fn a_call_that_is_refused_counts_and_has_no_attempt_and_one_that_is_dropped_is_nowhere() {
    run(async {
        timeout(SECOND / 2, refused()).await.unwrap_err();
        OPEN.force_open();
        refused().await.unwrap_err();
        let refused = of("refused");
        assert_eq!((refused.calls, refused.recovered), (2, 0));
        assert_eq!(refused.gave_up, [(StopReason::Breaker, 1)]);
        assert!(is(refused.amplification, 0.5));
        assert_eq!(refused.breaker, Some(State::ForcedOpen));
    });
}

#[retry(max_attempts = 9, retry_on = Timeout, backoff = fixed(1s), jitter = none, budget = none, name = "hasty")]
async fn hasty(hangs: u32, tried: &mut u32) -> Result<u32, Fault> {
    *tried += 1;
    if *tried == hangs { pending().await } else { TIMEOUT }
}

#[retry(max_attempts = 9, retry_on = Timeout, backoff = fixed(1s), jitter = none, budget = none, name = "hooked", on_retry = async |_, _| ())]
async fn hooked(hangs: u32, succeeds: u32, tried: &mut u32) -> Result<u32, Fault> {
    *tried += 1;
    if *tried == hangs {
        pending().await
    } else if *tried == succeeds {
        Ok(7)
    } else {
        TIMEOUT
    }
}

#[test]
fn where_a_hook_stands_between_attempts_the_same_calls_are_lost() {
    run(async {
        let mut minutes = Vec::new();
        for (hangs, succeeds) in [(1, 9), (2, 9), (9, 9), (9, 1), (9, 2)] {
            let _ = timeout(3 * SECOND / 2, hooked(hangs, succeeds, &mut 0)).await;
            minutes.push(
                report().operation("hooked").map_or((0, 0), |of| (of.last_minute.recovered, of.last_minute.lost)),
            );
        }
        assert_eq!(minutes, [(0, 0), (0, 1), (0, 2), (0, 2), (1, 2)]);
    });
}

#[test]
fn calls_that_a_caller_drops_after_a_failure_are_lost_and_one_in_its_first_attempt_is_none() {
    run(async {
        timeout(SECOND / 2, hasty(1, &mut 0)).await.unwrap_err();
        assert!(report().operation("hasty").is_none(), "no attempt has ended");
        timeout(SECOND / 2, hasty(9, &mut 0)).await.unwrap_err();
        let minute = of("hasty").last_minute;
        assert_eq!((minute.calls, minute.retries, minute.lost), (1, 0, 1), "in its delay");
        timeout(3 * SECOND / 2, hasty(2, &mut 0)).await.unwrap_err();
        let hasty = of("hasty");
        assert_eq!((hasty.last_minute.calls, hasty.last_minute.lost), (2, 2), "in its second attempt");
        assert_eq!((hasty.calls, hasty.recovered, hasty.gave_up.len(), hasty.health), (2, 0, 0, Health::Failing));
    });
}

#[retry(max_attempts = 3, retry_on = Timeout, backoff = none, budget = none, name = "prompt")]
async fn prompt(succeeds: u32, tried: &mut u32) -> Result<u32, Fault> {
    *tried += 1;
    if *tried == succeeds { Ok(7) } else { TIMEOUT }
}

#[test]
fn a_call_that_has_ended_is_not_dropped_even_without_delays() {
    run(async {
        for succeeds in [2, 3] {
            prompt(succeeds, &mut 0).await.unwrap();
        }
        prompt(9, &mut 0).await.unwrap_err();
        let minute = of("prompt").last_minute;
        assert_eq!((minute.calls, minute.recovered, minute.lost), (3, 2, 1));
    });
}

#[retry(max_attempts = 2, retry_on = Timeout, backoff = fixed(1ms), jitter = none, budget = none, name = "blocks")]
fn blocks() -> Result<u32, Fault> {
    TIMEOUT
}

#[test]
fn a_blocking_operation_that_blocks_a_runtime_is_named() {
    run(async {
        blocks().unwrap_err();
        assert!(of("blocks").blocked_runtime);
    });
}

static CHARGE: Operation = Operation::new("charge", TimedPolicy::new());

#[test]
fn replays_are_counted() {
    let _alone = alone();
    events::key_replayed(&CHARGE);
    let charge = of("charge");
    assert_eq!((charge.replayed, charge.calls), (1, 0));
    assert!(is(charge.amplification, 1.0));
}
