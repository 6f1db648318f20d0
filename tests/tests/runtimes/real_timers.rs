//! The timers themselves: they wake, and a call that waits for a long one can be dropped or cancelled.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use retry_runtime::driver::{FuturesTimer, Runtime, Smol};
use retry_runtime::{Budget, Classes, Moment, Policy, retry};
use retry_tests::Fault;

use crate::run::block_on;

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Completes once the flag is set.
async fn set(flag: Rc<Cell<bool>>) {
    poll_fn(|_| if flag.get() { Poll::Ready(()) } else { Poll::Pending }).await;
}

fn is_send<T: Send>(_: &T) {}

/// The scenes on one runtime: its name in the attribute, its type, and an executor.
macro_rules! scenes {
    ($($name:ident: $runtime:ident, $ty:ident, $run:path;)*) => {$(
        mod $name {
            use super::*;

            #[retry(retry_on = Timeout, backoff = fixed(1ms), jitter = none, attempt_timeout = 1ms, runtime = $runtime)]
            async fn short(tries: &Cell<u32>) -> Result<u32, Fault> {
                tries.set(tries.get() + 1);
                match tries.get() {
                    1 => Err(Fault::Timeout),
                    2 => std::future::pending().await,
                    tries => Ok(tries),
                }
            }

            #[test]
            fn its_timers_wake() {
                let begin = Instant::now();
                assert_eq!($run(short(&Cell::new(0))), Ok(3));
                assert!(begin.elapsed() >= Duration::from_millis(3));
            }

            #[retry(retry_on = Timeout, backoff = fixed(1h), jitter = none, budget = budget, runtime = $runtime)]
            async fn long(tries: &Cell<u32>, budget: &Budget) -> Result<(), Fault> {
                let _ = budget;
                tries.set(tries.get() + 1);
                Err(Fault::Timeout)
            }

            #[test]
            fn a_call_that_is_dropped_runs_no_further() {
                let (tries, budget) = (Cell::new(0), Budget::credit());
                let left = || budget.left(3, || Moment::ORIGIN);
                {
                    let mut call = pin!(long(&tries, &budget));
                    assert!(poll(call.as_mut()).is_pending());
                    assert!(poll(call.as_mut()).is_pending(), "it waits");
                }
                assert_eq!((tries.get(), left()), (1, 42), "what the retry has withdrawn comes back");
            }

            #[retry(retry_on = Timeout, backoff = fixed(1h), jitter = none, cancel = set(flag), runtime = $runtime)]
            async fn cancelled(flag: Rc<Cell<bool>>) -> Result<(), Fault> {
                Err(Fault::Timeout)
            }

            #[test]
            fn cancellation_ends_a_delay() {
                let flag = Rc::new(Cell::new(false));
                let mut call = pin!(cancelled(flag.clone()));
                assert!(poll(call.as_mut()).is_pending());
                flag.set(true);
                assert_eq!(poll(call.as_mut()), Poll::Ready(Err(Fault::Timeout)));
            }

            #[retry(retry_on = Timeout, attempt_timeout = 1s, deadline = 9s, runtime = $runtime)]
            async fn spawned() -> Result<(), Fault> {
                Ok(())
            }

            #[retry(retry_on = Timeout, runtime = D)]
            async fn on_any<D: Runtime>() -> Result<(), Fault> {
                Ok(())
            }

            #[test]
            fn a_call_can_be_spawned() {
                is_send(&spawned());
                is_send(&on_any::<$ty>());
                assert_eq!($run(on_any::<$ty>()), Ok(()));
            }

            #[test]
            fn an_expression_runs_on_it() {
                const POLICY: Policy = Policy::new()
                    .retry_on(Classes::new().timeout())
                    .backoff(retry_runtime::Backoff::fixed(Duration::from_millis(1)));
                let mut tries = 0;
                let answer = $run(retry_runtime::on::<$ty>().call_mut(&POLICY, async || {
                    tries += 1;
                    if tries < 3 { Err(Fault::Timeout) } else { Ok(tries) }
                }));
                assert_eq!(answer, Ok(3));
            }
        }
    )*};
}

scenes! {
    smol: smol, Smol, async_io::block_on;
    smol_on_another_executor: smol, Smol, block_on;
    futures_timer: futures_timer, FuturesTimer, block_on;
}
