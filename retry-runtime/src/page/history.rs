//! What the last five minutes were like: every operation's totals, once every two seconds.

use core::ptr;
use core::time::Duration;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::vec::Vec;

use tokio::time::Instant;

use crate::Operation;
use crate::report::operations;

/// The time between two samples.
pub(super) const EVERY: Duration = Duration::from_secs(2);

/// How many are kept: five minutes of them.
pub(super) const SAMPLES: usize = 150;

/// Of all operations that ran.
#[derive(Debug, Default)]
pub(super) struct History(Mutex<Samples>);

#[derive(Debug, Default)]
struct Samples {
    /// When each was taken.
    times: VecDeque<Instant>,
    /// By the address of the operation, since two may have one name. A line ends with the last sample; one that is shorter
    /// than the times began later.
    lines: HashMap<usize, VecDeque<Sample>>,
}

/// Totals since the process began.
#[derive(Clone, Copy, Debug)]
struct Sample {
    retries: u64,
    successes: u64,
}

/// What an operation did between each two samples, a second; the last number is that of now.
#[derive(Clone, Debug, Default)]
pub(super) struct Rates {
    pub(super) retries: Vec<f64>,
    pub(super) successes: Vec<f64>,
}

impl History {
    /// Takes a sample of every operation.
    pub(super) fn sample(&self, now: Instant) {
        let samples = &mut *self.locked();
        keep(&mut samples.times, now);
        for operation in operations() {
            let (retries, successes) = operation.observed().counted.retries_and_successes();
            keep(samples.lines.entry(address(operation)).or_default(), Sample { retries, successes });
        }
    }

    /// Of this operation, since it was first seen.
    pub(super) fn rates(&self, operation: &'static Operation) -> Rates {
        let samples = &*self.locked();
        let Some(line) = samples.lines.get(&address(operation)) else { return Rates::default() };
        let times = samples.times.iter().skip(samples.times.len().saturating_sub(line.len()));
        let spans: Vec<_> = times.clone().zip(times.skip(1)).map(|(from, to)| (*to - *from).as_secs_f64()).collect();
        let rates = |of: fn(&Sample) -> u64| {
            let steps = line.iter().zip(line.iter().skip(1)).map(|(from, to)| of(to).saturating_sub(of(from)));
            steps.zip(&spans).map(|(step, span)| rate(step, *span)).collect()
        };
        Rates { retries: rates(|sample| sample.retries), successes: rates(|sample| sample.successes) }
    }

    /// Nothing is left half done by a panic.
    fn locked(&self) -> MutexGuard<'_, Samples> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn keep<T>(line: &mut VecDeque<T>, of: T) {
    if line.len() == SAMPLES {
        line.pop_front();
    }
    line.push_back(of);
}

fn address(operation: &'static Operation) -> usize {
    ptr::from_ref(operation).addr()
}

#[allow(clippy::cast_precision_loss)] // of what happened within seconds
fn rate(step: u64, span: f64) -> f64 {
    if span > 0.0 { step as f64 / span } else { 0.0 }
}
