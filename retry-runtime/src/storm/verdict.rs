//! The answer of a run: does the system recover?

use core::time::Duration;
use std::string::String;
use std::vec::Vec;

use crate::storm::plan::{PlannedService, System};
use crate::storm::simulation::Measure;
use crate::storm::trigger::Trigger;

/// Behaviour of a system under one trigger, in the worst of its seeds.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub(super) trigger: Trigger,
    pub(super) lasts: Duration,
    pub(super) watch: Duration,
    pub(super) back_after: Option<Duration>,
    pub(super) stopped_after: Option<Duration>,
    pub(super) seconds_lost: f64,
    pub(super) success_at_end: f64,
    pub(super) retries_per_call: f64,
    pub(super) slowest_hundredth: Duration,
    pub(super) seed: u64,
    pub(super) events: u64,
    pub(super) services: Vec<ServiceLoad>,
    pub(super) baseline: Option<Baseline>,
}

/// System that is not healthy before the trigger.
#[derive(Clone, Debug)]
pub(super) struct Baseline {
    /// Share of calls that succeed.
    pub(super) success: f64,
    /// Requests per second to each service.
    pub(super) loads: Vec<f64>,
}

/// Load of one service in a run, in multiples of its normal load.
#[derive(Clone, Debug)]
pub struct ServiceLoad {
    pub(super) name: &'static str,
    pub(super) normal: f64,
    pub(super) capacity: Option<f64>,
    pub(super) peak: f64,
    pub(super) peak_with_refused: f64,
    pub(super) average: f64,
    pub(super) at_end: f64,
    pub(super) over_time: Vec<(f64, f64)>,
}

impl Verdict {
    pub(super) fn new(
        system: &System,
        trigger: Trigger,
        times: (Duration, Duration),
        seed: u64,
        run: &Measure,
    ) -> Self {
        let (lasts, watch) = times;
        let load = |(at, service): (usize, &PlannedService)| {
            let in_multiples = |load: f64| load / service.load;
            ServiceLoad {
                name: service.name,
                normal: service.load,
                capacity: service.capacity.map(|capacity| capacity.per_second),
                peak: in_multiples(run.peak(at, true)),
                peak_with_refused: in_multiples(run.peak(at, false)),
                average: in_multiples(run.average(at)),
                at_end: in_multiples(run.at_end(at)),
                over_time: run.load_over_time(at).into_iter().map(|(at, load)| (at, in_multiples(load))).collect(),
            }
        };
        Self {
            trigger,
            lasts,
            watch,
            back_after: run.recovery().map(Duration::from_nanos),
            stopped_after: run.stopped_early.then(|| Duration::from_nanos(run.after_trigger())),
            seconds_lost: f64::from(run.lost()) / system.rate,
            success_at_end: run.success_at_end(),
            retries_per_call: run.retries_per_call(),
            slowest_hundredth: Duration::from_nanos(run.slowest_hundredth()),
            seed,
            events: run.events,
            services: system.services.iter().enumerate().map(load).collect(),
            baseline: None,
        }
    }

    /// Returns the trigger.
    pub const fn trigger(&self) -> Trigger {
        self.trigger
    }

    /// Returns the time from the end of the trigger until the system is back.
    ///
    /// It is back when 99 of 100 calls succeed in each second.
    ///
    /// Returns `None` if that is never, within the time that the system is watched.
    pub const fn back_after(&self) -> Option<Duration> {
        self.back_after
    }

    /// Returns whether the system is back within `limit` of the end of the trigger.
    pub fn is_back_within(&self, limit: Duration) -> bool {
        self.back_after.is_some_and(|after| after <= limit)
    }

    /// Returns the time after the trigger at which the run stopped early.
    ///
    /// It stopped because the system stays down.
    pub const fn stopped_after(&self) -> Option<Duration> {
        self.stopped_after
    }

    /// Returns the calls that failed, in seconds of normal traffic.
    pub const fn seconds_lost(&self) -> f64 {
        self.seconds_lost
    }

    /// Returns the share of calls that succeed in the last second of the run, 0 to 1.
    pub const fn success_at_end(&self) -> f64 {
        self.success_at_end
    }

    /// Returns the share of calls that succeed without the trigger.
    ///
    /// It is below 0.99: the system is not healthy before the trigger, so it cannot be back after it. Returns `None` for any
    /// other system.
    pub fn success_without_trigger(&self) -> Option<f64> {
        self.baseline.as_ref().map(|baseline| baseline.success)
    }

    /// Returns the retries per call of a user while the trigger is on.
    ///
    /// They are those of all services.
    pub const fn retries_per_call(&self) -> f64 {
        self.retries_per_call
    }

    /// Returns the time in which 99 of 100 calls end, well or not.
    ///
    /// They are those that begin with the trigger or after it.
    pub const fn slowest_hundredth(&self) -> Duration {
        self.slowest_hundredth
    }

    /// Returns the seed of the run.
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// Returns the number of simulated events.
    pub const fn events(&self) -> u64 {
        self.events
    }

    /// Returns the load of each service, in the order in which they were added.
    pub fn services(&self) -> &[ServiceLoad] {
        &self.services
    }

    /// Returns the load of a service, if there is one of this name.
    pub fn service(&self, name: &str) -> Option<&ServiceLoad> {
        self.services.iter().find(|service| service.name == name)
    }
}

impl ServiceLoad {
    /// Returns the name of the service.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the requests per second while nothing fails.
    pub const fn normal(&self) -> f64 {
        self.normal
    }

    /// Returns the load in the busiest second while the trigger is on.
    ///
    /// It is without the retries that a [`retry_limit`](crate::storm::Service::refuse_retries_above) refused.
    pub const fn peak(&self) -> f64 {
        self.peak
    }

    /// Returns the load in the busiest second, with refused retries.
    pub const fn peak_with_refused(&self) -> f64 {
        self.peak_with_refused
    }

    /// Returns the average load while the trigger is on.
    pub const fn average(&self) -> f64 {
        self.average
    }

    /// Returns the average load in the last five seconds of the run.
    pub const fn at_end(&self) -> f64 {
        self.at_end
    }

    /// Returns the headroom: the capacity as a multiple of the normal load.
    pub fn headroom(&self) -> Option<f64> {
        self.capacity.map(|capacity| capacity / self.normal)
    }

    /// Returns the load over time.
    ///
    /// A point is the middle of a half second of the run, in seconds, and the load in it.
    ///
    /// The trigger begins at second 5.
    pub fn over_time(&self) -> &[(f64, f64)] {
        &self.over_time
    }
}

/// Verdicts of several triggers, with what the model assumes.
#[derive(Clone, Debug)]
pub struct Verdicts {
    pub(super) verdicts: Vec<Verdict>,
    pub(super) assumptions: Vec<String>,
}

impl Verdicts {
    /// Returns the verdicts, in the order of the triggers.
    pub fn all(&self) -> &[Verdict] {
        &self.verdicts
    }

    /// Returns the verdict of the trigger with the longest recovery.
    pub fn worst(&self) -> Option<&Verdict> {
        self.verdicts.iter().max_by_key(|verdict| verdict.back_after.unwrap_or(Duration::MAX))
    }

    /// Returns what the model assumes, and what it leaves out.
    pub fn assumptions(&self) -> &[String] {
        &self.assumptions
    }
}
