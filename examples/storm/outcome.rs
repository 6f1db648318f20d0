//! The figures of a run of scenes, as tables, charts and `--json` show them.

use serde::Serialize;

use crate::goal::Goal;
use crate::measure::Measure;
use crate::plan::{HEADROOM, Plan, Trigger};
use crate::scene::Load;
use crate::time::seconds;

#[derive(Serialize)]
pub(crate) struct Outcome {
    pub(crate) seed: u64,
    /// Per service.
    pub(crate) instances: u32,
    pub(crate) scenes: Vec<Played>,
}

/// One scene.
#[derive(Serialize)]
pub(crate) struct Played {
    pub(crate) scene: u32,
    pub(crate) title: &'static str,
    #[serde(skip)]
    pub(crate) setups: &'static str,
    #[serde(skip)]
    pub(crate) drawn: Load,
    pub(crate) panels: Vec<Drawn>,
    pub(crate) law: Law,
    pub(crate) goals: Vec<Goal>,
}

/// The runs of one picture.
#[derive(Serialize)]
pub(crate) struct Drawn {
    pub(crate) title: &'static str,
    pub(crate) rows: Vec<Row>,
}

/// One run. Loads are multiples of normal, peaks the busiest second while the trigger is on.
#[derive(Serialize)]
pub(crate) struct Row {
    pub(crate) setup: &'static str,
    pub(crate) trigger: &'static str,
    pub(crate) peak_leaf: f64,
    /// With the retries that the leaf refused.
    pub(crate) peak_leaf_with_refused: f64,
    pub(crate) peak_dependency: f64,
    pub(crate) retries_a_call: f64,
    pub(crate) p99_seconds: f64,
    /// `None` if it is still down when the run ends.
    pub(crate) recovery_seconds: Option<f64>,
    /// In the last five seconds.
    pub(crate) attempts_a_call_at_end: f64,
    /// Items of a batch whose items all fail once.
    pub(crate) batch_lost: u32,
    /// Middles of half seconds, and the load of the leaf in each, without what it refused.
    pub(crate) load_of_leaf: Vec<(f64, f64)>,
    pub(crate) load_of_dependency: Vec<(f64, f64)>,
}

/// When a leaf stays down after the trigger has gone.
#[derive(Serialize)]
pub(crate) struct Law {
    pub(crate) headroom: f64,
    /// Calls a second an instance.
    pub(crate) rate: u32,
    pub(crate) timeout_seconds: f64,
    /// Headroom times rate times timeout.
    pub(crate) longest_harmless_queue: f64,
    /// Resources of an instance.
    pub(crate) queue: usize,
    /// Runs with other queues.
    pub(crate) queues: Vec<OtherQueue>,
}

#[derive(Serialize)]
pub(crate) struct OtherQueue {
    pub(crate) queue: usize,
    pub(crate) recovery_seconds: Option<f64>,
    pub(crate) attempts_a_call_at_end: f64,
}

impl Row {
    pub(crate) fn new(plan: &Plan, measure: &Measure, batch_lost: u32) -> Self {
        Self {
            setup: plan.setup.name,
            trigger: plan.trigger.name(),
            peak_leaf: rounded(measure.peak_leaf()),
            peak_leaf_with_refused: rounded(measure.peak_at_door()),
            peak_dependency: rounded(measure.peak_dependency()),
            retries_a_call: rounded(measure.retries_a_call()),
            p99_seconds: rounded(seconds(measure.slowest_hundredth())),
            recovery_seconds: measure.recovery().map(seconds),
            attempts_a_call_at_end: rounded(measure.attempts_at_end()),
            batch_lost,
            load_of_leaf: over_time(measure.load_of_leaf()),
            load_of_dependency: over_time(measure.load_of_dependency()),
        }
    }
}

impl Law {
    /// The law with the figures of `plan`; `queues` are runs with other queues.
    pub(crate) fn new(plan: &Plan, queues: Vec<OtherQueue>) -> Self {
        let timeout = seconds(plan.leaf_timeout());
        Self {
            headroom: HEADROOM,
            rate: plan.rate,
            timeout_seconds: timeout,
            longest_harmless_queue: HEADROOM * f64::from(plan.rate) * timeout,
            queue: plan.queue,
            queues,
        }
    }
}

impl OtherQueue {
    pub(crate) fn new(plan: &Plan, measure: &Measure) -> Self {
        Self {
            queue: plan.queue,
            recovery_seconds: measure.recovery().map(seconds),
            attempts_a_call_at_end: rounded(measure.attempts_at_end()),
        }
    }
}

impl Trigger {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Errs => "errs",
            Self::Hangs => "hangs",
            Self::ErrsOnce => "errs once",
        }
    }
}

fn over_time(load: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    load.into_iter().map(|(at, load)| (at, rounded(load))).collect()
}

/// To a thousandth.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
