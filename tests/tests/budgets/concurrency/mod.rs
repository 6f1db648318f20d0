//! Calls under a concurrency limit, on virtual time: annotated functions and a service with 20 places.
//!
//! The bands are those of simulations over many seeds. An attempt takes an exponential time of 50 ms on average, so the
//! service serves 400 calls per second; calls come at random moments and have a second.

mod batches;
mod keys;
mod overload;
mod without_deadline;

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use retry_runtime::{Concurrency, retry};
use retry_tests::Fault;
use tokio::task::{JoinSet, LocalSet};
use tokio::time::{Instant, sleep, sleep_until};

use crate::hedging::servers::Random;

const SECOND: Duration = Duration::from_secs(1);
const SERVICE: Duration = Duration::from_millis(50);
const PLACES: u32 = 20;

/// Calls per second that the service can serve.
const CAPACITY: f64 = 400.0;

const SEEDS: std::ops::RangeInclusive<u64> = 1..=3;

/// Runs `scene` on a paused clock.
fn on_virtual_time<T>(scene: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(LocalSet::new().run_until(scene))
}

#[retry(retry_on = Timeout, deadline = 1s, concurrency = limit)]
async fn with_deadline(limit: &Concurrency, time: Duration) -> Result<(), Fault> {
    sleep(time).await;
    Ok(())
}

#[retry(retry_on = Timeout, concurrency = limit)]
async fn without_deadline(limit: &Concurrency, time: Duration) -> Result<(), Fault> {
    sleep(time).await;
    Ok(())
}

/// Load of a scene, as a share of the capacity from each of these seconds on. The last has none.
type Load<'l> = &'l [(u64, f64)];

/// Call that has ended.
struct Ended {
    sent: Duration,
    took: Duration,
    result: Result<(), Fault>,
}

/// Calls of a scene.
#[derive(Default)]
struct Results(RefCell<Vec<Ended>>);

impl Results {
    /// Returns the calls sent in these seconds, and those of them that succeeded within a second.
    fn sent_and_good(&self, from: u64, to: u64) -> (f64, f64) {
        let calls = self.0.borrow();
        let sent = calls.iter().filter(|call| (from..to).contains(&call.sent.as_secs()));
        let (mut all, mut good) = (0.0, 0.0);
        for call in sent {
            all += 1.0;
            good += f64::from(u8::from(call.result.is_ok() && call.took <= SECOND));
        }
        (all, good)
    }

    /// Returns the share of the capacity that served calls sent in these seconds in time.
    fn of_capacity(&self, from: u64, to: u64) -> f64 {
        self.sent_and_good(from, to).1 / (CAPACITY * Duration::from_secs(to - from).as_secs_f64())
    }

    /// Returns the share of the calls sent in these seconds that succeeded in time.
    fn of_sent(&self, from: u64, to: u64) -> f64 {
        let (sent, good) = self.sent_and_good(from, to);
        good / sent
    }

    fn failed(&self) -> usize {
        self.0.borrow().iter().filter(|call| call.result.is_err()).count()
    }
}

/// Sends calls at random moments, waits for all of them, and returns what they came to.
async fn send<F>(seed: u64, load: Load<'_>, call: impl Fn(Duration) -> F) -> Results
where
    F: Future<Output = Result<(), Fault>> + 'static,
{
    let (results, mut random, mut calls) = (Rc::new(Results::default()), Random::new(seed), JoinSet::new());
    let (begun, mut at) = (Instant::now(), 0.0);
    for part in load.windows(2) {
        let end = Duration::from_secs(part[1].0).as_secs_f64();
        while at < end {
            at += random.exponential(1.0 / (part[0].1 * CAPACITY));
            let work = Duration::from_secs_f64(random.exponential(SERVICE.as_secs_f64()));
            sleep_until(begun + Duration::from_secs_f64(at)).await;
            let (results, call, sent) = (results.clone(), call(work), begun.elapsed());
            calls.spawn_local(async move {
                let result = call.await;
                let took = begun.elapsed().saturating_sub(sent);
                results.0.borrow_mut().push(Ended { sent, took, result });
            });
            while calls.try_join_next().is_some() {}
        }
    }
    while calls.join_next().await.is_some() {}
    Rc::into_inner(results).unwrap()
}
