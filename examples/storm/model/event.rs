//! The event queue.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::slab::Id;

/// An event at one moment. An attempt is named by the request whose operation makes it, and its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A call comes from outside.
    Call,
    /// A request reaches its instance.
    Arrived(Id),
    /// An instance's CPU is done with a request.
    Served(Id),
    /// The answer to an attempt reaches its caller.
    Answered(Id, u32, Answer),
    /// The timeout of an attempt is over.
    Cut(Id, u32),
    /// The wait after an attempt is over.
    Waited(Id, u32),
    /// The time has come for which an operation in line has set its timer.
    InLine(Id, u32),
    /// An operation in line is woken.
    Woken(Id, u32),
    /// An instance learns that nobody waits for its answer any more.
    Cancelled(Id),
}

/// Outcome of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Good,
    /// A failure; marked if an operation below has given up.
    Bad {
        gave_up: bool,
    },
}

/// The events to come, in their order; those of one moment as they were planned.
#[derive(Debug, Default)]
pub(crate) struct Events {
    to_come: BinaryHeap<Planned>,
    planned: u64,
}

impl Events {
    pub(crate) fn plan(&mut self, at: u64, event: Event) {
        self.to_come.push(Planned { at, number: self.planned, event });
        self.planned += 1;
    }

    pub(crate) fn next(&mut self) -> Option<(u64, Event)> {
        self.to_come.pop().map(|planned| (planned.at, planned.event))
    }
}

#[derive(Clone, Copy, Debug)]
struct Planned {
    at: u64,
    number: u64,
    event: Event,
}

impl Ord for Planned {
    /// The heap gives the greatest first.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.number).cmp(&(self.at, self.number))
    }
}

impl PartialOrd for Planned {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Planned {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Planned {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_by_time_and_then_as_planned() {
        let mut slab = super::super::slab::Slab::new();
        let id = slab.insert(());
        let mut events = Events::default();
        events.plan(2, Event::Call);
        events.plan(1, Event::Arrived(id));
        events.plan(1, Event::Served(id));
        let order: Vec<_> = std::iter::from_fn(|| events.next()).collect();
        assert_eq!(order, [(1, Event::Arrived(id)), (1, Event::Served(id)), (2, Event::Call)]);
    }
}
