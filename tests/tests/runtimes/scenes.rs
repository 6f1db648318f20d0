//! Delays, timeouts, deadlines, cancellation and shared limits: alike on each runtime.

use std::cell::Cell;
use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use retry_runtime::{Breaker, Budget, RateLimit, StopReason, retry};
use retry_tests::Fault;

use crate::run::{on_paused_thread, on_tokio};
use crate::stepped::{Stepped, on_stepped};

const SECOND: Duration = Duration::from_secs(1);

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn count(tries: &Cell<u32>) -> u32 {
    tries.set(tries.get() + 1);
    tries.get()
}

/// Polls a future once.
async fn poll_once<F: Future>(mut future: Pin<&mut F>) {
    poll_fn(|cx| {
        let _ = future.as_mut().poll(cx);
        Poll::Ready(())
    })
    .await;
}

/// Completes once the flag is set.
async fn set(flag: Rc<Cell<bool>>) {
    poll_fn(|_| if flag.get() { Poll::Ready(()) } else { Poll::Pending }).await;
}

/// The scenes on one runtime: its name in the attribute, and its executor.
macro_rules! scenes {
    ($($name:ident: $runtime:ident, $run:ident;)*) => {$(
        mod $name {
            use super::*;

            #[retry(retry_on = Timeout, backoff = exp(100ms, 10s), jitter = none, runtime = $runtime)]
            async fn delayed(tries: &Cell<u32>) -> Result<u32, Fault> {
                if count(tries) < 3 { Err(Fault::Timeout) } else { Ok(tries.get()) }
            }

            #[test]
            fn a_retry_waits_for_its_delay() {
                assert_eq!($run(delayed(&Cell::new(0))), (Ok(3), millis(100 + 200)));
            }

            #[retry(retry_on = Timeout, backoff = fixed(1s), jitter = none, attempt_timeout = 5s, runtime = $runtime)]
            async fn silent(tries: &Cell<u32>) -> Result<u32, Fault> {
                if count(tries) < 3 { pending().await } else { Ok(tries.get()) }
            }

            #[test]
            fn an_attempt_that_is_silent_is_cut() {
                assert_eq!($run(silent(&Cell::new(0))), (Ok(3), (5 + 1 + 5 + 1) * SECOND));
            }

            /// Ends after `time`.
            #[retry(retry_on = Connect, attempt_timeout = time, runtime = $runtime)]
            async fn passes(time: Duration) -> Result<(), Fault> {
                pending().await
            }

            #[retry(
                retry_on = Timeout, max_attempts = 5, backoff = fixed(1500ms), jitter = none, deadline = patience,
                attempt_timeout = 700ms, runtime = $runtime,
            )]
            async fn late(tries: &Cell<u32>, patience: Duration) -> Result<(), Fault> {
                count(tries);
                pending().await
            }

            #[test]
            fn a_deadline_cuts_the_last_attempt() {
                let tries = Cell::new(0);
                let (ended, time) = $run(late(&tries, millis(2500)));
                assert_eq!((ended, tries.get()), (Err(Fault::Stopped(StopReason::Deadline, 2)), 2));
                assert_eq!(time, millis(2500), "the second attempt began at 2200 ms");
            }

            #[retry(retry_on = Timeout, max_attempts = 5, backoff = fixed(1500ms), jitter = none, deadline = patience, runtime = $runtime)]
            async fn late_delay(patience: Duration) -> Result<(), Fault> {
                let _ = patience;
                Err(Fault::Timeout)
            }

            #[test]
            fn no_delay_passes_the_deadline() {
                assert_eq!($run(late_delay(millis(2500))), (Err(Fault::Timeout), millis(1500)));
            }

            #[retry(
                retry_on = Timeout, backoff = fixed(60s), jitter = none, cancel = set(flag.clone()), runtime = $runtime,
            )]
            async fn cancelled(flag: Rc<Cell<bool>>, sets: bool) -> Result<(), Fault> {
                flag.set(sets);
                if sets { pending().await } else { Err(Fault::Timeout) }
            }

            #[test]
            fn cancellation_ends_an_attempt() {
                let (ended, time) = $run(cancelled(Rc::default(), true));
                assert_eq!((ended, time), (Err(Fault::Stopped(StopReason::Cancelled, 1)), Duration::ZERO));
            }

            /// Fails once; then it hangs, or succeeds.
            #[retry(retry_on = Timeout, backoff = none, budget = budget, runtime = $runtime)]
            async fn in_line(tries: &Cell<u32>, budget: &Budget, hangs: bool) -> Result<(), Fault> {
                let _ = budget;
                match (count(tries), hangs) {
                    (1, _) => Err(Fault::Timeout),
                    (_, true) => pending().await,
                    (_, false) => Ok(()),
                }
            }

            #[test]
            fn a_retry_waits_in_line_for_its_budget() {
                let budget = Budget::credit();
                let tries = [const { Cell::new(0) }; 4];
                let (ended, time) = $run(async {
                    let [hung @ .., last] = &tries;
                    let mut hung: Vec<_> = hung.iter().map(|tries| Box::pin(in_line(tries, &budget, true))).collect();
                    for call in &mut hung {
                        poll_once(call.as_mut()).await;
                    }
                    in_line(last, &budget, false).await
                });
                assert_eq!((ended, time), (Ok(()), millis(500)), "a line is silent for at most 500 ms");
                assert_eq!(tries.map(Cell::into_inner), [2; 4]);
            }

            #[test]
            fn an_attempt_waits_for_its_rate_limit() {
                #[retry(retry_on = Timeout, backoff = none, rate_limit = limit, runtime = $runtime)]
                async fn limited(limit: &RateLimit) -> Result<(), Fault> {
                    let _ = limit;
                    Ok(())
                }

                let limit = RateLimit::per_second(2).burst(1);
                let (ended, time) = $run(async {
                    (limited(&limit).await, limited(&limit).await, limited(&limit).await)
                });
                assert_eq!((ended, time), ((Ok(()), Ok(()), Ok(())), SECOND));
            }

            #[test]
            fn a_breaker_opens_and_closes() {
                #[retry(retry_on = Connect, breaker = breaker, runtime = $runtime)]
                async fn guarded(breaker: &Breaker, answer: Result<(), Fault>) -> Result<(), Fault> {
                    let _ = breaker;
                    answer.clone()
                }

                let breaker = Breaker::new().window_calls(4).minimum_calls(2);
                let rejected = Err(Fault::Stopped(StopReason::Breaker, 0));
                $run(async {
                    for _ in 0..2 {
                        assert_eq!(guarded(&breaker, Err(Fault::Timeout)).await, Err(Fault::Timeout));
                    }
                    assert_eq!(guarded(&breaker, Ok(())).await, rejected);
                    let _ = passes(120 * SECOND).await;
                    assert_eq!(guarded(&breaker, Ok(())).await, Ok(()));
                });
            }
        }
    )*};
}

scenes! {
    tokio: tokio, on_tokio;
    smol: smol, on_paused_thread;
    futures_timer: futures_timer, on_paused_thread;
    stepped: Stepped, on_stepped;
}
