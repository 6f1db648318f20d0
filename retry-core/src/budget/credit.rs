//! Retries on credit: a bucket of tokens, and what decides who waits for them.
//!
//! A retry takes some, a retry that succeeds gives some back, and a first success moves the bucket toward its rest. A
//! retry that finds too few waits in line: each retry that succeeds lets one and a half go, and while none is under way
//! the head of the line is tried without paying, at growing intervals. So a batch whose items all fail once is finished,
//! and a service that is down gets no more than a trickle.

use crate::budget::credit_word::CreditWord;
use crate::budget::denial::{BudgetDenial, Requests};
use crate::budget::probe_time::ProbeTime;
use crate::budget::terms::{Limits, PRICE, REWARD, signed};
use crate::sync::{
    AtomicU64,
    Ordering::{AcqRel, Acquire, Relaxed},
};
use crate::units::{Moment, Span};

/// Calls in line that make a crowd, so that hardly another call is left to ask.
const CROWD: usize = 4;

/// End of a retry that was under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryEnd {
    /// It succeeded.
    Succeeded,
    /// It failed.
    Failed,
    /// It was dropped: no news, but the next probe comes later.
    Dropped,
}

/// News since a call in line could have made all its attempts.
#[derive(Clone, Copy, Debug)]
pub struct News {
    /// Calls in line, this one included.
    pub in_line: usize,
    /// The first attempt of another call has failed since then.
    pub first_failed: bool,
    /// A retry has failed since then.
    pub retry_failed: bool,
    /// A retry has succeeded since this call joined.
    pub retry_succeeded: bool,
}

/// Next step of the head of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It goes, and has paid.
    Paid,
    /// It goes without paying.
    Probe,
    /// It may go as a probe at this time.
    At(Moment),
    /// It waits for the end of a retry that is under way.
    AfterNews,
}

/// A bucket, and the news that decide who waits for it.
///
/// Each operation is one compare-and-swap of the first word. Swaps of it are `AcqRel`, because a retry that ends writes
/// the time of the next probe before it, and the head of the line reads that time after it.
#[derive(Debug)]
pub(crate) struct Credit {
    state: AtomicU64,
    probe: AtomicU64,
    requests: AtomicU64,
}

impl Credit {
    pub(crate) const fn at_rest() -> Self {
        Self::new(CreditWord::REST)
    }

    /// Creates the bucket of a budget of another shape, which does not use it.
    pub(crate) const fn never_at_rest() -> Self {
        Self::new(CreditWord::REST.with_away(1))
    }

    const fn new(state: CreditWord) -> Self {
        Self { state: AtomicU64::new(state.0), probe: AtomicU64::new(0), requests: AtomicU64::new(0) }
    }

    #[inline]
    pub(crate) fn is_at_rest(&self) -> bool {
        self.state.load(Relaxed) == CreditWord::REST.0
    }

    pub(crate) fn tokens(&self, limits: Limits) -> u32 {
        u32::try_from(self.load().tokens(limits)).unwrap_or(0)
    }

    /// Takes `cost`, or returns `false` if there is less.
    ///
    /// The retry is not counted as under way.
    pub(crate) fn withdraw(&self, cost: u32, limits: Limits) -> bool {
        self.ask(|word| word.minus(signed(cost), limits))
    }

    /// Takes what `take` does, and counts the request.
    fn ask(&self, take: impl Fn(CreditWord) -> Option<CreditWord>) -> bool {
        let taken = self.swap(take);
        if let Some((CreditWord::REST, _)) = taken {
            // The first since the rest: what was before is forgotten.
            self.requests.store(Requests::ASKED + Requests::GRANTED, Relaxed);
            self.reset_probe();
        } else {
            let granted = if taken.is_some() { Requests::GRANTED } else { 0 };
            self.requests.fetch_add(Requests::ASKED + granted, Relaxed);
        }
        taken.is_some()
    }

    /// Makes the next probe one of the shortest interval.
    fn reset_probe(&self) {
        if self.probe.load(Relaxed) != ProbeTime::NOW.0 {
            self.probe.store(ProbeTime::NOW.0, Relaxed);
        }
    }

    pub(crate) fn denial(&self, waited: Span) -> BudgetDenial {
        BudgetDenial::new(Requests(self.requests.load(Relaxed)), waited)
    }

    /// Adds up to `tokens`, as long as there is room.
    pub(crate) fn give(&self, tokens: u32, limits: Limits) {
        self.swap(|word| Some(word.plus(signed(tokens), limits)));
    }

    /// Moves one token toward the rest; writes nothing at rest.
    ///
    /// Returns whether calls stand in line.
    pub(crate) fn approach_rest(&self) -> bool {
        self.change(|word| word.nearer_to_rest().settled()).has_line()
    }

    fn load(&self) -> CreditWord {
        CreditWord(self.state.load(Acquire))
    }

    /// Replaces the word by the result of `next` in one step.
    ///
    /// Writes nothing if that is the same. Returns the word before and after, or `None` if `next` does.
    fn swap(&self, next: impl Fn(CreditWord) -> Option<CreditWord>) -> Option<(CreditWord, CreditWord)> {
        let mut word = self.load();
        loop {
            let new = next(word)?;
            if new == word {
                return Some((word, word));
            }
            match self.state.compare_exchange_weak(word.0, new.0, AcqRel, Acquire) {
                Ok(_) => return Some((word, new)),
                Err(actual) => word = CreditWord(actual),
            }
        }
    }

    /// Replaces the word, and returns the new one.
    fn change(&self, next: impl Fn(CreditWord) -> CreditWord) -> CreditWord {
        self.swap(|word| Some(next(word))).map_or(CreditWord::REST, |(_, new)| new)
    }
}

/// A credit whose calls wait in line, as one call uses it.
#[derive(Clone, Copy, Debug)]
pub struct WaitingCredit<'a> {
    credit: &'a Credit,
    limits: Limits,
    max_wait: Span,
}

impl<'a> WaitingCredit<'a> {
    pub(crate) const fn new(credit: &'a Credit, limits: Limits, max_wait: Span) -> Self {
        Self { credit, limits, max_wait }
    }

    /// Returns the address by which its line is found.
    pub fn address(&self) -> usize {
        core::ptr::from_ref(self.credit).addr()
    }

    /// Returns rest and room of the bucket for this call.
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// Returns the same bucket as a call with these limits uses it.
    #[must_use]
    pub const fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Returns the longest time in line of a call.
    pub const fn max_wait(&self) -> Span {
        self.max_wait
    }

    /// Starts a retry: takes its tokens and counts it as under way.
    ///
    /// Returns `false`, and takes nothing, if there are too few tokens or calls stand in line.
    pub fn start(&self) -> bool {
        self.credit.ask(|word| if word.has_line() { None } else { self.pay(word) })
    }

    /// Starts the retry of the head of the line, like [`start`](Self::start).
    pub fn hand_over(&self) -> bool {
        let is_started = self.credit.swap(|word| self.pay(word)).is_some();
        if is_started {
            self.credit.requests.fetch_add(Requests::GRANTED, Relaxed);
        }
        is_started
    }

    fn pay(&self, word: CreditWord) -> Option<CreditWord> {
        word.paid(self.limits).map(CreditWord::with_start)
    }

    /// Decides what the head of the line may do at `now`.
    pub fn turn(&self, now: Moment) -> Turn {
        loop {
            if self.hand_over() {
                return Turn::Paid;
            }
            if self.credit.load().is_under_way() {
                return Turn::AfterNews;
            }
            let at = ProbeTime(self.credit.probe.load(Relaxed)).next(now);
            if now < at {
                return Turn::At(at);
            }
            let alone = |word: CreditWord| {
                (!word.is_under_way() && word.paid(self.limits).is_none()).then(|| word.with_start())
            };
            if self.credit.swap(alone).is_some() {
                self.credit.requests.fetch_add(Requests::GRANTED, Relaxed);
                return Turn::Probe;
            }
        }
    }

    /// Starts the retry of the head of the line without paying, although others run.
    ///
    /// None of those has ended for so long that they may hang, or wait for a call in this line themselves.
    pub fn start_in_silence(&self) {
        self.credit.change(CreditWord::with_start);
        self.credit.requests.fetch_add(Requests::GRANTED, Relaxed);
    }

    /// Records that calls stand in line, or that none does any more.
    ///
    /// Only the holder of the line's lock calls it. A call that joins sets it before it looks for tokens again, and
    /// whoever gives tokens does so before it looks here: one of the two sees the other.
    pub fn set_line(&self, line: bool) {
        self.credit.change(|word| word.with_line(line).settled());
    }

    /// Returns whether calls stand in line.
    pub fn has_line(&self) -> bool {
        self.credit.load().has_line()
    }

    /// Ends a retry that was under way.
    ///
    /// Returns whether calls stand in line, which must then learn of it. Reads the clock only for bad news while there is no
    /// token.
    pub fn end(&self, end: RetryEnd, now: impl FnOnce() -> Moment) -> bool {
        let word = match end {
            RetryEnd::Succeeded => {
                self.credit.reset_probe();
                self.credit.change(|word| word.with_end().with_good(true).plus(REWARD, self.limits).settled())
            }
            RetryEnd::Failed | RetryEnd::Dropped => {
                self.put_off(now);
                let is_good = |word: CreditWord| word.is_good() && end == RetryEnd::Dropped;
                self.credit.change(|word| word.with_end().with_good(is_good(word)).settled())
            }
        };
        word.has_line()
    }

    /// Takes back a retry that was started and is not made.
    ///
    /// Its tokens return if it `paid`. Returns whether calls stand in line, which must then learn of it.
    pub fn put_back(&self, paid: bool, now: impl FnOnce() -> Moment) -> bool {
        if !paid {
            return self.end(RetryEnd::Dropped, now);
        }
        self.credit.change(|word| word.with_end().plus(PRICE, self.limits).settled()).has_line()
    }

    fn put_off(&self, now: impl FnOnce() -> Moment) {
        if self.credit.load().paid(self.limits).is_none() {
            let time = ProbeTime(self.credit.probe.load(Relaxed));
            self.credit.probe.store(time.after_loss(now()).0, Relaxed);
        }
    }

    /// Moves one token toward the rest.
    ///
    /// Returns whether calls stand in line, which must then learn of it.
    pub fn approach_rest(&self) -> bool {
        self.credit.approach_rest()
    }

    /// Returns whether a retry is under way.
    pub fn is_under_way(&self) -> bool {
        self.credit.load().is_under_way()
    }

    /// Decides whether a call stays in line although it has waited long.
    ///
    /// It has waited as long as its own delays would have taken. It stays while a retry is under way that may bring good
    /// news. It also stays while no newer call has failed, so that hardly another call is left to ask, and either retries
    /// have succeeded since it joined, or at least four calls are in line. Once the interval of the probes is the longest,
    /// the service counts as down, and neither holds the call.
    ///
    /// Four holds for every rest: with one more than the bucket lends at rest, a budget of 500 lost up to 12 % of batches
    /// in a blip of 2 s that it now saves (simulated).
    pub fn may_stay(&self, news: News) -> bool {
        let word = self.credit.load();
        let more_may_come = word.is_under_way() && (word.is_good() || !news.retry_failed);
        let is_down = ProbeTime(self.credit.probe.load(Relaxed)).is_down();
        let is_quiet = !news.first_failed && (news.in_line >= CROWD || news.retry_succeeded);
        more_may_come || (is_quiet && !is_down)
    }

    /// Returns the account of the requests, for a call that got no retry.
    pub fn denial(&self, waited: Span) -> BudgetDenial {
        self.credit.denial(waited)
    }
}
