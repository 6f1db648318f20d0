//! Annotated functions that share a pace, on paused clocks.

use std::cell::Cell;
use std::time::Duration;

use retry_runtime::{Budget, Class, Classify, KeyedPace, Moment, Pace, RateLimit, StopReason, Stopped, retry, testing};
use tokio::time::{Instant, sleep, timeout};

const SECOND: Duration = Duration::from_secs(1);

#[derive(Clone, Debug, PartialEq)]
enum Failure {
    Of(Class, Option<Duration>),
    Stopped(StopReason, u32),
}

impl Classify for Failure {
    fn class(&self) -> Class {
        if let Self::Of(class, _) = self { *class } else { Class::Permanent }
    }

    fn retry_after(&self) -> Option<Duration> {
        if let Self::Of(_, hint) = self { *hint } else { None }
    }
}

impl From<Stopped> for Failure {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(stopped.reason(), stopped.attempts())
    }
}

fn throttled(hint: Duration) -> Failure {
    Failure::Of(Class::Throttled, Some(hint))
}

/// One attempt, which fails with `failure`.
#[retry(retry_on = Conflict, pace = pace, clone(failure))]
async fn fail(pace: &Pace, failure: Failure) -> Result<(), Failure> {
    Err(failure)
}

/// Answers of a service, the last one first; then it accepts everything.
type Answers = Cell<Vec<Failure>>;

fn next(answers: &Answers) -> Result<(), Failure> {
    let mut left = answers.take();
    let answer = left.pop();
    answers.set(left);
    answer.map_or(Ok(()), Err)
}

#[retry(retry_on = (Throttled, Unavailable, Timeout), budget = budget, jitter = none, backoff = fixed(1ms), throttled_backoff = fixed(50s), pace = pace)]
async fn ask(pace: &Pace, budget: &Budget, answers: &Answers) -> Result<(), Failure> {
    next(answers)
}

#[retry(retry_on = (Throttled, Unavailable), pace = pace, deadline = patience)]
async fn ask_within(pace: &Pace, patience: Duration) -> Result<(), Failure> {
    Ok(())
}

async fn ask_once(pace: &Pace) -> Result<(), Failure> {
    ask(pace, &Budget::credit(), &Answers::default()).await
}

/// Returns the time for which another caller is held after `failure`, in whole seconds.
async fn held_by(class: Class, hint: Option<Duration>) -> u64 {
    let pace = Pace::new();
    let failure = Failure::Of(class, hint);
    assert_eq!(fail(&pace, failure.clone()).await, Err(failure));
    let begun = Instant::now();
    ask_once(&pace).await.unwrap();
    begun.elapsed().as_secs()
}

#[tokio::test(start_paused = true)]
async fn one_caller_holds_all_for_the_hint_if_the_service_rejects_load() {
    retry_runtime::random::seed(3);
    for (class, held) in [(Class::Throttled, true), (Class::Status(429), true), (Class::Status(503), true)] {
        let time = held_by(class, Some(40 * SECOND)).await;
        // A process with one call spreads over half of the hint more.
        assert_eq!((40..60).contains(&time), held, "{class}: {time}");
    }
    assert!((40..60).contains(&held_by(Class::Unavailable, Some(40 * SECOND)).await));
    for class in [Class::Conflict, Class::Status(409), Class::Timeout, Class::Permanent, Class::Status(500)] {
        assert_eq!(held_by(class, Some(40 * SECOND)).await, 0, "{class} is not about the load of the service");
    }
    assert_eq!(held_by(Class::Unavailable, None).await, 0, "no time is known");
    assert!((60..90).contains(&held_by(Class::Throttled, Some(86_400 * SECOND)).await), "at most `max_retry_after`");
}

#[tokio::test(start_paused = true)]
async fn a_retry_waits_for_its_place_instead_of_its_delay_and_takes_nothing_from_the_budget() {
    let (pace, budget, answers) = (Pace::new(), Budget::credit(), Answers::default());
    for _ in 0..20 {
        ask(&pace, &budget, &answers).await.unwrap();
    }
    answers.set(vec![throttled(3 * SECOND)]);
    let begun = Instant::now();
    ask(&pace, &budget, &answers).await.unwrap();
    assert!((3.0..3.5).contains(&begun.elapsed().as_secs_f64()), "and not 50 s: {:?}", begun.elapsed());
    assert_eq!(budget.left(3, || Moment::ORIGIN), 42);
    answers.set(vec![Failure::Of(Class::Timeout, None)]);
    ask(&pace, &budget, &answers).await.unwrap();
    assert_eq!(budget.left(3, || Moment::ORIGIN), 42 - 14 + 21, "another failure does");
}

#[retry(retry_on = Throttled, budget = ratio(0.1, 10s), jitter = none, pace = pace)]
async fn with_ratio(pace: &Pace, answers: &Answers) -> Result<(), Failure> {
    next(answers)
}

#[tokio::test(start_paused = true)]
async fn that_holds_for_budgets_of_other_shapes() {
    let (pace, answers) = (Pace::new(), Answers::default());
    for _ in 0..30 {
        answers.set(vec![throttled(SECOND)]);
        with_ratio(&pace, &answers).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn callers_go_in_order_and_first_attempts_wait_too() {
    let pace = Pace::new();
    for _ in 0..20 {
        ask_once(&pace).await.unwrap();
    }
    fail(&pace, throttled(2 * SECOND)).await.unwrap_err();
    let (begun, served) = (Instant::now(), Cell::new(Vec::new()));
    let calls = (0..10).map(|caller| {
        let (pace, served) = (&pace, &served);
        async move {
            ask_once(pace).await.unwrap();
            let mut all = served.take();
            all.push((caller, begun.elapsed()));
            served.set(all);
        }
    });
    futures_util::future::join_all(calls).await;
    let served = served.take();
    assert!(served.iter().map(|(caller, _)| *caller).eq(0..10), "{served:?}");
    assert!(served[0].1 >= 2 * SECOND && served[9].1 >= served[0].1 + SECOND / 2, "one by one: {served:?}");
}

#[tokio::test(start_paused = true)]
async fn a_wait_beyond_half_of_the_time_left_ends_the_call_at_once() {
    let pace = Pace::new();
    fail(&pace, throttled(20 * SECOND)).await.unwrap_err();
    let begun = Instant::now();
    let ended = ask_within(&pace, 19 * SECOND).await;
    assert_eq!((ended, begun.elapsed()), (Err(Failure::Stopped(StopReason::Pace, 0)), Duration::ZERO));
    ask_within(&pace, 60 * SECOND).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_hint_above_the_longest_ends_the_call_that_received_it() {
    let (pace, answers) = (Pace::new(), Answers::default());
    answers.set(vec![throttled(61 * SECOND)]);
    let ended = ask(&pace, &Budget::credit(), &answers).await;
    assert_eq!(ended, Err(throttled(61 * SECOND)));
    let begun = Instant::now();
    ask_once(&pace).await.unwrap();
    assert!(begun.elapsed() >= 60 * SECOND, "others wait for `max_retry_after`");
}

#[retry(retry_on = (Throttled, Timeout), pace = pace, cancel = sleep(after))]
async fn cancelled(pace: &Pace, after: Duration) -> Result<(), Failure> {
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_call_that_leaves_gives_its_place_to_the_next() {
    let pace = Pace::new();
    fail(&pace, throttled(4 * SECOND)).await.unwrap_err();
    let held = pace.held_until().unwrap();
    let begun = Instant::now();
    timeout(SECOND, ask_once(&pace)).await.unwrap_err();
    assert_eq!(cancelled(&pace, SECOND).await, Err(Failure::Stopped(StopReason::Cancelled, 0)));
    ask_once(&pace).await.unwrap();
    let first = begun.elapsed();
    assert_eq!(pace.held_until(), Some(held));
    assert!((4 * SECOND..7 * SECOND).contains(&first), "{first:?}: the first place, and not the third");
}

#[tokio::test(start_paused = true)]
async fn a_rejection_while_others_wait_moves_them() {
    let pace = Pace::new();
    let slow = async {
        sleep(SECOND).await;
        fail(&pace, throttled(30 * SECOND)).await.unwrap_err();
    };
    // This one asked before the hold, and is rejected during it.
    #[retry(retry_on = Conflict, pace = pace)]
    async fn late(pace: &Pace, after: Duration) -> Result<(), Failure> {
        sleep(after).await;
        Err(throttled(30 * SECOND))
    }
    let begun = Instant::now();
    let early = async {
        sleep(SECOND / 2).await;
        fail(&pace, throttled(2 * SECOND)).await.unwrap_err();
        ask_once(&pace).await.unwrap();
        begun.elapsed()
    };
    let (_, waited, ()) = tokio::join!(late(&pace, SECOND), early, async {
        let _ = timeout(SECOND / 4, slow).await;
    });
    assert!(waited >= 31 * SECOND, "{waited:?}");
}

static ACCOUNTS: KeyedPace<u32> = KeyedPace::new(Pace::new()).keys(16);

#[retry(retry_on = Conflict, pace = ACCOUNTS.get(&account), clone(failure))]
async fn of_account(account: u32, failure: Option<Failure>) -> Result<(), Failure> {
    failure.map_or(Ok(()), Err)
}

#[tokio::test(start_paused = true)]
async fn accounts_are_held_apart_and_one_that_is_held_is_not_dropped() {
    of_account(0, Some(throttled(30 * SECOND))).await.unwrap_err();
    let begun = Instant::now();
    for account in 1..500 {
        of_account(account, None).await.unwrap();
    }
    assert_eq!(begun.elapsed(), Duration::ZERO, "other accounts are not held");
    of_account(0, None).await.unwrap();
    assert!(begun.elapsed() >= 30 * SECOND);
}

static BOTH: RateLimit = RateLimit::per_second(1).burst(1);

#[retry(retry_on = Throttled, rate_limit = BOTH, pace = pace, deadline = 3s)]
async fn limited_and_paced(pace: &Pace) -> Result<(), Failure> {
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_that_refuses_gives_the_place_of_the_pace_back() {
    let pace = Pace::new();
    for _ in 0..20 {
        ask_once(&pace).await.unwrap();
    }
    fail(&pace, throttled(SECOND / 10)).await.unwrap_err();
    let begun = Instant::now();
    let calls = futures_util::future::join_all([(); 4].map(|()| limited_and_paced(&pace)));
    let after = async {
        tokio::task::yield_now().await;
        ask_once(&pace).await.unwrap();
        begun.elapsed()
    };
    let (ended, after) = tokio::join!(calls, after);
    let refused = Err(Failure::Stopped(StopReason::RateLimit, 0));
    assert_eq!(ended, [Ok(()), Ok(()), refused.clone(), refused], "one at once, one within half of 3 s");
    assert!(after < SECOND / 10 * 4, "{after:?}: the third place, and not the fifth");
}

static SHARED: Pace = Pace::new();

#[retry(retry_on = Throttled, budget = none, throttled_backoff = none, pace = SHARED)]
fn blocking(answers: &Answers) -> Result<(), Failure> {
    next(answers)
}

#[test]
fn a_blocking_call_waits_for_its_place() {
    let (clock, answers) = (testing::pause(), Answers::default());
    answers.set(vec![throttled(2 * SECOND)]);
    blocking(&answers).unwrap();
    let waited = clock.elapsed();
    assert!((2 * SECOND..5 * SECOND).contains(&waited), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn a_scope_has_a_pace_of_its_own() {
    static STATIC: Pace = Pace::new();
    #[retry(retry_on = Conflict, pace = STATIC, clone(failure))]
    async fn one(failure: Option<Failure>) -> Result<(), Failure> {
        failure.map_or(Ok(()), Err)
    }
    let scope = testing::scope();
    scope.real_delays();
    one(Some(throttled(30 * SECOND))).await.unwrap_err();
    assert_eq!(STATIC.held_until(), None);
    let begun = Instant::now();
    one(None).await.unwrap();
    assert!(begun.elapsed() >= 30 * SECOND);
    drop(scope);
    let begun = Instant::now();
    one(None).await.unwrap();
    assert_eq!(begun.elapsed(), Duration::ZERO);
}
