//! The simulated system: its users and its services.

use core::time::Duration;
use std::vec::Vec;

use crate::storm::service::Service;

/// Users, services and the operations between them, under simulation.
///
/// [`trigger`](Self::trigger) and [`try_all`](Self::try_all) put it to the test. See the [module](crate::storm) for an example.
#[derive(Clone, Debug)]
pub struct Storm {
    pub(super) entry: &'static str,
    pub(super) rate: f64,
    pub(super) users: Option<Users>,
    pub(super) services: Vec<Service>,
    pub(super) deadlines_travel: bool,
    pub(super) give_ups_travel: bool,
    pub(super) latency: Duration,
    pub(super) first_seed: u64,
    pub(super) seeds: u32,
    pub(super) watch: Duration,
    pub(super) stops_early: bool,
}

/// Behaviour of users.
#[derive(Clone, Copy, Debug)]
pub(super) struct Users {
    pub(super) patience: Duration,
    pub(super) presses: u32,
}

impl Storm {
    /// Creates a system whose users call the service `entry`.
    ///
    /// Their calls are evenly spaced.
    pub const fn new(entry: &'static str, calls_per_second: f64) -> Self {
        Self {
            entry,
            rate: calls_per_second,
            users: None,
            services: Vec::new(),
            deadlines_travel: false,
            give_ups_travel: false,
            latency: Duration::from_micros(500),
            first_seed: 1,
            seeds: 3,
            watch: Duration::from_secs(30),
            stops_early: true,
        }
    }

    /// Sets how long users wait, and how often they press the button again.
    ///
    /// There is no default: users who press again multiply the load as retries do. A call succeeds if its first press is answered
    /// within `patience`.
    #[must_use]
    pub const fn users(mut self, patience: Duration, presses_again: u32) -> Self {
        self.users = Some(Users { patience, presses: presses_again });
        self
    }

    /// Adds a service.
    #[must_use]
    pub fn service(mut self, service: Service) -> Self {
        self.services.push(service);
        self
    }

    /// Lets requests carry deadlines, and drops the work for callers who left.
    ///
    /// Set it only if each client sends its context (`with_attempt`), each server reads it (`ServerLayer`), and a connection that its client
    /// closes ends the handler.
    #[must_use]
    pub const fn deadlines_travel(mut self) -> Self {
        self.deadlines_travel = true;
        self
    }

    /// Lets answers say that an operation of the sender gave up.
    ///
    /// Callers do not retry it then.
    ///
    /// Set it only if each server has a `ServerLayer`, and each client reads its header.
    #[must_use]
    pub const fn give_ups_travel(mut self) -> Self {
        self.give_ups_travel = true;
        self
    }

    /// Sets the time that a message takes between processes, 0.5 ms unless set.
    #[must_use]
    pub const fn latency(mut self, time: Duration) -> Self {
        self.latency = time;
        self
    }

    /// Sets the first seed of the random numbers, 1 unless set.
    #[must_use]
    pub const fn seed(mut self, first: u64) -> Self {
        self.first_seed = first;
        self
    }

    /// Sets the number of seeds, 3 unless set.
    ///
    /// The worst counts.
    #[must_use]
    pub const fn seeds(mut self, number: u32) -> Self {
        self.seeds = number;
        self
    }

    /// Sets how long the system is watched after the trigger, 30 s unless set.
    ///
    /// One that is not back by then never is.
    #[must_use]
    pub const fn watch(mut self, time: Duration) -> Self {
        self.watch = time;
        self
    }

    /// Lets a run that stays down go on until its end.
    ///
    /// Otherwise it stops 10 s after the trigger, or after the [cold](Service::cold) time if that is later, as soon as less than a
    /// tenth of the calls succeeds and neither the load nor the queue of an overloaded service falls.
    #[must_use]
    pub const fn without_early_stop(mut self) -> Self {
        self.stops_early = false;
        self
    }
}
