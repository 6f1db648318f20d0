//! One object with a version, and clients that each want to write it once.
//!
//! An attempt is four hops: the read's request, its answer with the version, the write's request, its answer. A write
//! succeeds if its version is still the object's, and raises it; after a conflict the client waits and reads again.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use retry_runtime::Delays;

/// Result of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// When the last client had the answer to its write.
    pub(crate) completed: Duration,
    /// The writes that reached the object, conflicts included.
    pub(crate) writes: u32,
}

/// A request as it reaches the object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Request {
    Read,
    /// With the version that was read.
    Write(u32),
}

/// Runs all clients from 0 until each has written; `hop` is how long the next message travels.
pub(crate) fn run(clients: usize, schedule: &Delays, mut hop: impl FnMut() -> Duration) -> Outcome {
    let mut waits = vec![schedule.clone(); clients];
    let mut coming: BinaryHeap<_> = (0..clients).map(|client| Reverse((hop(), client, Request::Read))).collect();
    let mut version = 0;
    let mut outcome = Outcome { completed: Duration::ZERO, writes: 0 };
    while let Some(Reverse((now, client, request))) = coming.pop() {
        match request {
            Request::Read => coming.push(Reverse((now + hop() + hop(), client, Request::Write(version)))),
            Request::Write(read) => {
                outcome.writes += 1;
                let answered = now + hop();
                if read == version {
                    version += 1;
                    outcome.completed = outcome.completed.max(answered);
                } else {
                    let wait = waits[client].next().expect("waits have no end");
                    coming.push(Reverse((answered + wait + hop(), client, Request::Read)));
                }
            }
        }
    }
    outcome
}

#[cfg(test)]
mod tests {
    use retry_runtime::{Backoff, Jitter};

    use super::*;

    const HOP: Duration = Duration::from_millis(10);

    fn none() -> Delays {
        Delays::new(Backoff::none(), Jitter::none())
    }

    /// The outcome where every hop takes equally long, in hops and writes.
    fn in_step(clients: usize, schedule: &Delays) -> (u128, u32) {
        let Outcome { completed, writes } = run(clients, schedule, || HOP);
        (completed.as_millis() / HOP.as_millis(), writes)
    }

    #[test]
    fn one_client_needs_four_hops_and_one_write() {
        assert_eq!(in_step(1, &none()), (4, 1));
    }

    #[test]
    fn nobody_needs_nothing() {
        assert_eq!(in_step(0, &none()), (0, 0));
    }

    #[test]
    fn in_step_one_client_a_round_succeeds() {
        assert_eq!(in_step(2, &none()), (8, 3));
        assert_eq!(in_step(10, &none()), (40, 55));
    }

    #[test]
    fn a_wait_comes_between_the_answer_and_the_next_read() {
        let schedule = Delays::new(Backoff::exponential(HOP * 3, HOP * 100), Jitter::none());
        assert_eq!(in_step(2, &schedule), (4 + 3 + 4, 3));
        // The third client waits three hops, then six.
        assert_eq!(in_step(3, &schedule), (4 + 3 + 4 + 6 + 4, 6));
    }

    #[test]
    fn clients_that_do_not_meet_do_not_conflict() {
        let mut first = true;
        let late = || if std::mem::take(&mut first) { HOP * 10 } else { HOP };
        assert_eq!(run(2, &none(), late), Outcome { completed: HOP * 13, writes: 2 });
    }

    #[test]
    fn a_write_between_a_read_and_its_write_is_a_conflict() {
        // The reads arrive at 1 and 2, the writes at 3 and 4; the second client's version is old by then.
        let mut first = true;
        let early = || if std::mem::take(&mut first) { HOP } else { HOP * 2 };
        let Outcome { writes, .. } = run(2, &none(), early);
        assert_eq!(writes, 3);
    }
}
