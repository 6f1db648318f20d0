//! Hedges on virtual time: the calls of the attribute, and servers with queues.
//!
//! The bands are those of simulations over many seeds: 20 servers with 4 workers each, 10 ms of work per request on average,
//! lognormal with a sigma of 1. A request goes to a random server. One whose caller has left goes on if it is being served,
//! and leaves the queue otherwise; in the scene of an overload it is served too, because no server is told there. A caller
//! waits for a second.

mod batches;
mod scenes;
pub(crate) mod servers;

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use retry_core::internal::Hedge;
use retry_runtime::{Classes, Operation, TimedPolicy};
use retry_tests::Fault;
use tokio::task::{JoinSet, LocalSet};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use self::servers::{Random, Servers};

const SECOND: Duration = Duration::from_secs(1);
const MS: Duration = Duration::from_millis(1);

/// Requests per second that the servers can take.
const CAPACITY: f64 = 20.0 * 4.0 / 0.010;

/// Runs `scene` on a paused clock.
fn on_virtual_time<T>(scene: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(LocalSet::new().run_until(scene))
}

/// Operation that is never retried, so that all more load is that of hedges.
static ASK: Operation = Operation::new("hedging::ask", TimedPolicy::new().retry_on(Classes::new().conflict()));

/// Kind of the calls of a scene.
#[derive(Clone, Copy)]
enum Calls {
    Plain,
    /// The calls of the attribute, whose hedges differ between processes.
    Hedged(&'static Hedge),
    /// A second request after a fixed delay without a bound, as it is written by hand.
    Free(Duration),
}

fn hedged(hedge: Hedge) -> Calls {
    Calls::Hedged(Box::leak(Box::new(hedge)))
}

/// Makes one call.
async fn ask(servers: &Rc<Servers>, calls: Calls) -> Result<(), Fault> {
    match calls {
        Calls::Plain => servers.ask().await,
        Calls::Free(delay) => {
            let second = async {
                sleep(delay).await;
                servers.ask().await
            };
            tokio::select! {
                answer = servers.ask() => answer,
                answer = second => answer,
            }
        }
        // The expansion of `#[retry(retry_on = Conflict, hedge = ..)]`.
        Calls::Hedged(hedge) => {
            let mut call = ASK.typed::<Result<(), Fault>>().begin().limited().hedged(hedge);
            loop {
                let finished = call.run_hedged(|| async { servers.ask().await }).await;
                let decision = call.decide_hedged(finished);
                if let Some(outcome) = call.wait(decision, ()).await {
                    break outcome;
                }
            }
        }
    }
}

/// Calls of a scene: their begins, their times, and whether they were answered in time.
#[derive(Default)]
struct Results(RefCell<Vec<(Duration, Duration, bool)>>);

impl Results {
    /// Returns the times of answered calls that began from `begin` on, sorted.
    fn times(&self, begin: Duration) -> Vec<Duration> {
        let calls = self.0.borrow();
        let answered = calls.iter().filter(|(at, _, is_ok)| *at >= begin && *is_ok);
        let mut times: Vec<_> = answered.map(|(_, took, _)| *took).collect();
        times.sort_unstable();
        times
    }

    /// Returns the share of answered calls among those that began in a time.
    fn answered(&self, begin: Duration, end: Duration) -> f64 {
        let calls = self.0.borrow();
        let chosen: Vec<_> = calls.iter().filter(|(at, ..)| (begin..end).contains(at)).collect();
        share(chosen.iter().filter(|(.., is_ok)| *is_ok).count(), chosen.len())
    }
}

/// Returns `part` per `whole`.
fn share(part: usize, whole: usize) -> f64 {
    f64::from(u32::try_from(part).unwrap()) / f64::from(u32::try_from(whole).unwrap())
}

/// Returns the time below which `per_mille` of the times are.
fn percentile(times: &[Duration], per_mille: usize) -> f64 {
    times[times.len() * per_mille / 1000].as_secs_f64()
}

/// Load of one scene.
#[derive(Clone, Copy)]
struct Load {
    /// Share of the capacity.
    share: f64,
    time: Duration,
    /// Begin and end of the time in which the load is `factor` times as high.
    more: Option<(Duration, Duration, f64)>,
}

/// Sends the calls of a scene, of each process in turn, and waits for them.
async fn send(seed: u64, servers: &Rc<Servers>, load: Load, processes: &[Calls]) -> Results {
    let (results, mut random, mut tasks) = (Rc::new(Results::default()), Random::new(seed), JoinSet::new());
    let begun = Instant::now();
    let (mut at, mut process) = (0.0, 0);
    loop {
        let now = Duration::from_secs_f64(at);
        if now >= load.time {
            break;
        }
        let factor = load.more.filter(|(begin, end, _)| (*begin..*end).contains(&now)).map_or(1.0, |more| more.2);
        at += random.exponential(1.0 / (load.share * CAPACITY * factor));
        sleep_until(begun + now).await;
        let (servers, results, calls) = (servers.clone(), results.clone(), processes[process % processes.len()]);
        process += 1;
        tasks.spawn_local(async move {
            let sent = begun.elapsed();
            let answer = timeout(SECOND, ask(&servers, calls)).await;
            let took = begun.elapsed().saturating_sub(sent);
            results.0.borrow_mut().push((sent, took, matches!(answer, Ok(Ok(())))));
        });
        while tasks.try_join_next().is_some() {}
    }
    while tasks.join_next().await.is_some() {}
    Rc::into_inner(results).unwrap()
}
