//! One request at one process, and the operation that it runs.

use std::boxed::Box;

use crate::storm::simulation::budget::Waiting;
use crate::storm::simulation::slab::Id;
use crate::{Moment, Progress, Withdrawal, breaker};

/// Request at a process.
///
/// The process runs its operations one after the other and then answers.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) from: Origin,
    pub(super) service: usize,
    pub(super) process: usize,
    /// Position of its operation among those of the service.
    pub(super) step: usize,
    /// Number of attempts that its operations began.
    ///
    /// Events name the last one by it.
    pub(super) turn: u32,
    /// True if it is a retry of its sender.
    pub(super) is_retry: bool,
    pub(super) stage: Stage,
    /// End of the request, if deadlines travel.
    pub(super) deadline: Moment,
    pub(super) progress: Progress,
    pub(super) withdrawal: Withdrawal,
    /// Position in the line of a budget, which few have.
    pub(super) waiting: Option<Box<Waiting>>,
    /// Permit of the breaker for the current attempt.
    pub(super) permit: Option<breaker::Permit>,
    /// Request of the attempt that runs.
    pub(super) inner: Option<Id>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// A press of a user, with the presses that may follow.
    User { begun: u64, is_first: bool, presses_left: u32 },
    /// An attempt, as the request whose operation makes it, and its turn.
    Attempt(Id, u32),
    /// A user who has left, or a sender outside of the model.
    Nobody,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Between two processes, or in the queue.
    Queued,
    /// At a service that errs or hangs.
    Failing,
    /// On the CPU.
    Served,
    /// On the CPU, although its caller has left.
    ServedForNobody,
    /// Takes time without the CPU.
    Working,
    /// An attempt of its operation runs.
    Calling,
    /// Its operation waits before a retry: for its delay, or in line.
    Waiting,
}

impl Request {
    /// Creates a request that has not arrived, and ends at `deadline`.
    pub(super) const fn new(from: Origin, service: usize, process: usize, deadline: Moment) -> Self {
        Self {
            from,
            service,
            process,
            step: 0,
            turn: 0,
            is_retry: false,
            stage: Stage::Queued,
            deadline,
            progress: Progress::new(),
            withdrawal: Withdrawal::new(),
            waiting: None,
            permit: None,
            inner: None,
        }
    }

    /// Returns whether its operation waits after this attempt.
    pub(super) fn is_waiting(&self, turn: u32) -> bool {
        self.stage == Stage::Waiting && self.turn == turn
    }

    /// Returns whether this attempt of its operation runs.
    pub(super) fn is_calling(&self, turn: u32) -> bool {
        self.stage == Stage::Calling && self.turn == turn
    }

    /// Returns whether it holds a slot of a process with bounds.
    pub(super) fn holds_slot(&self) -> bool {
        matches!(self.stage, Stage::Working | Stage::Calling | Stage::Waiting)
    }
}
