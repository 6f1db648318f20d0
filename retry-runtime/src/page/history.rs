//! History of the last five minutes, sampled every two seconds.

use core::ptr;
use core::time::Duration;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::vec::Vec;

use tokio::time::Instant;

use crate::observe::registry::operations;
use crate::observe::state::Observable;

/// Time between two samples.
pub(super) const SAMPLE_INTERVAL: Duration = Duration::from_secs(2);

/// Number of samples kept: five minutes of them.
pub(super) const MAX_SAMPLES: usize = 150;

/// Samples of all operations that ran.
#[derive(Debug, Default)]
pub(super) struct History(Mutex<Samples>);

#[derive(Debug, Default)]
struct Samples {
    /// The time of each sample.
    times: VecDeque<Instant>,
    /// Samples by the address of the operation, because names may repeat.
    ///
    /// A series ends with the last sample; one that is shorter than `times` started later.
    series: HashMap<usize, VecDeque<Sample>>,
}

/// Totals since the process started.
#[derive(Clone, Copy, Debug)]
struct Sample {
    retries: u64,
    successes: u64,
}

/// Rates per second between each two samples of an operation.
///
/// The last one is current.
#[derive(Clone, Debug, Default)]
pub(super) struct Rates {
    pub(super) retries: Vec<f64>,
    pub(super) successes: Vec<f64>,
}

impl History {
    /// Takes a sample of every operation.
    pub(super) fn sample(&self, now: Instant) {
        let samples = &mut *self.locked();
        push(&mut samples.times, now);
        for operation in operations() {
            let (retries, successes) = operation.observed().counters.retries_and_successes();
            push(samples.series.entry(address(operation)).or_default(), Sample { retries, successes });
        }
    }

    /// Returns the rates of an operation since it was first seen.
    pub(super) fn rates(&self, operation: &'static dyn Observable) -> Rates {
        let samples = &*self.locked();
        let Some(series) = samples.series.get(&address(operation)) else { return Rates::default() };
        let times = samples.times.iter().skip(samples.times.len().saturating_sub(series.len()));
        let spans: Vec<_> = times.clone().zip(times.skip(1)).map(|(from, to)| (*to - *from).as_secs_f64()).collect();
        let rates = |total: fn(&Sample) -> u64| {
            let steps =
                series.iter().zip(series.iter().skip(1)).map(|(from, to)| total(to).saturating_sub(total(from)));
            steps.zip(&spans).map(|(step, span)| rate(step, *span)).collect()
        };
        Rates { retries: rates(|sample| sample.retries), successes: rates(|sample| sample.successes) }
    }

    /// Ignores poisoning: a panic leaves no sample half taken.
    fn locked(&self) -> MutexGuard<'_, Samples> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Appends a value, and drops the oldest one beyond [`MAX_SAMPLES`].
fn push<T>(series: &mut VecDeque<T>, value: T) {
    if series.len() == MAX_SAMPLES {
        series.pop_front();
    }
    series.push_back(value);
}

fn address(operation: &'static dyn Observable) -> usize {
    ptr::from_ref(operation).cast::<()>().addr()
}

#[allow(clippy::cast_precision_loss)] // counts of a few seconds are small
fn rate(step: u64, span: f64) -> f64 {
    if span > 0.0 { step as f64 / span } else { 0.0 }
}
