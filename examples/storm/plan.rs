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
}

/// Fault of the dependency while the trigger is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trigger {
    Errs,
    Hangs,
}

/// One run.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) shape: Shape,
    pub(crate) trigger: Trigger,
    pub(crate) setup: Setup,
    /// Number per service; the load grows with it.
    pub(crate) instances: usize,
    /// Length of the queue of a leaf instance.
    pub(crate) queue: usize,
}

impl Plan {
    /// Calls a second for each instance of the leaf.
    pub(crate) const fn rate(&self) -> u32 {
        match self.shape {
            Shape::Chain => 50,
            Shape::Fleet => 250,
        }
    }

    /// The time between two calls from outside.
    pub(crate) const fn apart(&self) -> u64 {
        SECOND / (self.rate() as u64 * self.instances as u64)
    }

    /// When a call from outside that begins now ends, if the services are told.
    pub(crate) const fn deadline_from(&self, now: u64) -> u64 {
        if self.setup.carries { now + DEADLINE } else { NEVER }
    }

    /// When the leaf's callers give up on an attempt.
    pub(crate) const fn leaf_timeout(&self) -> u64 {
        self.setup.timeouts()[2]
    }

    /// Returns the fault at this time.
    pub(crate) fn trigger_at(&self, time: u64) -> Option<Trigger> {
        (TRIGGER.0 <= time && time < TRIGGER.1).then_some(self.trigger)
    }

    /// The layers, from the outside in.
    pub(crate) fn layers(&self) -> Vec<Layer> {
        let timeouts = self.setup.timeouts();
        let inner = |number: usize| Layer {
            instances: (0..self.instances).map(|_| self.setup.instance()).collect(),
            operation: self.setup.operation(timeouts[number]),
            service: None,
        };
        let leaf = || {
            let mut leaf = inner(3);
            leaf.service = Some(nanos(Duration::from_secs_f64(1.0 / (HEADROOM * f64::from(self.rate())))));
            for instance in &mut leaf.instances {
                instance.allowance = self.setup.allowance.map(|allowance| allowance());
            }
            leaf
        };
        match self.shape {
            Shape::Chain => vec![users(), inner(0), inner(1), inner(2), leaf()],
            Shape::Fleet => {
                let mut clients = inner(2);
                clients.instances = (0..500 * self.instances).map(|_| self.setup.instance()).collect();
                vec![clients, leaf()]
            }
        }
    }
}

/// Those outside who call front: each call is another user's, who waits for it and does not retry.
fn users() -> Layer {
    let operation = Operation { policy: ONE_ATTEMPT.policy(), max_attempts: 1, timeout: DEADLINE };
    Layer { instances: vec![Instance::default()], operation, service: None }
}
