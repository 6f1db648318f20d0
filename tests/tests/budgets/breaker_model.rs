//! Model of a breaker: the calls under way and the states that follow from them.

use std::time::Duration;

use proptest::prelude::*;
use retry_runtime::Class;
use retry_runtime::Moment;
use retry_runtime::breaker::{AttemptOutcome, Breaker, Permit, State, StateChange};

pub(crate) const SECOND: u64 = 1_000_000_000;
pub(crate) const FAILED: AttemptOutcome = AttemptOutcome::Failed(Class::Timeout);
/// The end of an open time is kept in units of 2^20 nanoseconds, and rounded up.
pub(crate) const TICK: u64 = 1 << 20;

pub(crate) fn admit(breaker: &Breaker, now: u64) -> Option<Permit> {
    breaker.try_acquire(|| Moment::from_nanos(now)).ok()
}

pub(crate) fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).expect("a short one")
}

#[derive(Clone, Debug)]
pub(crate) enum Step {
    Admit,
    /// Ends one of the calls that are out.
    End(usize, AttemptOutcome, u64),
    /// Drops one of them.
    Drop(usize),
    /// Starts timing one of them.
    Time(usize),
    Wait(u64),
    ForceOpen,
    ForceClosed,
    Automatic,
}

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let ending = prop_oneof![
        3 => Just(FAILED),
        3 => Just(AttemptOutcome::Succeeded),
        1 => Just(AttemptOutcome::NestedGiveUp),
        1 => Just(AttemptOutcome::Failed(Class::Conflict)),
        1 => Just(AttemptOutcome::Failed(Class::Permanent)),
    ];
    let step = prop_oneof![
        12 => Just(Step::Admit),
        12 => (any::<usize>(), ending, any::<u64>()).prop_map(|(at, ending, chance)| Step::End(at, ending, chance)),
        3 => any::<usize>().prop_map(Step::Drop),
        3 => any::<usize>().prop_map(Step::Time),
        4 => (0..3 * SECOND).prop_map(Step::Wait),
        1 => Just(Step::ForceOpen),
        1 => Just(Step::ForceClosed),
        2 => Just(Step::Automatic),
    ];
    prop::collection::vec(step, 0..200)
}

/// Breaker beside the state that its caller can derive.
pub(crate) struct Model {
    breaker: Breaker,
    limit: usize,
    now: u64,
    /// The period of half-open, counted from 1, that each admitted call belongs to; 0 is none.
    out: Vec<(Permit, usize)>,
    period: usize,
    forced: Option<State>,
    /// No later than this an open breaker admits a probe.
    open_until: u64,
}

impl Model {
    pub(crate) fn new(breaker: Breaker, limit: usize) -> Self {
        Self { breaker, limit, now: 0, out: Vec::new(), period: 0, forced: None, open_until: 0 }
    }

    pub(crate) fn step(&mut self, step: &Step) {
        match *step {
            Step::Admit => self.admit(),
            Step::End(at, ending, chance) => {
                if let Some((permit, period)) = self.take(at) {
                    let before = self.breaker.counts(Moment::from_nanos(self.now));
                    let current = self.breaker.state() == State::HalfOpen && period == self.period;
                    let changed = self.breaker.record(permit, ending, || Moment::from_nanos(self.now), || chance);
                    if let Some(open) = changed.as_ref().and_then(StateChange::open_for) {
                        self.open_until = self.now + nanos(open) + TICK;
                    }
                    if self.breaker.state() == State::HalfOpen && !current {
                        assert_eq!(
                            (changed, self.breaker.counts(Moment::from_nanos(self.now))),
                            (None, before),
                            "of another period"
                        );
                    }
                }
            }
            Step::Drop(at) => {
                if let Some((permit, _)) = self.take(at) {
                    // Before it knows how long successes take, it releases the permit.
                    assert_eq!(self.breaker.drop_limit(), None);
                    let changed = self.breaker.record_dropped(permit, || Moment::from_nanos(self.now), || 0);
                    assert_eq!(changed, None);
                }
            }
            Step::Time(at) => {
                if let Some((mut permit, period)) = self.take(at) {
                    self.breaker.start_timing(&mut permit, || Moment::from_nanos(self.now));
                    self.out.push((permit, period));
                }
            }
            Step::Wait(nanos) => self.now += nanos,
            Step::ForceOpen => {
                self.breaker.force_open();
                self.forced = Some(State::ForcedOpen);
            }
            Step::ForceClosed => {
                self.breaker.force_closed();
                self.forced = Some(State::ForcedClosed);
            }
            Step::Automatic => {
                self.breaker.clear_forced();
                self.forced = None;
            }
        }
    }

    fn admit(&mut self) {
        let Some(permit) = admit(&self.breaker, self.now) else { return self.check_rejection() };
        self.period += usize::from(permit.change().is_some());
        assert_eq!(permit.is_probe(), self.breaker.state() == State::HalfOpen);
        let period = if permit.is_probe() { self.period } else { 0 };
        self.out.push((permit, period));
    }

    /// A call is rejected only by an open breaker, or if every place for a probe is taken.
    fn check_rejection(&self) {
        match self.breaker.state() {
            State::Closed | State::ForcedClosed => panic!("a closed breaker admits every call"),
            State::Open => assert!(self.now < self.open_until, "the open time is over"),
            State::HalfOpen => assert_eq!(self.probes_counted() + self.probes_out(), self.limit, "a place is free"),
            State::ForcedOpen => {}
        }
    }

    fn take(&mut self, at: usize) -> Option<(Permit, usize)> {
        (!self.out.is_empty()).then(|| self.out.swap_remove(at % self.out.len()))
    }

    fn probes_out(&self) -> usize {
        self.out.iter().filter(|(_, period)| *period == self.period).count()
    }

    fn probes_counted(&self) -> usize {
        self.breaker.counts(Moment::from_nanos(self.now)).calls() as usize
    }

    pub(crate) fn check(&self) {
        let state = self.breaker.state();
        match self.forced {
            Some(forced) => assert_eq!(state, forced),
            None => assert!(!matches!(state, State::ForcedOpen | State::ForcedClosed)),
        }
        if state == State::HalfOpen {
            assert!(self.probes_counted() + self.probes_out() <= self.limit, "a probe too many");
        }
    }

    /// Every place that is neither counted nor out is free, and no other.
    pub(crate) fn check_free(&mut self) {
        if self.breaker.state() != State::HalfOpen {
            return;
        }
        let expected = self.limit - self.probes_counted() - self.probes_out();
        let free: Vec<_> = std::iter::from_fn(|| admit(&self.breaker, self.now)).collect();
        assert_eq!(free.len(), expected);
    }
}
