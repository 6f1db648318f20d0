//! Journal of one call.

use std::time::Duration;

use retry_runtime::{Attempt, Class, StopReason};

use crate::script::Fault;

/// Journal of one call, written by its attempts and hooks.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    pub(crate) attempts: u32,
    /// Class of the failure before each retry.
    pub(crate) retries: Vec<Class>,
    pub(crate) delays: Vec<Duration>,
    pub(crate) faults: Vec<Fault>,
    /// Why the call was given up, and what its last attempt ended in.
    pub(crate) given_up: Option<(StopReason, Class)>,
    /// The announced delay; it counts when its retry starts.
    announced: Option<Duration>,
}

impl Journal {
    pub(crate) fn begin_attempt(&mut self, attempt: &Attempt, fault: Option<Fault>) {
        self.attempts += 1;
        self.faults.extend(fault);
        if attempt.number() > 1 {
            self.retries.push(last_class(attempt));
            self.delays.extend(self.announced.take());
        }
    }

    pub(crate) fn announce_wait(&mut self, attempt: &Attempt) {
        self.announced = Some(attempt.next_delay());
    }

    pub(crate) fn give_up(&mut self, attempt: &Attempt) {
        self.given_up = Some((attempt.stop_reason(), last_class(attempt)));
    }

    /// Returns the sum of all delays of the call, as planned: the clock does not matter.
    pub(crate) fn waited(&self) -> Duration {
        self.delays.iter().sum()
    }
}

fn last_class(attempt: &Attempt) -> Class {
    attempt.last_class().unwrap_or(Class::Unclassified)
}
