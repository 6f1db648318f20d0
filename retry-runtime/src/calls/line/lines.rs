//! All lines of the process, found by the address of their credit.

use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use core::task::Waker;
use std::boxed::Box;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use retry_core::Moment;
use retry_core::internal::{RetryEnd, Span, WaitingCredit};

use crate::calls::line::queue::{Patience, Place, Queue, Step};

/// Locks, so that lines rarely share one.
const SHARDS: usize = 16;

/// The lines in which calls wait.
///
/// The address of a credit is its name: those that wait borrow the credit, so it stays where it is.
static LINES: [Mutex<BTreeMap<usize, Queue>>; SHARDS] = [const { Mutex::new(BTreeMap::new()) }; SHARDS];

/// Next ticket, of all lines.
///
/// So a line that is made anew never mistakes an old place for one of its own.
static TICKETS: AtomicU64 = AtomicU64::new(0);

/// One call in line.
#[derive(Debug)]
pub(crate) struct Waiting {
    place: Place,
    patience: Patience,
    /// Time until which the call last had to wait.
    pub(crate) until: Moment,
}

impl Waiting {
    /// Joins the line of `credit` at `now`.
    ///
    /// It is a call of `operation`; for its rank see [`Queue::join`].
    ///
    /// Also returns how many calls stand in it.
    ///
    /// From the first of `ends` on the call leaves at bad news, and at the second whatever the news.
    pub(crate) fn join(
        credit: WaitingCredit<'_>,
        (operation, rank): (usize, u32),
        waker: &Waker,
        now: Moment,
        (news, end): (Moment, Moment),
    ) -> (Box<Self>, usize) {
        let ticket = TICKETS.fetch_add(1, Relaxed);
        let (place, in_line) = with_line(credit, |queue| {
            let place = queue.join(credit, operation, rank, ticket, waker, now);
            (place, queue.len())
        });
        let patience = Patience { since: now, news, end };
        let waiting = Self { place, patience, until: Moment::ORIGIN };
        (Box::new(waiting), in_line)
    }

    /// Decides what the call does at `now`.
    pub(crate) fn poll(&self, credit: WaitingCredit<'_>, now: Moment, waker: &Waker) -> Step {
        with_line(credit, |queue| queue.poll(credit, self.place, self.patience, now, waker))
    }

    /// Leaves the line. Returns `false` if the call was handed tokens before.
    pub(crate) fn drop_out(&self, credit: WaitingCredit<'_>) -> bool {
        with_line(credit, |queue| queue.drop_out(credit, self.place))
    }

    /// Returns how long the call has waited.
    pub(crate) fn waited(&self, now: Moment) -> Span {
        now.since(self.patience.since)
    }
}

/// Informs the line of `credit` how a retry has ended.
#[cold]
pub(crate) fn retry_ended(credit: WaitingCredit<'_>, end: RetryEnd, now: Moment) {
    with_line(credit, |queue| queue.retry_ended(credit, end, now));
}

/// Informs the line of `credit` that the first attempt of a call has failed.
#[cold]
pub(crate) fn first_attempt_failed(credit: WaitingCredit<'_>, now: Moment) {
    with_line(credit, |queue| queue.first_attempt_failed(credit, now));
}

/// Hands new tokens of `credit` to its line.
#[cold]
pub(crate) fn tokens_given(credit: WaitingCredit<'_>) {
    with_line(credit, |queue| queue.hand_over(credit));
}

/// Uses the line of `credit` under its lock, then wakes whoever is to be woken.
fn with_line<T>(credit: WaitingCredit<'_>, access: impl FnOnce(&mut Queue) -> T) -> T {
    let address = credit.address();
    // A credit takes less than a cache line, and a budget more.
    let shard = &LINES[address / 64 % SHARDS];
    let mut lines = shard.lock().unwrap_or_else(PoisonError::into_inner);
    let queue = lines.entry(address).or_default();
    let result = access(queue);
    let woken = queue.take_woken();
    if queue.len() == 0 {
        lines.remove(&address);
    }
    drop(lines);
    woken.into_iter().for_each(Waker::wake);
    result
}
