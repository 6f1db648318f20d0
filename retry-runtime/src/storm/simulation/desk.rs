//! The queue of a process, its CPU and its slots.

use std::collections::VecDeque;

use crate::storm::simulation::slab::Id;

/// Requests that wait for the CPU of a process, and for one of its slots.
///
/// They hold the slot until they are answered.
#[derive(Debug, Default)]
pub(super) struct Desk {
    /// First come, first served; those that have left are still in it.
    queue: VecDeque<Id>,
    waiting: usize,
    slots: usize,
    is_serving: bool,
}

impl Desk {
    /// Takes a request into the queue, unless `most` are waiting.
    pub(super) fn enqueue(&mut self, id: Id, most: usize) -> bool {
        if self.waiting >= most {
            return false;
        }
        self.queue.push_back(id);
        self.waiting += 1;
        true
    }

    /// Starts the next request if there are a slot and the CPU for it.
    ///
    /// `is_present` returns whether a request has not left.
    pub(super) fn start(&mut self, most_slots: usize, is_present: impl Fn(Id) -> bool) -> Option<Id> {
        if self.is_serving || self.slots >= most_slots {
            return None;
        }
        let id = core::iter::from_fn(|| self.queue.pop_front()).find(|id| is_present(*id))?;
        self.waiting -= 1;
        self.slots += 1;
        self.is_serving = true;
        Some(id)
    }

    /// Records that the CPU is free.
    pub(super) const fn served(&mut self) {
        self.is_serving = false;
    }

    /// Records that a request that was started is answered, or has left.
    pub(super) const fn free_slot(&mut self) {
        self.slots -= 1;
    }

    /// Records that a request has left the queue.
    pub(super) const fn left_queue(&mut self) {
        self.waiting -= 1;
    }

    /// Returns the number of requests that wait.
    pub(super) const fn waiting(&self) -> usize {
        self.waiting
    }

    #[cfg(test)]
    pub(super) const fn is_idle(&self) -> bool {
        self.waiting == 0 && self.slots == 0 && !self.is_serving
    }
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;
    use crate::storm::simulation::slab::Slab;

    #[test]
    fn a_desk_serves_one_at_a_time_in_order_and_passes_over_who_left() {
        let mut slab = Slab::new();
        let ids: Vec<_> = (0..3).map(|number| slab.insert(number)).collect();
        let mut desk = Desk::default();
        assert!(ids.iter().all(|id| desk.enqueue(*id, 3)));
        assert!(!desk.enqueue(ids[0], 3), "it is full");

        assert_eq!(desk.start(9, |id| slab.contains(id)), Some(ids[0]));
        assert_eq!(desk.start(9, |id| slab.contains(id)), None, "the CPU is taken");
        slab.remove(ids[1]);
        desk.left_queue();
        desk.served();
        assert_eq!(desk.start(9, |id| slab.contains(id)), Some(ids[2]));
        assert_eq!((desk.waiting, desk.slots), (0, 2));
    }

    #[test]
    fn a_desk_starts_no_more_than_its_slots() {
        let mut slab = Slab::new();
        let mut desk = Desk::default();
        for number in 0..3 {
            assert!(desk.enqueue(slab.insert(number), 1000));
        }
        for _ in 0..2 {
            assert!(desk.start(2, |_| true).is_some());
            desk.served();
        }
        assert_eq!(desk.start(2, |_| true), None);
        desk.free_slot();
        assert!(desk.start(2, |_| true).is_some());
    }
}
