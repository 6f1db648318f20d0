//! Holds of a pace that the body of an attempt requests, on paused clocks.

use std::cell::Cell;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use retry_runtime::{
    Class, Classes, Classify, Pace, Policy, RateLimit, StopReason, Stopped, call, hold_pace, retry, testing,
};
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);
/// Requested hold. A process that makes few attempts waits up to a second more.
const HOLD: Duration = Duration::from_secs(20);

#[derive(Clone, Debug, PartialEq)]
enum Failure {
    Of(Class, Option<Duration>),
    Stopped(StopReason),
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
        Self::Stopped(stopped.reason())
    }
}

type Answer = Result<(), Failure>;

/// Returns the time for which another caller of the pace is held, in whole seconds.
///
/// The end of a hold is spread by up to the time between two attempts, which is 2.9 s at the lowest rate.
async fn held(pace: &Pace) -> u64 {
    #[retry(retry_on = Timeout, pace = pace)]
    async fn other(pace: &Pace) -> Answer {
        Ok(())
    }
    let begun = Instant::now();
    other(pace).await.unwrap();
    begun.elapsed().as_secs()
}

/// One attempt, which requests a hold and ends with `answer`.
#[retry(retry_on = Timeout, pace = pace, clone(answer))]
async fn request(pace: &Pace, hold: Duration, answer: Answer) -> Answer {
    hold_pace(hold);
    answer
}

#[tokio::test(start_paused = true)]
async fn a_success_holds_all_callers_until_the_service_has_something_left() {
    retry_runtime::random::seed(3);
    let pace = Pace::new();
    request(&pace, HOLD, Ok(())).await.unwrap();
    assert_eq!(held(&pace).await, 20);
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_is_not_about_the_load_does_too() {
    for class in [Class::Permanent, Class::Status(404), Class::Conflict, Class::Status(500)] {
        let pace = Pace::new();
        request(&pace, HOLD, Err(Failure::Of(class, None))).await.unwrap_err();
        assert!((20..24).contains(&held(&pace).await), "{class}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_longest_request_counts_up_to_the_longest_hint() {
    #[retry(retry_on = Timeout, pace = pace)]
    async fn thrice(pace: &Pace) -> Answer {
        (0..3).for_each(|at| hold_pace([2, 20, 1][at] * SECOND));
        Ok(())
    }
    #[retry(retry_on = Timeout, pace = pace, max_retry_after = 5s)]
    async fn briefly(pace: &Pace) -> Answer {
        hold_pace(Duration::MAX);
        Ok(())
    }
    let paces = [(); 4].map(|()| Pace::new());
    thrice(&paces[0]).await.unwrap();
    assert!((20..24).contains(&held(&paces[0]).await));
    request(&paces[1], 86_400 * SECOND, Ok(())).await.unwrap();
    assert!((60..62).contains(&held(&paces[1]).await));
    briefly(&paces[2]).await.unwrap();
    assert!((5..7).contains(&held(&paces[2]).await));
    request(&paces[3], Duration::ZERO, Ok(())).await.unwrap();
    assert_eq!(paces[3].held_until(), None);
}

/// Makes 20 calls within a second, of which the last one ends with `answer` and requests `hold`.
async fn twenty(hold: Duration, answer: Answer) -> Pace {
    let pace = Pace::new();
    for _ in 0..19 {
        request(&pace, Duration::ZERO, Ok(())).await.unwrap();
    }
    let _ = request(&pace, hold, answer).await;
    pace
}

#[tokio::test(start_paused = true)]
async fn a_rejection_holds_for_the_longer_time_and_cuts() {
    for (request, hint, time) in [(20, 3, 20), (3, 20, 20), (20, 0, 20)] {
        let rejected = Err(Failure::Of(Class::Throttled, Some(hint * SECOND)));
        let pace = twenty(request * SECOND, rejected).await;
        assert_eq!(held(&pace).await, time, "{request} {hint}");
        let other = twenty(Duration::ZERO, Err(Failure::Of(Class::Throttled, Some(20 * SECOND)))).await;
        assert_eq!(pace.to_string(), other.to_string());
    }
    let pace = twenty(HOLD, Err(Failure::Of(Class::Throttled, None))).await;
    let begun = Instant::now();
    assert_eq!(held(&pace).await, 20);
    // A rejection that nobody has cut for cuts; one that asked before a hold would not.
    let rejected = Err(Failure::Of(Class::Throttled, None));
    let _ = request(&pace, Duration::ZERO, rejected).await;
    assert!(begun.elapsed() >= HOLD);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_goes_on_holds_at_once() {
    #[retry(retry_on = Timeout, pace = pace)]
    async fn long(pace: &Pace) -> Answer {
        hold_pace(HOLD);
        sleep(15 * SECOND).await;
        Ok(())
    }
    let pace = Pace::new();
    let other = async {
        sleep(10 * SECOND).await;
        held(&pace).await
    };
    let (answer, waited) = tokio::join!(long(&pace), other);
    assert_eq!(answer, Ok(()));
    assert!((10..12).contains(&waited), "{waited}: no longer for the attempt's end");
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_cut_holds_too() {
    #[retry(retry_on = Conflict, pace = pace, attempt_timeout = 1s)]
    async fn hang(pace: &Pace) -> Answer {
        hold_pace(HOLD);
        std::future::pending().await
    }
    let pace = Pace::new();
    assert!(hang(&pace).await.is_err());
    assert!((19..23).contains(&held(&pace).await));
}

#[tokio::test(start_paused = true)]
async fn a_retry_of_the_same_call_waits_too() {
    #[retry(retry_on = Timeout, pace = pace, backoff = fixed(1ms), jitter = none)]
    async fn once_more(pace: &Pace, tries: &Cell<u32>) -> Answer {
        tries.set(tries.get() + 1);
        if tries.get() == 1 {
            hold_pace(HOLD);
            return Err(Failure::Of(Class::Timeout, None));
        }
        Ok(())
    }
    let (begun, tries) = (Instant::now(), Cell::new(0));
    once_more(&Pace::new(), &tries).await.unwrap();
    assert!(tries.get() == 2 && begun.elapsed() >= HOLD, "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn calls_in_steps_hold_too() {
    #[retry(retry_on = Timeout, pace = pace, on_retry = |_, _| hold_pace(HOLD), fallback = |_, _: Failure| Ok(()))]
    async fn in_steps(pace: &Pace, hold: Duration, error: Option<Class>) -> Answer {
        hold_pace(hold);
        error.map_or(Ok(()), |class| Err(Failure::Of(class, None)))
    }
    #[retry(retry_on = Timeout, retry_ok = |()| false, pace = pace)]
    async fn by_predicates(pace: &Pace) -> Answer {
        hold_pace(HOLD);
        Ok(())
    }
    let paces = [(); 4].map(|()| Pace::new());
    in_steps(&paces[0], HOLD, None).await.unwrap();
    assert!((20..24).contains(&held(&paces[0]).await));
    in_steps(&paces[1], HOLD, Some(Class::Permanent)).await.unwrap();
    assert!((20..24).contains(&held(&paces[1]).await));
    by_predicates(&paces[2]).await.unwrap();
    assert!((20..24).contains(&held(&paces[2]).await));
    in_steps(&paces[3], Duration::ZERO, Some(Class::Timeout)).await.unwrap();
    assert_eq!(paces[3].held_until(), None, "a hook is not part of an attempt");
}

/// First attempt and hedge, of which each requests a hold or not.
async fn hedged(first: Duration, hedge: Duration, first_takes: Duration) -> u64 {
    #[retry(retry_on = Timeout, budget = none, pace = pace, hedge = after(100ms, at_most = 0.5))]
    async fn race(pace: &Pace, holds: [Duration; 3], begun: &Cell<usize>, first_takes: Duration) -> Answer {
        let number = begun.replace(begun.get() + 1);
        sleep([Duration::ZERO, first_takes, SECOND][number]).await;
        hold_pace(holds[number]);
        Ok(())
    }
    let (pace, begun) = (Pace::new(), Cell::new(0));
    // A quick call allows a hedge.
    for _ in 0..2 {
        race(&pace, [Duration::ZERO, first, hedge], &begun, first_takes).await.unwrap();
    }
    assert_eq!(begun.get(), 3);
    held(&pace).await
}

#[tokio::test(start_paused = true)]
async fn both_attempts_of_a_hedged_call_hold() {
    let none = Duration::ZERO;
    assert!((20..24).contains(&hedged(HOLD, none, SECOND).await), "the first attempt wins");
    assert!((20..24).contains(&hedged(none, HOLD, 5 * SECOND).await), "the hedge wins");
    assert_eq!(hedged(HOLD, none, 5 * SECOND).await, 0, "the first attempt is dropped before");
}

#[tokio::test(start_paused = true)]
async fn a_loser_of_a_race_that_has_requested_a_hold_holds() {
    #[retry(retry_on = Timeout, budget = none, pace = pace, hedge = after(100ms, at_most = 0.5))]
    async fn race(pace: &Pace, begun: &Cell<usize>) -> Answer {
        match begun.replace(begun.get() + 1) {
            0 => return Ok(()),
            1 => sleep(SECOND).await,
            _ => {
                sleep(2 * SECOND).await;
                return Ok(());
            }
        }
        hold_pace(HOLD);
        Err(Failure::Of(Class::Timeout, None))
    }
    let (pace, begun) = (Pace::new(), Cell::new(0));
    race(&pace, &begun).await.unwrap();
    race(&pace, &begun).await.unwrap();
    assert!((18..23).contains(&held(&pace).await), "its failure was kept while the hedge ran");
}

static SHARED: Pace = Pace::new();

#[retry(retry_on = Timeout, pace = SHARED)]
fn blocking(hold: Duration) -> Answer {
    hold_pace(hold);
    Ok(())
}

#[test]
fn a_blocking_attempt_holds_at_its_end() {
    let clock = testing::pause();
    blocking(HOLD).unwrap();
    assert_eq!(clock.elapsed(), Duration::ZERO);
    blocking(Duration::ZERO).unwrap();
    assert!((HOLD..HOLD + 2 * SECOND).contains(&clock.elapsed()), "{:?}", clock.elapsed());
}

#[test]
fn a_blocking_attempt_that_panics_leaves_nothing_to_the_one_outside() {
    #[retry(retry_on = Timeout, pace = pace)]
    fn inner(pace: &Pace) -> Answer {
        hold_pace(HOLD);
        panic!("inside");
    }
    #[retry(retry_on = Timeout, pace = pace)]
    fn outer(pace: &Pace, of_inner: &Pace) -> Answer {
        std::panic::catch_unwind(AssertUnwindSafe(|| inner(of_inner))).unwrap_err();
        Ok(())
    }
    let _clock = testing::pause();
    let (pace, of_inner) = (Pace::new(), Pace::new());
    outer(&pace, &of_inner).unwrap();
    assert_eq!((pace.held_until(), of_inner.held_until()), (None, None));
    hold_pace(HOLD);
}

#[tokio::test(start_paused = true)]
async fn a_function_without_a_pace_is_part_of_the_attempt_that_calls_it() {
    static FIVE: RateLimit = RateLimit::per_second(5);
    #[retry(retry_on = Timeout, rate_limit = FIVE)]
    async fn limited() -> Answer {
        hold_pace(HOLD);
        Ok(())
    }
    #[retry(retry_on = Timeout)]
    async fn plain() -> Answer {
        limited().await
    }
    #[retry(retry_on = Timeout, pace = pace)]
    async fn outer(pace: &Pace) -> Answer {
        call(&Policy::new().retry_on(Classes::new().timeout()), plain).await
    }
    let pace = Pace::new();
    outer(&pace).await.unwrap();
    assert!((20..24).contains(&held(&pace).await));
    plain().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_function_with_a_pace_of_its_own_holds_that_alone() {
    #[retry(retry_on = Timeout, pace = pace)]
    async fn outer(pace: &Pace, of_inner: &Pace, hold: Duration) -> Answer {
        hold_pace(hold);
        request(of_inner, HOLD, Ok(())).await
    }
    let paces = [(); 4].map(|()| Pace::new());
    outer(&paces[0], &paces[1], Duration::ZERO).await.unwrap();
    assert_eq!(paces[0].held_until(), None);
    assert!((20..24).contains(&held(&paces[1]).await));
    outer(&paces[2], &paces[3], 7 * SECOND).await.unwrap();
    assert!((7..9).contains(&held(&paces[2]).await), "the inner call leaves its request");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_held_outside_of_attempts_with_a_pace() {
    #[retry(retry_on = Timeout, pace = pace)]
    async fn spawned(pace: &Pace) -> Answer {
        tokio::spawn(async { hold_pace(HOLD) }).await.unwrap();
        Ok(())
    }
    #[retry(retry_on = Timeout, pace = pace)]
    async fn panics(pace: &Pace) -> Answer {
        hold_pace(HOLD);
        panic!("inside");
    }
    let pace = Pace::new();
    hold_pace(HOLD);
    spawned(&pace).await.unwrap();
    AssertUnwindSafe(panics(&pace)).catch_unwind().await.unwrap_err();
    assert_eq!((held(&pace).await, pace.held_until()), (0, None));
}

#[tokio::test(start_paused = true)]
async fn a_scope_holds_its_own_pace_in_its_own_time() {
    static STATIC: Pace = Pace::new();
    #[retry(retry_on = Timeout, pace = STATIC)]
    async fn one(hold: Duration) -> Answer {
        hold_pace(hold);
        Ok(())
    }
    let scope = testing::scope();
    one(HOLD).await.unwrap();
    one(Duration::ZERO).await.unwrap();
    let waited = scope.elapsed();
    assert!((HOLD..HOLD + 2 * SECOND).contains(&waited), "{waited:?}");
    drop(scope);
    assert_eq!(STATIC.held_until(), None);
}
