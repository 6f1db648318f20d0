//! Counters of a run, and the figures that are computed from them.

use std::vec::Vec;

use crate::storm::plan::Scenario;

pub(super) const SECOND: u64 = 1_000_000_000;
/// Width of a bin of time.
const BIN: u64 = SECOND / 10;
const BINS_PER_SECOND: usize = 10;
/// Share of calls that succeed in a healthy system.
const HEALTHY: f64 = 0.99;

/// Counts of one run.
#[derive(Debug)]
pub(crate) struct Measure {
    /// Calls per second of users.
    rate: f64,
    begins: u64,
    ends: u64,
    /// End of the calls, or the time at which the run stopped.
    pub(crate) end: u64,
    pub(crate) stopped_early: bool,
    pub(crate) services: Vec<ServiceCounts>,
    /// Calls of users by the time at which they began.
    calls: Bins,
    good: Bins,
    /// Calls that succeeded, by the time at which they ended.
    answered: Bins,
    /// Retries of all services.
    retries: Bins,
    /// Duration of each call that began after the trigger did.
    durations: Vec<u64>,
    pub(crate) events: u64,
}

/// Requests to one service.
#[derive(Debug, Default)]
pub(crate) struct ServiceCounts {
    reached: Bins,
    /// Retries that its retry limit refused.
    refused: Bins,
}

/// Number of occurrences in each bin of time.
#[derive(Debug, Default)]
struct Bins(Vec<u32>);

impl Bins {
    fn count(&mut self, time: u64) {
        let bin = bin(time);
        if bin >= self.0.len() {
            self.0.resize(bin + 1, 0);
        }
        self.0[bin] += 1;
    }

    fn at(&self, bin: usize) -> u32 {
        self.0.get(bin).copied().unwrap_or(0)
    }

    /// Returns the number of occurrences in the second that starts at this bin.
    fn second(&self, bin: usize) -> u32 {
        self.0.iter().skip(bin).take(BINS_PER_SECOND).sum()
    }

    fn sum(&self, from: u64, to: u64) -> u32 {
        self.0.iter().take(bin(to)).skip(bin(from)).sum()
    }

    fn total(&self) -> u32 {
        self.0.iter().sum()
    }
}

#[allow(clippy::cast_possible_truncation)] // some thousand
const fn bin(time: u64) -> usize {
    (time / BIN) as usize
}

#[allow(clippy::cast_precision_loss)] // a run takes hours at most
pub(super) fn seconds(time: u64) -> f64 {
    time as f64 / SECOND as f64
}

impl Measure {
    pub(super) fn new(scenario: &Scenario<'_>) -> Self {
        Self {
            rate: scenario.system.rate,
            begins: scenario.begins,
            ends: scenario.ends,
            end: scenario.end,
            stopped_early: false,
            services: scenario.system.services.iter().map(|_| ServiceCounts::default()).collect(),
            calls: Bins::default(),
            good: Bins::default(),
            answered: Bins::default(),
            retries: Bins::default(),
            durations: Vec::new(),
            events: 0,
        }
    }

    pub(super) fn reached(&mut self, service: usize, now: u64) {
        self.services[service].reached.count(now);
    }

    pub(super) fn refused(&mut self, service: usize, now: u64) {
        self.services[service].refused.count(now);
    }

    pub(super) fn retried(&mut self, now: u64) {
        self.retries.count(now);
    }

    /// Records that a call of a user has ended.
    pub(super) fn ended(&mut self, begun: u64, now: u64, is_good: bool) {
        self.calls.count(begun);
        if is_good {
            self.good.count(begun);
            self.answered.count(now);
        }
        if begun >= self.begins {
            self.durations.push(now - begun);
        }
    }

    /// Returns the number of calls that succeeded in the last second.
    pub(super) fn answered_in_second_before(&self, now: u64) -> u32 {
        self.answered.second(bin(now - SECOND))
    }

    /// Returns the requests that reached a service in the second before `now`.
    pub(super) fn reached_in_second_before(&self, service: usize, now: u64) -> u32 {
        self.services[service].reached.second(bin(now - SECOND))
    }

    /// Returns the nanoseconds from the trigger's end until all is healthy.
    ///
    /// Returns `None` if the last second is not healthy, or the run stopped before its end.
    pub(crate) fn recovery(&self) -> Option<u64> {
        if self.stopped_early {
            return None;
        }
        let seconds = bin(self.ends)..=bin(self.end - SECOND);
        let is_healthy = |bin| f64::from(self.good.second(bin)) >= HEALTHY * f64::from(self.calls.second(bin));
        match seconds.clone().rev().find(|&bin| !is_healthy(bin)) {
            None => Some(0),
            Some(last) if last == *seconds.end() => None,
            Some(last) => Some((last + 1) as u64 * BIN - self.ends),
        }
    }

    /// Returns the number of calls since the trigger that have ended.
    #[allow(clippy::cast_possible_truncation)] // some million
    pub(super) fn ended_calls(&self) -> u32 {
        self.durations.len() as u32
    }

    /// Returns the time from the end of the trigger to the end of the run.
    pub(crate) const fn after_trigger(&self) -> u64 {
        self.end.saturating_sub(self.ends)
    }

    /// Returns the number of calls that failed.
    pub(crate) fn lost(&self) -> u32 {
        self.calls.total() - self.good.total()
    }

    /// Returns the share of calls that succeed in the last second.
    ///
    /// In a run that stopped, calls are open: there it is the share of those that end in the last second.
    pub(crate) fn success_at_end(&self) -> f64 {
        if self.stopped_early {
            return f64::from(self.answered_in_second_before(self.end)) / self.rate;
        }
        let last = bin(self.end - SECOND);
        f64::from(self.good.second(last)) / f64::from(self.calls.second(last).max(1))
    }

    /// Returns the share of calls that succeed in the last five seconds.
    ///
    /// Returns `None` if that is healthy.
    pub(crate) fn ill_at_end(&self) -> Option<f64> {
        let (good, calls) =
            (self.good.sum(self.end - 5 * SECOND, self.end), self.calls.sum(self.end - 5 * SECOND, self.end));
        let success = f64::from(good) / f64::from(calls.max(1));
        (success < HEALTHY).then_some(success)
    }

    /// Returns the requests to a service in its busiest second of the trigger.
    ///
    /// Without the retries that it refused if `is_served`.
    pub(crate) fn peak(&self, service: usize, is_served: bool) -> f64 {
        let ServiceCounts { reached, refused } = &self.services[service];
        let count = |bin| reached.second(bin) - if is_served { refused.second(bin) } else { 0 };
        let busiest = (bin(self.begins)..=bin(self.ends - SECOND)).map(count).max().unwrap_or(0);
        f64::from(busiest)
    }

    /// Returns the requests per second to a service while the trigger is on.
    pub(crate) fn average(&self, service: usize) -> f64 {
        f64::from(self.services[service].reached.sum(self.begins, self.ends)) / seconds(self.ends - self.begins)
    }

    /// Returns the requests per second to a service in the last five seconds.
    pub(crate) fn at_end(&self, service: usize) -> f64 {
        f64::from(self.services[service].reached.sum(self.end - 5 * SECOND, self.end)) / 5.0
    }

    /// Returns the number of all requests to a service.
    #[cfg(test)]
    pub(super) fn total(&self, service: usize) -> u32 {
        self.services[service].reached.total()
    }

    /// Returns the retries per call of a user while the trigger is on.
    pub(crate) fn retries_per_call(&self) -> f64 {
        let calls = self.calls.sum(self.begins, self.ends).max(1);
        f64::from(self.retries.sum(self.begins, self.ends)) / f64::from(calls)
    }

    /// Returns the 99th percentile of the time of calls, in nanoseconds.
    ///
    /// It is that of the calls that began with the trigger or after it.
    pub(crate) fn slowest_hundredth(&self) -> u64 {
        let mut durations = self.durations.clone();
        durations.sort_unstable();
        durations.get((durations.len() * 99).div_ceil(100).saturating_sub(1)).copied().unwrap_or(0)
    }

    /// Returns the requests per second to a service over time.
    ///
    /// Retries that it refused are not counted.
    ///
    /// A point is the middle of a half second, in seconds, and the rate in it.
    pub(crate) fn load_over_time(&self, service: usize) -> Vec<(f64, f64)> {
        const WIDTH: usize = BINS_PER_SECOND / 2;
        let ServiceCounts { reached, refused } = &self.services[service];
        let point = |from: usize| {
            let sum: u32 = (from..from + WIDTH).map(|bin| reached.at(bin) - refused.at(bin)).sum();
            (seconds(from as u64 * BIN) + 0.25, f64::from(sum) * 2.0)
        };
        (0..bin(self.end)).step_by(WIDTH).map(point).collect()
    }
}
