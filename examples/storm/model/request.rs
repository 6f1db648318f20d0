//! One request at one instance, and the operation that the instance runs for it.

use retry_runtime::{Moment, Progress, breaker};

use super::budget::Waiting;
use super::slab::Id;

/// A request at an instance. The instance runs one operation for it, 'call the next service', and answers with what
/// that ended in. A call from outside is a request that nobody sent.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) from: Origin,
    pub(crate) layer: usize,
    pub(crate) instance: usize,
    pub(crate) stage: Stage,
    pub(crate) progress: Progress,
    /// Its place in the line of the instance's budget, which few have.
    pub(crate) waiting: Option<Box<Waiting>>,
    /// Permit of the instance's breaker for the current attempt.
    pub(crate) admission: Option<breaker::Permit>,
    /// The request of the attempt under way.
    pub(crate) inner: Option<Id>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Origin {
    /// A call that came from outside at this time.
    Outside(u64),
    /// An attempt, as the request whose operation makes it, and its number.
    Attempt(Id, u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// On its way, or in the queue of a full instance.
    Queued,
    /// On the CPU.
    Served,
    /// On the CPU, although its caller has left.
    ServedForNobody,
    /// An attempt of its operation is under way.
    Calling,
    /// Its operation waits before a retry: for its delay, or in line.
    Waiting,
}

impl Request {
    /// One that has not arrived, whose operation ends at `deadline`.
    pub(crate) const fn new(from: Origin, layer: usize, instance: usize, deadline: u64) -> Self {
        Self {
            from,
            layer,
            instance,
            stage: Stage::Queued,
            progress: Progress::new().with_deadline(Moment::from_nanos(deadline)),
            waiting: None,
            admission: None,
            inner: None,
        }
    }

    /// Returns whether its operation waits after this attempt.
    pub(crate) fn is_waiting(&self, attempt: u32) -> bool {
        self.stage == Stage::Waiting && self.progress.attempt() == attempt
    }

    /// Returns whether this attempt of its operation is running.
    pub(crate) fn is_calling(&self, attempt: u32) -> bool {
        self.stage == Stage::Calling && self.progress.attempt() == attempt
    }
}
