//! Annotated functions under a concurrency limit.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use retry_runtime::breaker::State;
use retry_runtime::{Breaker, Concurrency, KeyedConcurrency, StopReason, retry, testing};
use retry_tests::Fault;
use tokio::time::{Instant, sleep, timeout};

const SECOND: Duration = Duration::from_secs(1);

#[retry(retry_on = Timeout, backoff = none, concurrency = limit, deadline = patience)]
async fn work(limit: &Concurrency, patience: Duration, time: Duration) -> Result<(), Fault> {
    sleep(time).await;
    Ok(())
}

#[retry(retry_on = Timeout, concurrency = limit)]
async fn without_deadline(limit: &Concurrency, time: Duration) -> Result<(), Fault> {
    sleep(time).await;
    Ok(())
}

const NO_PLACE: Result<(), Fault> = Err(Fault::Stopped(StopReason::Concurrency, 0));

#[tokio::test(start_paused = true)]
async fn calls_go_in_the_order_in_which_they_asked() {
    let (limit, order, begun) = (Concurrency::new(2), RefCell::new(Vec::new()), Instant::now());
    let calls = (0..10).map(|caller| {
        let (limit, order) = (&limit, &order);
        async move {
            work(limit, 100 * SECOND, SECOND).await.unwrap();
            order.borrow_mut().push(caller);
        }
    });
    futures_util::future::join_all(calls).await;
    assert_eq!((order.take(), begun.elapsed().as_secs()), ((0..10).collect(), 5));
    assert_eq!(limit.in_use(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_for_half_of_the_time_that_is_left_or_as_long_as_it_takes() {
    let limit = Concurrency::new(1);
    let holds = work(&limit, 100 * SECOND, 10 * SECOND);
    let waits = async {
        let begun = Instant::now();
        let ended = (work(&limit, 3 * SECOND, SECOND).await, begun.elapsed());
        assert_eq!(ended, (NO_PLACE, SECOND * 3 / 2));
        let begun = Instant::now();
        // The other has its place for 8.5 s more.
        let ended = (without_deadline(&limit, SECOND).await, begun.elapsed());
        assert_eq!(ended, (Ok(()), SECOND * 19 / 2));
    };
    let (held, ()) = tokio::join!(holds, waits);
    held.unwrap();
}

#[tokio::test(start_paused = true)]
async fn without_a_deadline_younger_calls_go_first_after_half_a_second() {
    let (limit, order) = (Concurrency::new(1), RefCell::new(Vec::new()));
    let calls = [(0, 700), (0, 100), (10, 100), (600, 100), (300, 100), (650, 100)];
    let calls = calls.into_iter().enumerate().map(|(caller, (at, takes))| {
        let (limit, order) = (&limit, &order);
        async move {
            sleep(Duration::from_millis(at)).await;
            without_deadline(limit, Duration::from_millis(takes)).await.unwrap();
            order.borrow_mut().push(caller);
        }
    });
    futures_util::future::join_all(calls).await;
    // At 700 ms the second and third are overdue.
    assert_eq!((order.take(), limit.in_use()), (vec![0, 4, 3, 5, 1, 2], 0));
}

#[tokio::test(start_paused = true)]
async fn an_overdue_call_that_is_dropped_leaves_the_queue() {
    let limit = Concurrency::new(1);
    let holds = work(&limit, 100 * SECOND, 3 * SECOND);
    let leaves = async {
        timeout(SECOND, without_deadline(&limit, SECOND)).await.unwrap_err();
        sleep(3 * SECOND).await;
        assert_eq!(limit.in_use(), 0, "who left got no place");
        without_deadline(&limit, SECOND).await.unwrap();
    };
    let (held, ()) = tokio::join!(holds, leaves);
    held.unwrap();
    assert_eq!(limit.in_use(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_limit_may_set_the_wait_or_refuse_at_once() {
    for (limit, waits) in
        [(Concurrency::new(1).wait(SECOND / 5), SECOND / 5), (Concurrency::new(1).refusing(), Duration::ZERO)]
    {
        let holds = work(&limit, 100 * SECOND, SECOND);
        let refused = async {
            let begun = Instant::now();
            assert_eq!((without_deadline(&limit, SECOND).await, begun.elapsed()), (NO_PLACE, waits));
        };
        let (held, ()) = tokio::join!(holds, refused);
        held.unwrap();
    }
}

static AT_ONCE: AtomicU32 = AtomicU32::new(0);
static MOST: AtomicU32 = AtomicU32::new(0);

#[retry(retry_on = Timeout, concurrency = 3, deadline = 100s)]
async fn by_number() -> Result<(), Fault> {
    MOST.fetch_max(AT_ONCE.fetch_add(1, SeqCst) + 1, SeqCst);
    sleep(SECOND).await;
    AT_ONCE.fetch_sub(1, SeqCst);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_number_is_a_limit_of_the_operation() {
    let tasks: Vec<_> = (0..12).map(|_| tokio::spawn(by_number())).collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(MOST.load(SeqCst), 3);
}

const AT_A_TIME: u32 = 1;

#[retry(retry_on = Timeout, concurrency = limit(AT_A_TIME, wait = 200ms))]
async fn with_wait(time: Duration) -> Result<(), Fault> {
    sleep(time).await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_the_operation_may_set_the_wait() {
    let begun = Instant::now();
    let (first, second) = tokio::join!(with_wait(SECOND), with_wait(SECOND));
    assert_eq!((first, second, begun.elapsed()), (Ok(()), NO_PLACE, SECOND));
}

#[retry(retry_on = Timeout, backoff = fixed(1s), jitter = none, concurrency = limit)]
async fn fails_once(limit: &Concurrency, tried: &Cell<u32>, in_use: &Cell<u32>) -> Result<(), Fault> {
    tried.set(tried.get() + 1);
    in_use.set(limit.in_use());
    if tried.get() == 1 { Err(Fault::Timeout) } else { Ok(()) }
}

#[tokio::test(start_paused = true)]
async fn a_call_has_no_place_during_its_delays() {
    let (limit, tried, in_use) = (Concurrency::new(1), Cell::new(0), Cell::new(0));
    let looks = async {
        sleep(SECOND / 2).await;
        assert_eq!((tried.get(), limit.in_use()), (1, 0));
    };
    let (done, ()) = tokio::join!(fails_once(&limit, &tried, &in_use), looks);
    done.unwrap();
    assert_eq!((tried.get(), in_use.get(), limit.in_use()), (2, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_gives_its_place_back_and_leaves_the_queue() {
    let limit = Concurrency::new(1);
    timeout(SECOND, work(&limit, 100 * SECOND, 10 * SECOND)).await.unwrap_err();
    assert_eq!(limit.in_use(), 0, "it ran");
    let holds = work(&limit, 100 * SECOND, 3 * SECOND);
    let leaves = async {
        timeout(SECOND, work(&limit, 100 * SECOND, SECOND)).await.unwrap_err();
        work(&limit, 100 * SECOND, SECOND).await.unwrap();
    };
    let begun = Instant::now();
    let (held, ()) = tokio::join!(holds, leaves);
    held.unwrap();
    assert_eq!((begun.elapsed(), limit.in_use()), (4 * SECOND, 0), "who left got no place");
}

/// Notes the places in use while it is dropped, as a connection that closes.
struct Connection<'a>(&'a Concurrency, &'a Cell<u32>);

impl Drop for Connection<'_> {
    fn drop(&mut self) {
        self.1.set(self.0.in_use());
    }
}

#[retry(retry_on = Timeout, concurrency = limit)]
async fn plain(limit: &Concurrency, at_close: &Cell<u32>) -> Result<(), Fault> {
    let _connection = Connection(limit, at_close);
    core::future::pending().await
}

#[retry(retry_on = Timeout, concurrency = limit, hedge = after(100ms))]
async fn hedged(limit: &Concurrency, at_close: &Cell<u32>) -> Result<(), Fault> {
    let _connection = Connection(limit, at_close);
    core::future::pending().await
}

#[retry(retry_on = Timeout, concurrency = limit, on_retry = |_, _| {})]
async fn with_hook(limit: &Concurrency, at_close: &Cell<u32>) -> Result<(), Fault> {
    let _connection = Connection(limit, at_close);
    core::future::pending().await
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_dropped_has_its_place_until_its_body_is_dropped() {
    let (limit, at_close) = (Concurrency::new(1), Cell::new(0));
    let calls: [(&str, futures_util::future::LocalBoxFuture<'_, Result<(), Fault>>); 3] = [
        ("plain", Box::pin(plain(&limit, &at_close))),
        ("hedged", Box::pin(hedged(&limit, &at_close))),
        ("with a hook", Box::pin(with_hook(&limit, &at_close))),
    ];
    for (name, call) in calls {
        timeout(SECOND, call).await.unwrap_err();
        assert_eq!((at_close.replace(0), limit.in_use()), (1, 0), "{name}");
    }
}

static OPEN: Breaker = Breaker::new().window_calls(2).minimum_calls(2);

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, breaker = OPEN, concurrency = limit)]
async fn behind_breaker(limit: &Concurrency) -> Result<(), Fault> {
    Err(Fault::Timeout)
}

#[tokio::test(start_paused = true)]
async fn an_open_breaker_rejects_before_anybody_waits() {
    let limit = Concurrency::new(1);
    let _ = behind_breaker(&limit).await;
    let _ = behind_breaker(&limit).await;
    assert_eq!(OPEN.state(), State::Open);
    let holds = without_deadline(&limit, SECOND);
    let rejected = async {
        let begun = Instant::now();
        let ended = behind_breaker(&limit).await;
        assert_eq!((ended, begun.elapsed()), (Err(Fault::Stopped(StopReason::Breaker, 0)), Duration::ZERO));
    };
    let (held, ()) = tokio::join!(holds, rejected);
    held.unwrap();
    assert_eq!(limit.in_use(), 0);
}

static PER_HOST: KeyedConcurrency<String> = KeyedConcurrency::new(Concurrency::new(1).refusing());

#[retry(retry_on = Timeout, concurrency = PER_HOST.get(host))]
async fn of_host(host: &str) -> Result<(), Fault> {
    sleep(SECOND).await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn each_host_has_places_of_its_own() {
    let (a, b, again) = tokio::join!(of_host("a"), of_host("b"), of_host("a"));
    assert_eq!((a, b, again), (Ok(()), Ok(()), NO_PLACE));
}

static THREADS: Concurrency = Concurrency::new(2).wait(Duration::from_mins(1));
static RUNNING: AtomicU32 = AtomicU32::new(0);

#[retry(retry_on = Timeout, concurrency = THREADS)]
fn blocking() -> Result<(), Fault> {
    assert!(RUNNING.fetch_add(1, SeqCst) < 2, "one attempt too many");
    std::thread::yield_now();
    RUNNING.fetch_sub(1, SeqCst);
    Ok(())
}

#[test]
fn threads_share_places_and_wake_each_other() {
    std::thread::scope(|threads| {
        for _ in 0..8 {
            threads.spawn(|| (0..500).for_each(|_| blocking().unwrap()));
        }
    });
    assert_eq!(THREADS.in_use(), 0);
}

#[retry(retry_on = Timeout, concurrency = limit)]
fn panics(limit: &Concurrency) -> Result<(), Fault> {
    panic!("in the body, with {} in use", limit.in_use())
}

#[test]
fn a_body_that_panics_gives_its_place_back() {
    let limit = Concurrency::new(1);
    let body = std::panic::AssertUnwindSafe(|| panics(&limit));
    std::panic::catch_unwind(body).unwrap_err();
    assert_eq!(limit.in_use(), 0);
}

#[test]
fn a_blocking_call_does_not_wait_for_its_own_place_for_good() {
    let (clock, limit) = (testing::pause(), Concurrency::new(1));
    #[retry(retry_on = Timeout, concurrency = limit)]
    fn inner(limit: &Concurrency) -> Result<(), Fault> {
        Ok(())
    }
    #[retry(retry_on = Timeout, concurrency = limit)]
    fn outer(limit: &Concurrency, ended: &Cell<Option<Result<(), Fault>>>) -> Result<(), Fault> {
        ended.set(Some(inner(limit)));
        Ok(())
    }
    let ended = Cell::new(None);
    outer(&limit, &ended).unwrap();
    assert_eq!((ended.take(), clock.elapsed()), (Some(NO_PLACE), 600 * SECOND + SECOND / 2));
}

#[test]
fn a_limit_displays_as_it_was_made() {
    let texts = [
        (Concurrency::new(20), "new(20)"),
        (Concurrency::new(20).wait(SECOND / 5), "new(20), wait(200ms)"),
        (Concurrency::new(1).refusing().fresh(), "new(1), refusing"),
    ];
    for (limit, text) in texts {
        assert_eq!(limit.to_string(), text);
    }
    for attempts in [0, 1_000_001] {
        assert!(Concurrency::try_new(attempts).is_err(), "{attempts}");
    }
}
