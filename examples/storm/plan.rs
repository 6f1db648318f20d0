//! Plan of one run: load, trigger and retry setup.

use std::time::Duration;

use retry_runtime::storm::{Service, Storm, Trigger};

use crate::setup::Setup;

/// When the trigger begins and ends, in seconds.
pub(crate) const TRIGGER: (u64, u64) = (5, 13);
/// How long calls come in after the trigger.
const WATCH: Duration = Duration::from_secs(30);
/// How long users wait.
const PATIENCE: Duration = Duration::from_secs(5);

/// Ratio of the capacity of a leaf instance to its normal load.
pub(crate) const HEADROOM: f64 = 1.5;
/// Length of the queue of a leaf instance.
pub(crate) const QUEUE: usize = 1000;
/// When the callers of the leaf give up on an attempt, in seconds, in the law.
pub(crate) const LEAF_TIMEOUT: f64 = 1.0;
/// Requests that an instance of the leaf works on, as Tomcat's threads.
const SLOTS: usize = 200;

/// Topology of the callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Users call front, which calls b, which calls c, which calls leaf.
    Chain,
    /// Many processes that seldom call, and retry, call leaf.
    Fleet,
}

/// Fault of the dependency while the trigger is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Errs,
    Hangs,
}

/// One run.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) shape: Shape,
    pub(crate) fault: Fault,
    pub(crate) setup: Setup,
    /// Number of the leaf's; the load grows with it.
    pub(crate) instances: u32,
    /// Length of the queue of a leaf instance.
    pub(crate) queue: usize,
}

impl Fault {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Errs => "errs",
            Self::Hangs => "hangs",
        }
    }

    pub(crate) const fn trigger(self) -> Trigger {
        match self {
            Self::Errs => Trigger::Errors("dependency"),
            Self::Hangs => Trigger::Hangs("dependency"),
        }
    }
}

impl Plan {
    pub(crate) const fn new(shape: Shape, fault: Fault, setup: Setup, instances: u32) -> Self {
        Self { shape, fault, setup, instances, queue: QUEUE }
    }

    /// Calls per second for each instance of the leaf.
    pub(crate) const fn rate(&self) -> u32 {
        match self.shape {
            Shape::Chain => 50,
            Shape::Fleet => 250,
        }
    }

    /// How long the trigger is on.
    pub(crate) const fn lasts() -> Duration {
        Duration::from_secs(TRIGGER.1 - TRIGGER.0)
    }

    /// The system, whose runs go on to their end so that pictures show all of it.
    pub(crate) fn storm(&self, seed: u64) -> Storm {
        let Setup { deadlines_travel, give_ups_travel, refuses_above, .. } = self.setup;
        let [front, b, c, leaf_call] = self.setup.calls();
        let rate = f64::from(self.rate() * self.instances);
        let instances = self.instances as usize;
        let leaf = Service::new("leaf", instances).capacity(HEADROOM * rate).queue(self.queue).slots(SLOTS);
        let leaf = refuses_above.map_or(leaf.clone(), |share| leaf.refuse_retries_above(share)).calls(leaf_call);
        let storm = match self.shape {
            Shape::Chain => Storm::new("front", rate)
                .service(Service::new("front", instances).calls(front))
                .service(Service::new("b", instances).calls(b))
                .service(Service::new("c", instances).calls(c)),
            Shape::Fleet => Storm::new("fleet", rate).service(Service::new("fleet", 500 * instances).calls(c)),
        };
        let dependency = Service::new("dependency", 1).takes(Duration::from_millis(5));
        let storm = storm.users(PATIENCE, 0).service(leaf).service(dependency).watch(WATCH).without_early_stop();
        let storm = if deadlines_travel { storm.deadlines_travel() } else { storm };
        let storm = if give_ups_travel { storm.give_ups_travel() } else { storm };
        storm.seed(seed).seeds(1)
    }
}
