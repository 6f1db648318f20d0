//! Plan of one run: load, trigger and retry setup.

use std::time::Duration;

use crate::model::{Instance, Layer, Operation};
use crate::setup::{ONE_ATTEMPT, Setup};
use crate::time::{NEVER, SECOND, nanos};

/// When the trigger comes, and when it has gone.
pub(crate) const TRIGGER: (u64, u64) = (5 * SECOND, 13 * SECOND);
/// When the last call has come.
pub(crate) const END: u64 = TRIGGER.1 + 30 * SECOND;
/// When a call from outside is over at the latest, counted from its begin.
const DEADLINE: u64 = 5 * SECOND;

/// Ratio of the capacity of a leaf instance to its normal load.
pub(crate) const HEADROOM: f64 = 1.5;
/// Length of the queue of a leaf instance.
pub(crate) const QUEUE: usize = 1000;

/// Topology of the callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Users who do not retry call front, which calls b, which calls c, which calls leaf.
    Chain,
    /// Many processes that seldom call, and retry, call leaf.
    Fleet,
    /// One process calls the dependency for each item of a batch.
    Batch,
}

/// Fault of the dependency while the trigger is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trigger {
    Errs,
    Hangs,
    /// Each first attempt fails, and each retry succeeds, at any time.
    ErrsOnce,
}

/// One run.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) shape: Shape,
    pub(crate) trigger: Trigger,
    pub(crate) setup: Setup,
    /// Number of the leaf's; the load grows with it.
    pub(crate) instances: usize,
    /// Calls a second for each instance of the leaf.
    pub(crate) rate: u32,
    /// Number of processes of each other service for each instance of the leaf.
    pub(crate) callers: usize,
    /// Length of the queue of a leaf instance.
    pub(crate) queue: usize,
}

impl Plan {
    /// A plan with the load that the scenes have.
    pub(crate) const fn new(shape: Shape, trigger: Trigger, setup: Setup, instances: usize) -> Self {
        let (rate, callers) = match shape {
            Shape::Chain | Shape::Batch => (50, 1),
            Shape::Fleet => (250, 500),
        };
        Self { shape, trigger, setup, instances, rate, callers, queue: QUEUE }
    }

    /// The time between two calls from outside.
    pub(crate) const fn apart(&self) -> u64 {
        SECOND / (self.rate as u64 * self.instances as u64)
    }

    /// When a call from outside that begins now ends, if the services are told.
    pub(crate) const fn deadline_from(&self, now: u64) -> u64 {
        if self.setup.carries { now + DEADLINE } else { NEVER }
    }

    /// When the leaf's callers give up on an attempt.
    pub(crate) const fn leaf_timeout(&self) -> u64 {
        self.setup.timeouts()[2]
    }

    /// Returns the fault that an attempt with this number meets at this time.
    pub(crate) fn trigger_at(&self, time: u64, attempt: u32) -> Option<Trigger> {
        let is_on = match self.trigger {
            Trigger::ErrsOnce => attempt == 1,
            Trigger::Errs | Trigger::Hangs => TRIGGER.0 <= time && time < TRIGGER.1,
        };
        is_on.then_some(self.trigger)
    }

    /// The layers, from the outside in.
    pub(crate) fn layers(&self) -> Vec<Layer> {
        let timeouts = self.setup.timeouts();
        let layer = |number: usize, instances| Layer {
            instances: (0..instances).map(|_| self.setup.instance()).collect(),
            operation: self.setup.operation(timeouts[number]),
            service: None,
        };
        let caller = |number| layer(number, self.callers * self.instances);
        let leaf = || {
            let mut leaf = layer(3, self.instances);
            leaf.service = Some(nanos(Duration::from_secs_f64(1.0 / (HEADROOM * f64::from(self.rate)))));
            for instance in &mut leaf.instances {
                instance.allowance = self.setup.allowance.map(|allowance| allowance());
            }
            leaf
        };
        match self.shape {
            Shape::Chain => vec![users(), caller(0), caller(1), caller(2), leaf()],
            Shape::Fleet => vec![caller(2), leaf()],
            Shape::Batch => vec![caller(3)],
        }
    }
}

/// Those outside who call front: each call is another user's, who waits for it and does not retry.
fn users() -> Layer {
    let operation = Operation { policy: ONE_ATTEMPT.policy(), timeout: DEADLINE };
    Layer { instances: vec![Instance::default()], operation, service: None }
}
