//! A service of the simulated system.

use core::time::Duration;
use std::vec::Vec;

use crate::storm::call_to::CallTo;

/// Processes that are alike, and the operations by which they call others.
///
/// Without a [`capacity`](Self::capacity) it is never overloaded. One that can be overloaded needs its capacity and its
/// [`queue`](Self::queue), for which there are no defaults.
///
/// A request waits for the CPU of its process, is served, then takes the time of [`takes`](Self::takes), and then makes
/// its calls one after the other.
///
/// ```
/// use core::time::Duration;
/// use retry_runtime::storm::Service;
///
/// let stock = Service::new("stock", 8)
///     .capacity(800.0)
///     .queue(300)
///     .slots(200)
///     .cold(0.6, Duration::from_secs(10));
/// assert_eq!(stock.name(), "stock");
/// ```
#[derive(Clone, Debug)]
pub struct Service {
    pub(super) name: &'static str,
    pub(super) processes: usize,
    pub(super) capacity: Option<f64>,
    pub(super) queue: Option<usize>,
    pub(super) slots: Option<usize>,
    pub(super) takes: Duration,
    pub(super) cold: Option<(f64, Duration)>,
    pub(super) retry_limit: Option<f64>,
    pub(super) calls: Vec<CallTo>,
}

impl Service {
    /// Creates a service of `processes` processes that is never overloaded.
    ///
    /// Each process has budgets and breakers of its own, so their number matters.
    pub const fn new(name: &'static str, processes: usize) -> Self {
        Self {
            name,
            processes,
            capacity: None,
            queue: None,
            slots: None,
            takes: Duration::ZERO,
            cold: None,
            retry_limit: None,
            calls: Vec::new(),
        }
    }

    /// Returns the name of the service.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Sets the requests per second that all processes together can serve.
    ///
    /// Each process serves one request at a time, for an exponentially distributed time.
    #[must_use]
    pub const fn capacity(mut self, per_second: f64) -> Self {
        self.capacity = Some(per_second);
        self
    }

    /// Sets the number of requests that wait in each process at most.
    ///
    /// It refuses others at once.
    ///
    /// Tomcat has 200 threads and 100 connections that wait, so `queue(100)` and [`slots(200)`](Self::slots). axum and hyper
    /// have no bound: write [`unbounded_queue`](Self::unbounded_queue), or the limit of a layer in front.
    #[must_use]
    pub const fn queue(mut self, requests: usize) -> Self {
        self.queue = Some(requests);
        self
    }

    /// Lets any number of requests wait, as axum and hyper do without a limit.
    #[must_use]
    pub const fn unbounded_queue(self) -> Self {
        self.queue(usize::MAX)
    }

    /// Sets the number of requests that each process works on at once.
    ///
    /// A request is in work from the CPU to its answer.
    ///
    /// It is unlimited unless set, as for an async server. Threads of a server are slots.
    #[must_use]
    pub const fn slots(mut self, requests: usize) -> Self {
        self.slots = Some(requests);
        self
    }

    /// Sets the mean time that a request takes without using the CPU.
    ///
    /// The time is exponentially distributed.
    #[must_use]
    pub const fn takes(mut self, mean: Duration) -> Self {
        self.takes = mean;
        self
    }

    /// Sets the share of the capacity after any trigger, and for how long.
    ///
    /// Caches are cold then, and connections are made again. `share` is above 0 and at most 1.
    #[must_use]
    pub const fn cold(mut self, share: f64, lasts: Duration) -> Self {
        self.cold = Some((share, lasts));
        self
    }

    /// Refuses retries above `share` of the first attempts of the last second, 0 to 1.
    ///
    /// It refuses at no cost, and says that it gave up, as `refuse_retries_above` of the server layer does (feature `tower`). Callers do not retry
    /// a refusal.
    #[must_use]
    pub const fn refuse_retries_above(mut self, share: f64) -> Self {
        self.retry_limit = Some(share);
        self
    }

    /// Adds a call that each request makes, after those that were added before.
    #[must_use]
    pub fn calls(mut self, call: CallTo) -> Self {
        self.calls.push(call);
        self
    }
}
