//! The event queue.

use core::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};
use std::vec::Vec;

use crate::storm::simulation::slab::Id;

/// Event at one moment.
///
/// An attempt is named by the request whose operation makes it, and its turn there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// Users make a call.
    Call,
    /// A request comes from outside of the model.
    ///
    /// The trigger multiplies the load of a service.
    Extra,
    /// A user has waited long enough.
    Left(Id),
    /// A request reaches its process.
    Arrived(Id),
    /// A request reached a service that errs.
    Erred(Id),
    /// The CPU of a process has served a request.
    Served(Id),
    /// The time that a request takes without the CPU is over.
    Worked(Id),
    /// The answer to an attempt reaches its caller.
    Answered(Id, u32, Answer),
    /// The timeout of an attempt is over.
    TimedOut(Id, u32),
    /// The delay after an attempt is over.
    Waited(Id, u32),
    /// The timer of an operation in line is over.
    InLine(Id, u32),
    /// An operation in line is woken.
    Woken(Id, u32),
    /// A process learns that nobody waits for its answer any more.
    Cancelled(Id),
}

/// Outcome of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Good,
    Bad {
        /// True if it says that an operation of the sender gave up.
        gave_up: bool,
    },
}

/// Future events by time, and then in the order in which they were planned.
///
/// Most events follow after one of few delays: the latency of a message, a timeout. Those of one delay come in the order in which they
/// were planned, so each such delay has a lane, where an event costs a few instructions, and no place in the heap.
#[derive(Debug, Default)]
pub(super) struct Events {
    heap: BinaryHeap<Planned>,
    lanes: Vec<Lane>,
    planned: u64,
}

/// Most lanes: each is looked at for each event.
const MAX_LANES: usize = 6;

#[derive(Debug)]
struct Lane {
    delay: u64,
    events: VecDeque<Planned>,
}

#[derive(Clone, Copy, Debug)]
struct Planned {
    at: u64,
    number: u64,
    event: Event,
}

impl Events {
    /// Plans an event for a moment.
    pub(super) fn plan(&mut self, at: u64, event: Event) {
        let planned = self.numbered(at, event);
        self.heap.push(planned);
    }

    /// Plans an event for `delay` after `now`, with a delay that many events have.
    pub(super) fn plan_after(&mut self, now: u64, delay: u64, event: Event) {
        let at = now.saturating_add(delay);
        let lane = match self.lanes.iter().position(|lane| lane.delay == delay) {
            Some(lane) => lane,
            None if self.lanes.len() < MAX_LANES => {
                self.lanes.push(Lane { delay, events: VecDeque::new() });
                self.lanes.len() - 1
            }
            None => return self.plan(at, event),
        };
        let planned = self.numbered(at, event);
        self.lanes[lane].events.push_back(planned);
    }

    /// Returns the next event, and its time.
    pub(super) fn next(&mut self) -> Option<(u64, Event)> {
        let mut first = self.heap.peek().map(|planned| (planned.at, planned.number, None));
        for (position, lane) in self.lanes.iter().enumerate() {
            if let Some(front) = lane.events.front() {
                if first.is_none_or(|(at, number, _)| (front.at, front.number) < (at, number)) {
                    first = Some((front.at, front.number, Some(position)));
                }
            }
        }
        let planned = match first?.2 {
            Some(lane) => self.lanes[lane].events.pop_front(),
            None => self.heap.pop(),
        };
        planned.map(|planned| (planned.at, planned.event))
    }

    /// Returns the number of events that were planned.
    pub(super) const fn planned(&self) -> u64 {
        self.planned
    }

    fn numbered(&mut self, at: u64, event: Event) -> Planned {
        self.planned += 1;
        Planned { at, number: self.planned, event }
    }
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
    use crate::storm::simulation::slab::Slab;

    #[test]
    fn events_come_by_time_and_then_as_planned() {
        let mut slab = Slab::new();
        let id = slab.insert(());
        let mut events = Events::default();
        events.plan(2, Event::Call);
        events.plan_after(0, 1, Event::Arrived(id));
        events.plan(1, Event::Served(id));
        events.plan_after(1, 1, Event::Worked(id));
        let order: Vec<_> = core::iter::from_fn(|| events.next()).map(|(_, event)| event).collect();
        assert_eq!(order, [Event::Arrived(id), Event::Served(id), Event::Call, Event::Worked(id)]);
    }

    #[test]
    fn delays_beyond_the_lanes_keep_their_order() {
        let mut events = Events::default();
        for delay in (0..20).rev() {
            events.plan_after(0, delay, Event::Call);
        }
        let times: Vec<_> = core::iter::from_fn(|| events.next()).map(|(at, _)| at).collect();
        assert_eq!(times, (0..20).collect::<Vec<_>>());
    }
}
