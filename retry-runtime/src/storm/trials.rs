//! Runs of a system under triggers.

use core::cell::OnceCell;
use core::time::Duration;
use std::format;
use std::vec;
use std::vec::Vec;

use crate::storm::assumptions::assumptions;
use crate::storm::error::StormError;
use crate::storm::plan::{Scenario, System};
use crate::storm::report;
use crate::storm::simulation::run;
use crate::storm::topology::Storm;
use crate::storm::trigger::Trigger;
use crate::storm::verdict::{Baseline, Verdict, Verdicts};

/// Slowness that [`Storm::try_all`] tries.
const SLOW: f64 = 5.0;
/// Load that [`Storm::try_all`] tries.
const LOAD: f64 = 3.0;
/// Time for which a system is watched beyond the limit of an assertion.
const MARGIN: Duration = Duration::from_secs(10);
/// Headrooms between which the least one is searched.
const HEADROOMS: (f64, f64) = (1.02, 8.0);
const HALVINGS: u32 = 6;

/// System with the triggers that it is to survive.
#[derive(Clone, Debug)]
#[must_use = "nothing runs before `run` or an assertion"]
pub struct Trials<'a> {
    storm: &'a Storm,
    triggers: Vec<Trigger>,
    lasts: Duration,
}

impl Storm {
    /// Adds a trigger that is on for `lasts`, from second 5 of a run.
    pub fn trigger(&self, trigger: Trigger, lasts: Duration) -> Trials<'_> {
        Trials { storm: self, triggers: vec![trigger], lasts }
    }

    /// Adds every trigger of every service, one after the other, each for `lasts`.
    ///
    /// A service errs, hangs, and is 5 times as slow if it takes time. The first service, and those that can be overloaded, get 3
    /// times their load.
    pub fn try_all(&self, lasts: Duration) -> Trials<'_> {
        let mut triggers = Vec::new();
        for service in &self.services {
            let name = service.name;
            triggers.extend([Trigger::Errors(name), Trigger::Hangs(name)]);
            if service.capacity.is_some() || !service.takes.is_zero() {
                triggers.push(Trigger::Slow(name, SLOW));
            }
            if service.capacity.is_some() || name == self.entry {
                triggers.push(Trigger::Load(name, LOAD));
            }
        }
        Trials { storm: self, triggers, lasts }
    }
}

impl Trials<'_> {
    /// Simulates each trigger, with each seed until the system stays down.
    ///
    /// # Errors
    ///
    /// All that is missing or wrong in the system, with what to write.
    pub fn run(&self) -> Result<Verdicts, StormError> {
        self.run_for(self.storm.watch).map(|(_, verdicts)| verdicts)
    }

    /// Asserts that the system is back within `limit` of the end of each trigger.
    ///
    /// # Panics
    ///
    /// Panics if it is not, with a report: the overloaded service, its peak, what to change, and all assumptions. Panics also if
    /// something is missing or wrong in the system.
    #[track_caller]
    pub fn assert_back_within(&self, limit: Duration) -> Verdicts {
        let watch = self.storm.watch.max(limit.saturating_add(MARGIN));
        let (system, verdicts) = match self.run_for(watch) {
            Ok(answer) => answer,
            Err(error) => panic!("{error}"),
        };
        match verdicts.worst() {
            Some(worst) if !worst.is_back_within(limit) => {
                panic!("{}", report::failure(&system, &verdicts, worst, limit))
            }
            _ => verdicts,
        }
    }

    /// Returns the least headroom of `service` that is enough, by halving.
    ///
    /// It is enough if the system is back within `limit` after each trigger.
    ///
    /// The headroom is the capacity as a multiple of the normal load. Returns `None` if even 8 is not enough, and 1.02 if that is.
    /// The answer is at most 2 % too high.
    ///
    /// # Errors
    ///
    /// All that is missing or wrong in the system, and a service without a capacity.
    pub fn least_headroom(&self, service: &str, limit: Duration) -> Result<Option<f64>, StormError> {
        let system = System::new(self.storm)?;
        let at = system.position(service, "the headroom is that of")?;
        if system.services[at].capacity.is_none() {
            let fault = format!("`{service}` has no capacity; write `.capacity(per_second).queue(n)`");
            return Err(StormError { faults: vec![fault] });
        }
        let load = system.services[at].load;
        let is_enough = |headroom: f64| {
            let mut storm = self.storm.clone();
            storm.services[at].capacity = Some(load * headroom);
            let trials = Trials { storm: &storm, triggers: self.triggers.clone(), lasts: self.lasts };
            let (_, verdicts) = trials.run_for(limit.saturating_add(MARGIN))?;
            Ok::<bool, StormError>(verdicts.all().iter().all(|verdict| verdict.is_back_within(limit)))
        };
        let (mut low, mut high) = HEADROOMS;
        if is_enough(low)? {
            return Ok(Some(low));
        }
        if !is_enough(high)? {
            return Ok(None);
        }
        for _ in 0..HALVINGS {
            let middle = (low * high).sqrt();
            if is_enough(middle)? { high = middle } else { low = middle }
        }
        Ok(Some(high))
    }

    fn run_for(&self, watch: Duration) -> Result<(System, Verdicts), StormError> {
        let system = System::new(self.storm)?;
        let baseline = OnceCell::new();
        let verdict = |trigger: &Trigger| self.verdict(&system, *trigger, watch, &baseline);
        let verdicts: Result<Vec<_>, _> = self.triggers.iter().map(verdict).collect();
        let assumptions = assumptions(&system, (self.storm.first_seed, self.storm.seeds));
        Ok((system, Verdicts { verdicts: verdicts?, assumptions }))
    }

    /// Returns what the system does without a trigger, if it is not healthy.
    fn baseline(&self, scenario: &Scenario<'_>) -> Option<Baseline> {
        let measure = run(&scenario.without_trigger(), self.storm.first_seed);
        let loads = (0..scenario.system.services.len()).map(|at| measure.at_end(at)).collect();
        measure.ill_at_end().map(|success| Baseline { success, loads })
    }

    /// Returns the worst verdict of all seeds.
    ///
    /// A seed with which the system stays down is the last one.
    fn verdict(
        &self,
        system: &System,
        trigger: Trigger,
        watch: Duration,
        baseline: &OnceCell<Option<Baseline>>,
    ) -> Result<Verdict, StormError> {
        let scenario = Scenario::new(system, self.storm, trigger, self.lasts, watch)?;
        let mut worst: Option<Verdict> = None;
        for number in 0..self.storm.seeds {
            let seed = self.storm.first_seed.wrapping_add(number.into());
            let mut verdict = Verdict::new(system, trigger, (self.lasts, watch), seed, &run(&scenario, seed));
            let stays_down = verdict.back_after.is_none();
            if stays_down {
                // It may never have been well. The answer is the same for each trigger.
                verdict.baseline.clone_from(baseline.get_or_init(|| self.baseline(&scenario)));
            }
            if worst.as_ref().is_none_or(|worst| stays_down || verdict.back_after > worst.back_after) {
                worst = Some(verdict);
            }
            if stays_down {
                break;
            }
        }
        // Validated: there is a seed.
        worst.ok_or_else(|| StormError { faults: vec!["`seeds(0)` is out of range; write 1 to 100".into()] })
    }
}
