//! The scenes: runs that are compared.

use std::ops::RangeInclusive;

use crate::plan::{Fault, Plan, Shape};
use crate::setup::{
    BACKOFF, BREAKER, BUDGET, CANCELLING, FIVE_SECONDS, INWARD, JITTER, NAIVE, ONE_SECOND, REFUSING, RETRY, Setup,
    TWO_SECONDS,
};

pub(crate) const SCENES: RangeInclusive<u32> = 1..=4;

/// Runs that belong together.
pub(crate) struct Scene {
    pub(crate) number: u32,
    pub(crate) title: &'static str,
    /// Description of its setups.
    pub(crate) setups: &'static str,
    pub(crate) drawn: Load,
    pub(crate) panels: Vec<Panel>,
    /// Runs that differ only in the queue, and show where it begins to keep the leaf down.
    pub(crate) queues: Vec<Plan>,
}

/// Whose load is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Load {
    Leaf,
    Dependency,
}

/// Runs that are drawn in one picture.
pub(crate) struct Panel {
    pub(crate) title: &'static str,
    pub(crate) plans: Vec<Plan>,
}

const LADDER: &str = "\
naive      4 attempts at once
backoff    3 attempts, exp(100ms, 10s) between them
+ jitter   full
+ budget   credit: at rest 3 retries per process
+ breaker  opens at half of 100 calls, for 1 s and then up to 2 s
#[retry]   the defaults: budget, deadlines and give-ups travel; no breaker
";

const FLEET: &str = "\
+ jitter   3 attempts, exp(100ms, 10s), full jitter
+ budget   credit: at rest 3 retries per process
+ cancel   requests carry the deadline, and what nobody waits for is dropped
+ refusal  the leaf takes no retries beyond a tenth of first attempts, and marks the refusal; 'of' counts them too
#[retry]   budget, deadlines and cancellation, and the leaf marks its errors when it gave up
inward     the same, with 1.2 s for the leaf and 0.25 s for the dependency instead of 1 s for both
";

const BREAKERS: &str = "\
#[retry]         as it comes
open 1 s         with breakers that open for 0.75 to 1.25 s each time
open 1 s to 2 s  with breakers as they come: twice as long when the probes fail, up to 2 s
open 5 s         with breakers that open for 3.75 to 6.25 s each time
";

const FLEET_SETUPS: [Setup; 6] = [JITTER, BUDGET, CANCELLING, REFUSING, RETRY, INWARD];

const BREAKER_SETUPS: [Setup; 4] = [RETRY, ONE_SECOND, TWO_SECONDS, FIVE_SECONDS];

const QUEUES: [usize; 4] = [25, 50, 100, 200];

impl Scene {
    /// The scene of this number, with so many instances of each service.
    pub(crate) fn new(number: u32, instances: u32) -> Self {
        let errs = ("the dependency errs", Fault::Errs);
        let hangs = ("the dependency hangs", Fault::Hangs);
        let plan = |shape, trigger, setup| Plan::new(shape, trigger, setup, instances);
        let panel = |shape, (title, trigger), setups: &[Setup]| Panel {
            title,
            plans: setups.iter().map(|setup| plan(shape, trigger, *setup)).collect(),
        };
        let chain = |trigger| {
            let loops = [NAIVE, BACKOFF, JITTER];
            let bounded = [BUDGET, BREAKER, RETRY];
            vec![
                panel(Shape::Chain, ("retries without a budget", trigger), &loops),
                panel(Shape::Chain, ("retries within a budget", trigger), &bounded),
            ]
        };
        let both = |shape, setups: &[Setup]| vec![panel(shape, errs, setups), panel(shape, hangs, setups)];
        let (title, panels) = match number {
            1 => ("a chain of four services whose dependency errs", chain(Fault::Errs)),
            2 => ("a chain of four services whose dependency hangs", chain(Fault::Hangs)),
            3 => ("a fleet of processes that seldom call the leaf", both(Shape::Fleet, &FLEET_SETUPS)),
            _ => ("the chain with breakers in front of every call", both(Shape::Chain, &BREAKER_SETUPS)),
        };
        let shorter = |queue| Plan { queue, ..plan(Shape::Chain, Fault::Errs, NAIVE) };
        let queues = if number == 1 { QUEUES.map(shorter).into() } else { Vec::new() };
        let setups = match number {
            1 | 2 => LADDER,
            3 => FLEET,
            _ => BREAKERS,
        };
        let drawn = if number == 4 { Load::Dependency } else { Load::Leaf };
        Self { number, title, setups, drawn, panels, queues }
    }

    /// The plan of its first run, whose figures are those of every run of the scene.
    pub(crate) fn plan(&self) -> &Plan {
        &self.panels[0].plans[0]
    }

    pub(crate) fn runs(&self) -> usize {
        self.panels.iter().map(|panel| panel.plans.len()).sum::<usize>() + self.queues.len()
    }
}
