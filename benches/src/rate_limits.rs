//! Callers of a rate limit in real time: `rate_limit` of the attribute, and governor's `until_ready`.
//!
//! All callers ask at once, at a limit without a burst, so that the last is served after the number of callers less one
//! by the rate. Other programs make all of it late, and change the times of the processor little.

use std::future::poll_fn;
use std::num::NonZeroU32;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};
use std::{fs, io};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use retry_runtime::{RateLimit, retry};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use crate::Outcome;

const ROUNDS: usize = 3;
const LOADS: [Load; 2] = [Load { callers: 300, rate: 100 }, Load { callers: 4_000, rate: 2_000 }];
/// Longest time against the ideal, most time of the processor and most places of 4,000 callers.
const GOAL: (f64, Duration, usize) = (1.02, Duration::from_millis(200), 20);

#[derive(Clone, Copy)]
struct Load {
    callers: u32,
    rate: u32,
}

impl Load {
    fn ideal(self) -> Duration {
        Duration::from_secs(1) * (self.callers - 1) / self.rate
    }
}

#[derive(Clone)]
enum Limit {
    Ours(Arc<RateLimit>),
    Governor(Arc<DefaultDirectRateLimiter>),
}

type Make = fn(u32) -> Outcome<Limit>;

const LIMITS: [(&str, Make); 2] = [
    ("`rate_limit`", |rate| Ok(Limit::Ours(Arc::new(RateLimit::try_per_second(rate, 1)?)))),
    ("governor", |rate| {
        let rate = NonZeroU32::new(rate).ok_or("a rate of zero")?;
        Ok(Limit::Governor(Arc::new(RateLimiter::direct(Quota::per_second(rate).allow_burst(NonZeroU32::MIN)))))
    }),
];

#[retry(retry_on = transient, rate_limit = limit)]
async fn limited(limit: &RateLimit) -> io::Result<Instant> {
    Ok(Instant::now())
}

impl Limit {
    /// Returns the time of the release.
    async fn wait(self) -> io::Result<Instant> {
        match self {
            Self::Ours(limit) => limited(&limit).await,
            Self::Governor(limit) => {
                limit.until_ready().await;
                Ok(Instant::now())
            }
        }
    }
}

/// Result of one round.
#[derive(Clone, Copy, Default)]
struct Round {
    took: Duration,
    cpu: Duration,
    polls_per_caller: f64,
    /// Most places between the order of asking and the order of release.
    displaced: usize,
    /// 99th percentile of the time by which a caller was released after its turn.
    late: Duration,
}

pub(crate) fn print() -> Outcome {
    println!("callers that ask at once, a limit without a burst: medians of {ROUNDS} rounds, and the most places");
    for load in LOADS {
        println!("\n{} callers, {}/s, ideally {:.2?}", load.callers, load.rate, load.ideal());
        for workers in [0, 2] {
            let mut rounds = [const { Vec::new() }; LIMITS.len()];
            for _ in 0..ROUNDS {
                for ((_, make), rounds) in LIMITS.iter().zip(&mut rounds) {
                    rounds.push(round(load, workers, &make(load.rate)?)?);
                }
            }
            for ((name, _), rounds) in LIMITS.iter().zip(rounds) {
                print_rounds(name, load, workers, &rounds);
            }
        }
    }
    Ok(())
}

fn print_rounds(name: &str, load: Load, workers: usize, rounds: &[Round]) {
    let took = median(rounds.iter().map(|round| round.took)).as_secs_f64() / load.ideal().as_secs_f64();
    let cpu = median(rounds.iter().map(|round| round.cpu));
    let displaced = rounds.iter().map(|round| round.displaced).max().unwrap_or(0);
    let late = median(rounds.iter().map(|round| round.late));
    let polls = rounds.iter().map(|round| round.polls_per_caller).fold(0.0, f64::max);
    let threads = if workers == 0 { "current thread".into() } else { format!("{workers} workers") };
    print!(
        "  {name:13}{threads:15} took {took:.3} of it, {polls:6.1} polls per caller, {:.3} s of the processor, {displaced:5} places, p99 late {late:.1?}",
        cpu.as_secs_f64()
    );
    let most = if workers == 0 { 0 } else { GOAL.2 };
    let is_met = took <= GOAL.0 && cpu <= GOAL.1 && displaced <= most;
    println!(
        "{}",
        if name == "governor" {
            ""
        } else if is_met {
            ", goal met"
        } else {
            ", GOAL MISSED"
        }
    );
}

fn round(load: Load, workers: usize, limit: &Limit) -> Outcome<Round> {
    let runtime = runtime(workers)?;
    let before = cpu_time();
    let mut released = runtime.block_on(callers(load, limit))?;
    let cpu = cpu_time().saturating_sub(before);
    let begun = released.iter().map(|caller| caller.asked).min().ok_or("nobody was released")?;
    let polls: u32 = released.iter().map(|caller| caller.polls).sum();
    released.sort_by_key(|caller| caller.number);
    let mut late: Vec<_> = (0_u32..)
        .zip(&released)
        .map(|(turn, caller)| caller.at.saturating_duration_since(begun + Duration::from_secs(1) * turn / load.rate))
        .collect();
    late.sort_unstable();
    // Stable: callers released in the same nanosecond are in the order of asking.
    released.sort_by_key(|caller| caller.at);
    let places = released.iter().enumerate().map(|(place, caller)| place.abs_diff(caller.number));
    let last = released.last().ok_or("nobody was released")?.at;
    Ok(Round {
        took: last - begun,
        cpu,
        polls_per_caller: f64::from(polls) / f64::from(load.callers),
        displaced: places.max().unwrap_or(0),
        late: late[late.len() * 99 / 100],
    })
}

fn runtime(workers: usize) -> io::Result<Runtime> {
    match workers {
        0 => Builder::new_current_thread().enable_time().build(),
        _ => Builder::new_multi_thread().worker_threads(workers).enable_time().build(),
    }
}

/// Caller that was released.
struct Released {
    /// Its place in the order of asking.
    number: usize,
    asked: Instant,
    at: Instant,
    polls: u32,
}

/// Lets all callers ask at once, and returns them when all are released.
async fn callers(load: Load, limit: &Limit) -> Outcome<Vec<Released>> {
    let (mut waiting, next) = (JoinSet::new(), Arc::new(AtomicUsize::new(0)));
    for _ in 0..load.callers {
        let (limit, next) = (limit.clone(), next.clone());
        waiting.spawn(async move {
            let mut wait = pin!(limit.wait());
            let (number, asked, mut polls) = (next.fetch_add(1, Relaxed), Instant::now(), 0);
            let at = poll_fn(|context| {
                polls += 1;
                wait.as_mut().poll(context)
            });
            let at = at.await?;
            Ok(Released { number, asked, at, polls })
        });
    }
    waiting.join_all().await.into_iter().collect()
}

/// Returns the time that the threads of this process have run; zero if the system does not report it.
fn cpu_time() -> Duration {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let nanos = threads.filter_map(|thread| {
        let said = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        said.split_whitespace().next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanos.sum())
}

fn median(times: impl Iterator<Item = Duration>) -> Duration {
    let mut times: Vec<_> = times.collect();
    times.sort_unstable();
    times[times.len() / 2]
}
