//! Callers that share a pace, on virtual time: annotated functions and a service with a quota.
//!
//! The bands are those of simulations over many seeds. 50 workers call in a closed loop for two minutes; the service takes
//! 200 ms and rejects within 20 ms; a call has three attempts and 30 s.

mod scenes;
mod service;

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use retry_runtime::http::check_head;
use retry_runtime::{Budget, Pace, retry};
use tokio::task::{JoinSet, LocalSet};
use tokio::time::Instant;

use self::service::{Rejected, Service};

const SECOND: Duration = Duration::from_secs(1);

/// Runs `scene` on a paused clock, with the delays of `seed`.
///
/// It begins in a part of a second that the seed chooses.
fn on_virtual_time<T>(seed: u64, scene: impl Future<Output = T>) -> T {
    retry_runtime::random::seed(seed);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        tokio::time::advance(Duration::from_millis(seed * 370 % 1000)).await;
        LocalSet::new().run_until(scene).await
    })
}

/// What the callers of one process share. Scenes run beside each other, each on a clock of its own.
struct Process {
    pace: Pace,
    budget: Budget,
}

impl Process {
    fn new() -> Rc<Self> {
        Rc::new(Self { pace: Pace::new(), budget: Budget::credit() })
    }
}

#[retry(max_attempts = 3, retry_on = (Throttled, Unavailable), deadline = patience, pace = &process.pace, budget = &process.budget)]
async fn ask(service: &Service, process: &Process, patience: Duration) -> Result<(), Rejected> {
    service.ask().await
}

/// Same function over HTTP, whose responses say by headers what is left.
#[retry(max_attempts = 3, retry_on = (Throttled, Unavailable), deadline = patience, pace = &process.pace, budget = &process.budget)]
async fn ask_by_http(service: &Service, process: &Process, patience: Duration) -> Result<(), Rejected> {
    check_head(service.request().await)?;
    Ok(())
}

/// Same function without a pace.
#[retry(max_attempts = 3, retry_on = (Throttled, Unavailable), deadline = patience, budget = &process.budget)]
async fn ask_without_pace(service: &Service, process: &Process, patience: Duration) -> Result<(), Rejected> {
    service.ask().await
}

/// Results of the calls of a scene.
#[derive(Debug, Default)]
struct Results {
    served: Cell<u32>,
    failed: Cell<u32>,
    times: RefCell<Vec<Duration>>,
}

impl Results {
    async fn record(&self, call: impl Future<Output = Result<(), Rejected>>) {
        let begun = Instant::now();
        let count = match call.await {
            Ok(()) => {
                self.times.borrow_mut().push(begun.elapsed());
                &self.served
            }
            Err(_) => &self.failed,
        };
        count.set(count.get() + 1);
    }

    /// Share of calls that failed.
    fn failed(&self) -> f64 {
        f64::from(self.failed.get()) / f64::from(self.failed.get() + self.served.get())
    }

    /// The 99th percentile of the times of calls that were served.
    fn p99(&self) -> Duration {
        let mut times = self.times.borrow_mut();
        times.sort_unstable();
        times[times.len() * 99 / 100]
    }
}

/// Fairness over workers by Jain's index: 1 if all got as much.
fn fairness(workers: &[Rc<Results>]) -> f64 {
    let served = || workers.iter().map(|worker| f64::from(worker.served.get()));
    let (sum, squares): (f64, f64) = (served().sum(), served().map(|served| served * served).sum());
    let count: f64 = served().map(|_| 1.0).sum();
    sum * sum / (count * squares)
}

/// Runs workers in a closed loop: `processes` with `each` of them. Returns the results by worker.
async fn closed_loop(service: &Rc<Service>, processes: usize, each: usize, time: Duration) -> Vec<Rc<Results>> {
    closed_loop_of(service, processes, each, time, async |service: Rc<Service>, process: Rc<Process>| {
        ask(&service, &process, 30 * SECOND).await
    })
    .await
}

/// Runs a closed loop whose workers make the calls that `call` returns.
async fn closed_loop_of(
    service: &Rc<Service>,
    processes: usize,
    each: usize,
    time: Duration,
    call: impl AsyncFn(Rc<Service>, Rc<Process>) -> Result<(), Rejected> + Copy + 'static,
) -> Vec<Rc<Results>> {
    let end = Instant::now() + time;
    let (mut tasks, mut workers) = (JoinSet::new(), Vec::new());
    for _ in 0..processes {
        let process = Process::new();
        for _ in 0..each {
            let (service, process, results) = (service.clone(), process.clone(), Rc::new(Results::default()));
            workers.push(results.clone());
            tasks.spawn_local(async move {
                while Instant::now() < end {
                    results.record(call(service.clone(), process.clone())).await;
                }
            });
        }
    }
    while tasks.join_next().await.is_some() {}
    workers
}

/// Sums the results of workers.
fn total(workers: &[Rc<Results>]) -> Results {
    let total = Results::default();
    for worker in workers {
        total.served.set(total.served.get() + worker.served.get());
        total.failed.set(total.failed.get() + worker.failed.get());
        total.times.borrow_mut().extend(&*worker.times.borrow());
    }
    total
}
