//! Operations per second of one thread and of two that write, or only read, what they share.
//!
//! All in one run: short rounds of every case in turn. A round in which a thread had to wait for a core says little:
//! the other one then had the memory for itself. Where the system counts such waits, those rounds are made again.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};
use std::{fs, hint, thread};

use crate::Outcome;
use crate::cases::{self, Case};

const ROUNDS: usize = 51;
/// Rounds of one case that may be disturbed, for each that is not.
const PATIENCE: usize = 1000;
const ROUND: Duration = Duration::from_millis(2);
/// Share of a round that may be lost.
const TOLERANCE: Duration = Duration::from_micros(100);
/// Calls between two looks at the clock.
const BATCH: u32 = 500;

pub(crate) fn print() -> Outcome {
    let cores = thread::available_parallelism()?;
    println!("millions a second on one thread and on two, of {cores} cores: medians (and best) of {ROUNDS} rounds");
    println!("two threads that write are as fast as their cores are near each other: see them against the floor");
    println!("where `nothing` scales by less than 2, the machine had less than two cores to give");
    for group in cases::SHARED {
        println!("\n{group}");
        print_group(&cases::of(group).collect::<Vec<_>>())?;
    }
    Ok(())
}

fn print_group(cases: &[&Case]) -> Outcome {
    let mut rates = vec![[Vec::new(), Vec::new()]; cases.len()];
    let mut disturbed = 0;
    for _ in 0..ROUNDS {
        for (case, rates) in cases.iter().zip(&mut rates) {
            for (rates, threads) in rates.iter_mut().zip(1..) {
                let (rate, vain) = undisturbed(case, threads)?;
                rates.push(rate);
                disturbed += vain;
            }
        }
    }
    let mut floor = None;
    for (case, rates) in cases.iter().zip(rates) {
        let [(one, best), (two, best_of_two)] = rates.map(median_and_best);
        print!("  {:30}{one:8.1} ({best:6.1}){two:8.1} ({best_of_two:6.1})   scales by {:.2}", case.name, two / one);
        if case.name == cases::FLOOR {
            floor = Some(two);
        }
        println!("{}", floor.map_or_else(String::new, |floor| format!(", {:.2} of the floor", two / floor)));
    }
    println!("  rounds made again because other programs ran: {disturbed}");
    Ok(())
}

/// A round of which other programs took no part, in millions a second, and how many there were before it.
fn undisturbed(case: &Case, threads: usize) -> Outcome<(f64, usize)> {
    for vain in 0..PATIENCE {
        if let Some(rate) = round(case, threads) {
            return Ok((rate, vain));
        }
    }
    Err("other programs take the cores; stop them first".into())
}

/// Millions a second of all threads together; `None` where they did not all run all the time.
fn round(case: &Case, threads: usize) -> Option<f64> {
    let ready = AtomicUsize::new(0);
    let work = || {
        // What is made at its first use does not count.
        (case.run)(BATCH);
        ready.fetch_add(1, SeqCst);
        // No sleep: who is woken may be woken on the core of the other one.
        while ready.load(SeqCst) < threads {
            hint::spin_loop();
        }
        Part::of(case)
    };
    let parts: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|worker| worker.join().expect("no case panics")).collect()
    });
    let begun = parts.iter().map(|part| part.begun).max()?;
    let ended = parts.iter().map(|part| part.ended).min()?;
    let together = ended.saturating_duration_since(begun);
    let waited: Duration = parts.iter().map(|part| part.waited).sum();
    (together + TOLERANCE > ROUND && waited < TOLERANCE).then(|| parts.iter().map(Part::rate).sum())
}

/// One thread's part of a round.
struct Part {
    times: u32,
    begun: Instant,
    ended: Instant,
    /// Time that it was ready without a core.
    waited: Duration,
}

impl Part {
    fn of(case: &Case) -> Self {
        let before = waited();
        let begun = Instant::now();
        let (mut times, mut ended) = (0, begun);
        while ended - begun < ROUND {
            (case.run)(BATCH);
            times += BATCH;
            ended = Instant::now();
        }
        Self { times, begun, ended, waited: waited().saturating_sub(before) }
    }

    fn rate(&self) -> f64 {
        f64::from(self.times) / (self.ended - self.begun).as_secs_f64() / 1e6
    }
}

/// Returns the time that this thread was ready without a core; zero if the system does not report it.
fn waited() -> Duration {
    let said = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = said.split_whitespace().nth(1).and_then(|nanos| nanos.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}

fn median_and_best(mut rates: Vec<f64>) -> (f64, f64) {
    rates.sort_by(f64::total_cmp);
    (rates[rates.len() / 2], rates[rates.len() - 1])
}
