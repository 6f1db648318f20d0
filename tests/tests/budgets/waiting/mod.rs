//! Retries that wait in line for their budget, on virtual time: batches lose nothing, and a dead service holds nobody.
//!
//! The bands are those of simulations over many cells; here the calls of the product run on tokio's paused clock.

mod batches;
mod class_limits;
mod interactive;
mod leaving;
mod model;
mod sharing;
mod silence;
mod table;

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use retry_tests::Fault;
use tokio::sync::Semaphore;
use tokio::task::{JoinSet, LocalSet};
use tokio::time::{Instant, sleep};

/// Runs `scene` on a paused clock, with the delays of `seed`.
fn on_virtual_time<T>(seed: u64, scene: impl Future<Output = T>) -> T {
    retry_runtime::random::seed(seed);
    STATE.set(0x2545_F491_4F6C_DD1D ^ seed);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(LocalSet::new().run_until(scene))
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Service that answers after a round trip.
struct Service {
    round_trip: Duration,
    attempts: Cell<u64>,
    fails: Box<dyn Fn(Request) -> bool>,
    begin: Instant,
}

/// What a service knows of a request.
#[derive(Clone, Copy)]
struct Request {
    /// Number of the attempt of its call, from 1.
    attempt: u32,
    /// Time since the service began.
    at: Duration,
    /// Uniform in 0 to 1.
    chance: f64,
}

impl Service {
    fn new(round_trip: Duration, fails: impl Fn(Request) -> bool + 'static) -> Rc<Self> {
        Rc::new(Self { round_trip, attempts: Cell::new(0), fails: Box::new(fails), begin: Instant::now() })
    }

    async fn ask(&self, attempt: u32) -> Result<(), Fault> {
        self.attempts.set(self.attempts.get() + 1);
        let at = self.begin.elapsed();
        sleep(self.round_trip).await;
        if (self.fails)(Request { attempt, at, chance: chance() }) { Err(Fault::Timeout) } else { Ok(()) }
    }
}

thread_local!(static STATE: Cell<u64> = const { Cell::new(1) });

/// Returns the next number of a generator that each scene seeds anew.
#[allow(clippy::cast_precision_loss)]
fn chance() -> f64 {
    let mut state = STATE.get();
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    STATE.set(state);
    (state >> 11) as f64 / (1_u64 << 53) as f64
}

/// End of a batch.
#[derive(Debug)]
struct Batch {
    lost: usize,
    time: Duration,
}

/// Runs `items` calls, at most `at_once` at a time.
async fn batch<E: 'static, F: Future<Output = Result<(), E>> + 'static>(
    items: usize,
    at_once: usize,
    call: impl Fn(usize) -> F,
) -> Batch {
    let (begin, slots) = (Instant::now(), Rc::new(Semaphore::new(at_once)));
    let mut calls = JoinSet::new();
    for item in 0..items {
        let (slots, call) = (slots.clone(), call(item));
        calls.spawn_local(async move {
            let _slot = slots.acquire().await.expect("it is never closed");
            call.await
        });
    }
    let lost = calls.join_all().await.iter().filter(|outcome| outcome.is_err()).count();
    Batch { lost, time: begin.elapsed() }
}

/// Times that calls were held between the end of their first attempt and their own end.
#[derive(Default)]
struct Held(RefCell<Vec<Duration>>);

impl Held {
    fn percentile(&self, percent: usize) -> Duration {
        let mut times = self.0.borrow().clone();
        times.sort_unstable();
        times[(times.len() - 1) * percent / 100]
    }
}
