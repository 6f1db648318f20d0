//! One line: its calls in order, and the news that they wait for.
//!
//! Operations that share a budget take turns, so that one call of one operation does not wait for a thousand of another;
//! within an operation, the first to come is the first to go.

use core::cmp::Reverse;
use core::mem;
use core::task::Waker;
use core::time::Duration;
use std::collections::BTreeMap;
use std::vec::Vec;

use retry_core::Moment;
use retry_core::internal::{Grant, Limits, News, RetryEnd, Turn, WaitingCredit};

/// Time after which the head of a silent line goes.
///
/// None of the retries under way has ended until then.
const SILENCE: Duration = Duration::from_millis(500);
const LONGEST_SILENCE: Duration = Duration::from_secs(10);

/// Place of a call in its line.
///
/// It is ordered by the turn of its operation, then its rank, then the order of arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    turn: u64,
    rank: Reverse<u32>,
    ticket: u64,
}

/// Times after which a call leaves its line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// When it joined.
    pub(crate) since: Moment,
    /// From then on it leaves at bad news.
    pub(crate) news: Moment,
    /// Then it leaves whatever the news.
    pub(crate) end: Moment,
}

/// Next step of a call in line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// It starts its retry.
    Go(Grant),
    /// It has left the line.
    Leave,
    /// It waits until it is woken, or until this time.
    Wait(Moment),
}

#[derive(Debug)]
struct Waiter {
    waker: Waker,
    limits: Limits,
}

/// Line of one credit. The lock around it is held by whoever calls its methods.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    waiters: BTreeMap<Place, Waiter>,
    /// Calls that stay only as long as the news are not bad, and the time since when.
    late: BTreeMap<Place, Patience>,
    /// The last turn of each operation in line.
    turns: Vec<(usize, u64)>,
    first_failed: Option<Moment>,
    retry_failed: Option<Moment>,
    retry_succeeded: Option<Moment>,
    /// Time since which nothing was heard of the retries under way.
    silent_since: Option<Moment>,
    /// Heads that went in this silence.
    gone_in_silence: u32,
    /// To be woken once the lock is released.
    woken: Vec<Waker>,
}

impl Queue {
    pub(crate) fn len(&self) -> usize {
        self.waiters.len()
    }

    /// Takes those to be woken.
    pub(crate) fn take_woken(&mut self) -> Vec<Waker> {
        mem::take(&mut self.woken)
    }

    /// Adds a call of `operation`, whose rank is its attempts so far.
    ///
    /// After its first attempt it stands at the end of the turns of its operation. A call whose retry has failed goes to
    /// the front, so that what was spent on it is not lost; so does one inside a retry, whose rank is the highest.
    pub(crate) fn join(
        &mut self,
        credit: WaitingCredit<'_>,
        operation: usize,
        rank: u32,
        ticket: u64,
        waker: &Waker,
        now: Moment,
    ) -> Place {
        credit.set_line(true);
        if self.waiters.is_empty() {
            self.silent_since = Some(now);
        }
        let turn = if rank > 1 { self.current_turn() } else { self.next_turn(operation) };
        let place = Place { turn, rank: Reverse(rank), ticket };
        self.waiters.insert(place, Waiter { waker: waker.clone(), limits: credit.limits() });
        place
    }

    fn current_turn(&self) -> u64 {
        self.waiters.first_key_value().map_or(0, |(head, _)| head.turn)
    }

    fn next_turn(&mut self, operation: usize) -> u64 {
        let current = self.current_turn();
        // Turns that are over bind nobody.
        self.turns.retain(|(_, turn)| *turn >= current);
        if let Some((_, turn)) = self.turns.iter_mut().find(|(other, _)| *other == operation) {
            *turn += 1;
            return *turn;
        }
        self.turns.push((operation, current));
        current
    }

    /// Decides what the call at `place` does at `now`.
    pub(crate) fn poll(
        &mut self,
        credit: WaitingCredit<'_>,
        place: Place,
        patience: Patience,
        now: Moment,
        waker: &Waker,
    ) -> Step {
        let Some(waiter) = self.waiters.get_mut(&place) else { return Step::Go(Grant::Paid) };
        waiter.waker.clone_from(waker);
        let mut until = patience.end;
        if self.is_head(place) {
            match credit.turn(now) {
                Turn::Paid => return self.go(credit, place, Grant::Paid),
                Turn::Probe => return self.go(credit, place, Grant::Probe),
                Turn::At(at) => until = until.min(at),
                Turn::AfterNews => {
                    let end = self.end_of_silence();
                    if now >= end {
                        credit.start_in_silence();
                        self.gone_in_silence += 1;
                        self.silent_since = Some(now);
                        return self.go(credit, place, Grant::Probe);
                    }
                    until = until.min(end);
                }
            }
        }
        if now < patience.news {
            return if now < patience.end { Step::Wait(until.min(patience.news)) } else { self.leave(credit, place) };
        }
        if now >= patience.end || !credit.may_stay(self.news(patience)) {
            return self.leave(credit, place);
        }
        self.late.insert(place, patience);
        Step::Wait(until)
    }

    /// Returns the time at which the head goes although retries are under way.
    ///
    /// It goes after 0.5 s, 1 s, 2 s and so on, up to 10 s.
    fn end_of_silence(&self) -> Moment {
        let since = self.silent_since.unwrap_or(Moment::ORIGIN);
        since.after(SILENCE.saturating_mul(1 << self.gone_in_silence.min(5)).min(LONGEST_SILENCE))
    }

    fn news(&self, patience: Patience) -> News {
        let since = |at: Option<Moment>, time| at.is_some_and(|at| at >= time);
        News {
            in_line: self.len(),
            first_failed: since(self.first_failed, patience.news),
            retry_failed: since(self.retry_failed, patience.news),
            retry_succeeded: since(self.retry_succeeded, patience.since),
        }
    }

    fn is_head(&self, place: Place) -> bool {
        self.waiters.first_key_value().is_some_and(|(head, _)| *head == place)
    }

    fn go(&mut self, credit: WaitingCredit<'_>, place: Place, grant: Grant) -> Step {
        self.remove(credit, place);
        self.hand_over(credit);
        Step::Go(grant)
    }

    fn leave(&mut self, credit: WaitingCredit<'_>, place: Place) -> Step {
        self.remove(credit, place);
        Step::Leave
    }

    /// Removes a call that is dropped. Returns `false` if it was handed tokens before.
    pub(crate) fn drop_out(&mut self, credit: WaitingCredit<'_>, place: Place) -> bool {
        let is_in_line = self.waiters.contains_key(&place);
        if is_in_line {
            self.remove(credit, place);
        }
        is_in_line
    }

    /// Removes a call, and wakes those for whom that changes something.
    fn remove(&mut self, credit: WaitingCredit<'_>, place: Place) -> Option<Waiter> {
        let was_head = self.is_head(place);
        let waiter = self.waiters.remove(&place);
        self.late.remove(&place);
        if self.waiters.is_empty() {
            credit.set_line(false);
            return waiter;
        }
        if was_head {
            self.wake_head(credit);
        }
        let best = News { in_line: self.len(), first_failed: false, retry_failed: true, retry_succeeded: false };
        if !credit.may_stay(best) {
            // The line is so short that its length alone keeps nobody.
            self.wake_late();
        }
        waiter
    }

    /// Hands tokens to the heads of the line, as long as there are enough.
    pub(crate) fn hand_over(&mut self, credit: WaitingCredit<'_>) {
        while let Some((&place, waiter)) = self.waiters.first_key_value() {
            if !credit.with_limits(waiter.limits).hand_over() {
                break;
            }
            if let Some(waiter) = self.remove(credit, place) {
                self.woken.push(waiter.waker);
            }
        }
    }

    /// Informs the line that a retry has ended.
    ///
    /// The credit has recorded its end already.
    pub(crate) fn retry_ended(&mut self, credit: WaitingCredit<'_>, end: RetryEnd, now: Moment) {
        self.silent_since = Some(now);
        self.gone_in_silence = 0;
        self.hand_over(credit);
        self.wake_head(credit);
        match end {
            RetryEnd::Succeeded => self.retry_succeeded = Some(now),
            RetryEnd::Failed => self.retry_failed = Some(now),
            RetryEnd::Dropped => {}
        }
        if end != RetryEnd::Succeeded {
            self.wake_late();
        }
    }

    /// Informs the line that the first attempt of a call has failed.
    pub(crate) fn first_attempt_failed(&mut self, credit: WaitingCredit<'_>, now: Moment) {
        self.first_failed = Some(now);
        let leaves = |patience: &Patience| !credit.may_stay(self.news(*patience));
        let leaving: Vec<_> =
            self.late.iter().filter(|(_, patience)| leaves(patience)).map(|(place, _)| *place).collect();
        for place in leaving {
            self.late.remove(&place);
            self.woken.extend(self.waiters.get(&place).map(|waiter| waiter.waker.clone()));
        }
    }

    /// Wakes the head, which may set the time of its probe.
    ///
    /// While a retry is under way it would have nothing to do.
    fn wake_head(&mut self, credit: WaitingCredit<'_>) {
        if let (false, Some((_, head))) = (credit.is_under_way(), self.waiters.first_key_value()) {
            self.woken.push(head.waker.clone());
        }
    }

    fn wake_late(&mut self) {
        for (place, _) in mem::take(&mut self.late) {
            if let Some(waiter) = self.waiters.get(&place) {
                self.woken.push(waiter.waker.clone());
            }
        }
    }
}
