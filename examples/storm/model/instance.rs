//! The processes of a service.

use std::collections::VecDeque;

use retry_runtime::{Breaker, Budget, TimedPolicy};

use super::budget::RetryBudget;
use super::slab::Id;

/// A service, or those outside who call the first one: some processes that are alike.
#[derive(Debug)]
pub(crate) struct Layer {
    pub(crate) instances: Vec<Instance>,
    pub(crate) operation: Operation,
    /// Mean CPU time per request, in nanoseconds; `None` if CPU and slots are unbounded.
    pub(crate) service: Option<u64>,
}

/// The operation by which a layer calls the next one.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) policy: TimedPolicy,
    /// The end of one attempt after its begin, in nanoseconds.
    pub(crate) timeout: u64,
}

/// One process. Its budget and its breaker are those of its one operation.
#[derive(Debug, Default)]
pub(crate) struct Instance {
    pub(crate) budget: Option<RetryBudget>,
    /// Large, and often not there.
    pub(crate) breaker: Option<Box<Breaker>>,
    /// Budget for retries by callers, as a share of first attempts.
    pub(crate) allowance: Option<Budget>,
    pub(crate) desk: Desk,
}

/// Queue of the requests that wait for the one CPU of an instance and for one of its slots, which they hold until they are
/// answered.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    /// First come, first served; those that have left are still in it.
    queue: VecDeque<Id>,
    waiting: usize,
    slots: usize,
    serving: bool,
}

/// Number of requests that an instance works on at once, as Tomcat's threads.
const SLOTS: usize = 200;

impl Desk {
    /// Takes a request into the queue, unless `most` are waiting.
    pub(crate) fn enqueue(&mut self, id: Id, most: usize) -> bool {
        if self.waiting >= most {
            return false;
        }
        self.queue.push_back(id);
        self.waiting += 1;
        true
    }

    /// The next request, if there are a slot and the CPU for it; it has them then. `is_there` tells those that have not
    /// left.
    pub(crate) fn start(&mut self, is_there: impl Fn(Id) -> bool) -> Option<Id> {
        if self.serving || self.slots == SLOTS {
            return None;
        }
        let id = std::iter::from_fn(|| self.queue.pop_front()).find(|id| is_there(*id))?;
        self.waiting -= 1;
        self.slots += 1;
        self.serving = true;
        Some(id)
    }

    #[cfg(test)]
    pub(crate) fn is_idle(&self) -> bool {
        (self.waiting, self.slots, self.serving) == (0, 0, false)
    }

    /// The CPU is free again.
    pub(crate) fn served(&mut self) {
        self.serving = false;
    }

    /// A request that was started is answered, or has left.
    pub(crate) fn free_slot(&mut self) {
        self.slots -= 1;
    }

    /// A request has left the queue.
    pub(crate) fn left_queue(&mut self) {
        self.waiting -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::slab::Slab;
    use super::*;

    #[test]
    fn a_desk_serves_one_at_a_time_in_order_and_passes_over_who_left() {
        let mut slab = Slab::new();
        let ids: Vec<_> = (0..3).map(|number| slab.insert(number)).collect();
        let mut desk = Desk::default();
        assert!(ids.iter().all(|id| desk.enqueue(*id, 3)));
        assert!(!desk.enqueue(ids[0], 3), "it is full");

        assert_eq!(desk.start(|id| slab.contains(id)), Some(ids[0]));
        assert_eq!(desk.start(|id| slab.contains(id)), None, "the CPU is taken");
        slab.remove(ids[1]);
        desk.left_queue();
        desk.served();
        assert_eq!(desk.start(|id| slab.contains(id)), Some(ids[2]));
        assert_eq!((desk.waiting, desk.slots), (0, 2));
    }

    #[test]
    fn a_desk_starts_no_more_than_its_slots() {
        let mut slab = Slab::new();
        let mut desk = Desk::default();
        for number in 0..=SLOTS {
            assert!(desk.enqueue(slab.insert(number), 1000));
        }
        for _ in 0..SLOTS {
            assert!(desk.start(|_| true).is_some());
            desk.served();
        }
        assert_eq!(desk.start(|_| true), None);
        desk.free_slot();
        assert!(desk.start(|_| true).is_some());
    }
}
