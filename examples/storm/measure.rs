//! Counters of a run, and the figures computed from them.

use crate::plan::{END, Plan, TRIGGER};
use crate::time::{MILLISECOND, SECOND, seconds};

/// Width of a bin of time.
const BIN: u64 = 100 * MILLISECOND;
const BINS_A_SECOND: usize = (SECOND / BIN) as usize;
/// Share of calls that succeed in a healthy system.
const WELL: f64 = 0.99;

/// The counts of one run.
#[derive(Debug)]
pub(crate) struct Measure {
    /// Calls a second from outside.
    normal: f64,
    reached_leaf: Bins,
    taken_by_leaf: Bins,
    reached_dependency: Bins,
    retries: Bins,
    /// By the time at which they began.
    calls: Bins,
    good: Bins,
    /// Duration of each call that began after the trigger.
    took: Vec<u64>,
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

    /// Returns the number of occurrences in the second that starts at this bin.
    fn second(&self, bin: usize) -> u32 {
        self.0.iter().skip(bin).take(BINS_A_SECOND).sum()
    }

    fn sum(&self, from: u64, to: u64) -> u32 {
        self.0.iter().take(bin(to)).skip(bin(from)).sum()
    }

    /// The most in any second that lies between the two times.
    fn busiest_second(&self, from: u64, to: u64) -> u32 {
        (bin(from)..=bin(to - SECOND)).map(|bin| self.second(bin)).max().unwrap_or(0)
    }
}

#[allow(clippy::cast_possible_truncation)] // some hundred
const fn bin(time: u64) -> usize {
    (time / BIN) as usize
}

impl Measure {
    pub(crate) fn new(plan: &Plan) -> Self {
        Self {
            normal: seconds(SECOND) / seconds(plan.apart()),
            reached_leaf: Bins::default(),
            taken_by_leaf: Bins::default(),
            reached_dependency: Bins::default(),
            retries: Bins::default(),
            calls: Bins::default(),
            good: Bins::default(),
            took: Vec::new(),
        }
    }

    pub(crate) fn reached_leaf(&mut self, now: u64) {
        self.reached_leaf.count(now);
    }

    /// The leaf did not refuse it as a retry.
    pub(crate) fn taken_by_leaf(&mut self, now: u64) {
        self.taken_by_leaf.count(now);
    }

    pub(crate) fn reached_dependency(&mut self, now: u64) {
        self.reached_dependency.count(now);
    }

    pub(crate) fn retried(&mut self, now: u64) {
        self.retries.count(now);
    }

    /// A call from outside has ended.
    pub(crate) fn ended(&mut self, begun: u64, now: u64, good: bool) {
        self.calls.count(begun);
        if good {
            self.good.count(begun);
        }
        if begun >= TRIGGER.0 {
            self.took.push(now - begun);
        }
    }

    /// Returns the number of calls from outside that failed.
    pub(crate) fn lost(&self) -> u32 {
        self.calls.0.iter().sum::<u32>() - self.good.0.iter().sum::<u32>()
    }

    /// Total number of requests to the leaf and the dependency.
    #[cfg(test)]
    pub(crate) fn reached(&self) -> (u32, u32) {
        (self.reached_leaf.0.iter().sum(), self.reached_dependency.0.iter().sum())
    }

    /// The busiest second of the leaf while the trigger is on, in multiples of normal, without what it refused.
    pub(crate) fn peak_leaf(&self) -> f64 {
        f64::from(self.taken_by_leaf.busiest_second(TRIGGER.0, TRIGGER.1)) / self.normal
    }

    /// The same with what it refused.
    pub(crate) fn peak_at_door(&self) -> f64 {
        f64::from(self.reached_leaf.busiest_second(TRIGGER.0, TRIGGER.1)) / self.normal
    }

    /// The busiest second of the dependency while the trigger is on.
    pub(crate) fn peak_dependency(&self) -> f64 {
        f64::from(self.reached_dependency.busiest_second(TRIGGER.0, TRIGGER.1)) / self.normal
    }

    /// Retries of all services, for each call from outside, while the trigger is on.
    pub(crate) fn retries_a_call(&self) -> f64 {
        f64::from(self.retries.sum(TRIGGER.0, TRIGGER.1)) / f64::from(self.calls.sum(TRIGGER.0, TRIGGER.1))
    }

    /// Number of attempts per call that reach the leaf in the last five seconds.
    pub(crate) fn attempts_at_end(&self) -> f64 {
        let from = END - 5 * SECOND;
        f64::from(self.reached_leaf.sum(from, END)) / f64::from(self.calls.sum(from, END))
    }

    /// The time within which 99 of 100 calls ended, well or not, of those that began when or after the trigger came.
    pub(crate) fn slowest_hundredth(&self) -> u64 {
        let mut took = self.took.clone();
        took.sort_unstable();
        took.get((took.len() * 99).div_ceil(100).saturating_sub(1)).copied().unwrap_or(0)
    }

    /// Time from the trigger's end to the first second after which every second is healthy; `None` if the last
    /// is not.
    pub(crate) fn recovery(&self) -> Option<u64> {
        let seconds = bin(TRIGGER.1)..=bin(END - SECOND);
        let is_well = |bin| f64::from(self.good.second(bin)) >= WELL * f64::from(self.calls.second(bin));
        match seconds.clone().rev().find(|&bin| !is_well(bin)) {
            None => Some(0),
            Some(last) if last == *seconds.end() => None,
            Some(last) => Some((last + 1) as u64 * BIN - TRIGGER.1),
        }
    }

    /// The load of the leaf over time, without what it refused, in multiples of normal.
    pub(crate) fn load_of_leaf(&self) -> Vec<(f64, f64)> {
        self.over_time(&self.taken_by_leaf)
    }

    /// The load of the dependency over time.
    pub(crate) fn load_of_dependency(&self) -> Vec<(f64, f64)> {
        self.over_time(&self.reached_dependency)
    }

    /// The middle of each half second, and what came in it.
    fn over_time(&self, bins: &Bins) -> Vec<(f64, f64)> {
        let halves = (0..2 * END / SECOND).map(|number| (number * SECOND / 2, (number + 1) * SECOND / 2));
        let point = |(from, to)| {
            let load = f64::from(bins.sum(from, to)) / (self.normal * seconds(to - from));
            (seconds(u64::midpoint(from, to)), load)
        };
        halves.map(point).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Shape, Trigger};
    use crate::setup::NAIVE;

    fn measure() -> Measure {
        Measure::new(&Plan::new(Shape::Chain, Trigger::Errs, NAIVE, 1))
    }

    #[test]
    fn a_peak_lies_within_the_trigger_and_begins_anywhere() {
        let mut measure = measure();
        let early = TRIGGER.0 - SECOND;
        let across = TRIGGER.0 + SECOND / 2;
        for (at, times) in [(early, 500), (across, 75), (across + SECOND - BIN, 75), (TRIGGER.1, 500)] {
            (0..times).for_each(|_| measure.taken_by_leaf(at));
        }
        assert!((measure.peak_leaf() - 3.0).abs() < 1e-9, "150 in a second, where 50 are normal");
    }

    /// Ten calls in every tenth of a second, of which those in these times fail.
    fn recovery(failing: &[(u64, u64)]) -> Option<u64> {
        let mut measure = measure();
        for begun in (0..END / MILLISECOND).step_by(10).map(|millisecond| millisecond * MILLISECOND) {
            measure.ended(begun, begun, !failing.iter().any(|(from, to)| (*from..*to).contains(&begun)));
        }
        measure.recovery()
    }

    #[test]
    fn recovery_is_the_first_second_from_which_on_all_are_well() {
        assert_eq!(recovery(&[]), Some(0));
        assert_eq!(recovery(&[TRIGGER]), Some(0));
        let late = TRIGGER.1 + 4 * SECOND;
        assert_eq!(recovery(&[TRIGGER, (late, late + 200 * MILLISECOND)]), Some(late + 200 * MILLISECOND - TRIGGER.1));
        assert_eq!(recovery(&[(late, late + 10 * MILLISECOND)]), Some(0), "one call of a hundred may fail");
        assert_eq!(recovery(&[(TRIGGER.0, END)]), None);
        assert_eq!(recovery(&[(END - 200 * MILLISECOND, END)]), None);
    }

    #[test]
    fn the_slowest_hundredth_is_of_calls_since_the_trigger() {
        let mut measure = measure();
        measure.ended(0, 9 * SECOND, true);
        for number in 1..=200 {
            measure.ended(TRIGGER.0, TRIGGER.0 + number, true);
        }
        assert_eq!(measure.slowest_hundredth(), 198);
    }
}
