//! The figures of a run of scenes, as tables, charts and `--json` show them.

use retry_runtime::storm::{ServiceLoad, Verdict};
use serde::Serialize;

use crate::goal::Goal;
use crate::plan::{HEADROOM, LEAF_TIMEOUT, Plan};
use crate::scene::Load;

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
    pub(crate) fn new(plan: &Plan, verdict: &Verdict, batch_lost: u32) -> Self {
        let figure = |name: &str, figure: fn(&ServiceLoad) -> f64| verdict.service(name).map_or(0.0, figure);
        let over_time = |name: &str| verdict.service(name).map(ServiceLoad::over_time).unwrap_or_default();
        Self {
            setup: plan.setup.name,
            trigger: plan.fault.name(),
            peak_leaf: rounded(figure("leaf", ServiceLoad::peak)),
            peak_leaf_with_refused: rounded(figure("leaf", ServiceLoad::peak_with_refused)),
            peak_dependency: rounded(figure("dependency", ServiceLoad::peak)),
            retries_a_call: rounded(verdict.retries_per_call()),
            p99_seconds: rounded(verdict.slowest_hundredth().as_secs_f64()),
            recovery_seconds: verdict.back_after().map(|after| after.as_secs_f64()),
            attempts_a_call_at_end: rounded(figure("leaf", ServiceLoad::at_end)),
            batch_lost,
            load_of_leaf: rounded_over_time(over_time("leaf")),
            load_of_dependency: rounded_over_time(over_time("dependency")),
        }
    }
}

impl Law {
    /// The law with the figures of `plan`; `queues` are runs with other queues.
    pub(crate) fn new(plan: &Plan, queues: Vec<OtherQueue>) -> Self {
        Self {
            headroom: HEADROOM,
            rate: plan.rate(),
            timeout_seconds: LEAF_TIMEOUT,
            longest_harmless_queue: HEADROOM * f64::from(plan.rate()) * LEAF_TIMEOUT,
            queue: plan.queue,
            queues,
        }
    }
}

impl OtherQueue {
    pub(crate) fn new(plan: &Plan, verdict: &Verdict) -> Self {
        Self {
            queue: plan.queue,
            recovery_seconds: verdict.back_after().map(|after| after.as_secs_f64()),
            attempts_a_call_at_end: rounded(verdict.service("leaf").map_or(0.0, ServiceLoad::at_end)),
        }
    }
}

fn rounded_over_time(load: &[(f64, f64)]) -> Vec<(f64, f64)> {
    load.iter().map(|(at, load)| (*at, rounded(*load))).collect()
}

/// To a thousandth.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
