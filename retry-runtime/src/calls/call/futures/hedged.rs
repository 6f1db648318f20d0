//! First attempt and hedge as one future, over any async driver.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;
use retry_core::internal::Span;
use retry_core::{Failure, StopReason};

use crate::calls::call::Call;
use crate::calls::call::classifier::Classifier;
use crate::calls::call::futures::body::{AttemptBody, RunningBody, drop_body};
use crate::calls::call::futures::timer::{RaceTimes, Timer, timer_of_driver};
use crate::calls::call::hedged::{HedgedAttempt, HedgedState, Race, Side};
use crate::calls::call::state::CallState;
use crate::calls::call::stepwise::{AttemptEnd, FinishedAttempt};
use crate::calls::context::NestedCalls;
use crate::calls::driver::AsyncDriver;
use crate::outcome::Outcome;

/// Delay of the hedge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Delay {
    /// The attempt is a retry, which no hedge joins.
    None,
    /// The first attempt was not pending yet.
    Ahead,
    Runs(Span),
    Over,
}

pin_project! {
    /// Runs one attempt, and a hedge beside a slow first one, without deciding.
    ///
    /// Both are polled in the caller's task. The one that does not end the call is dropped before this is ready.
    #[must_use = "an attempt does nothing unless it is awaited"]
    pub(in crate::calls::call) struct HedgedFuture<'c, 'p, R, D, M, B, C>
    where
        R: Outcome,
        D: AsyncDriver,
    {
        call: &'c mut Call<R, D, HedgedState<'p, R>>,
        // Makes a body.
        make: M,
        classifier: C,
        rejection: Option<StopReason>,
        race: Race<'p>,
        delay: Delay,
        times: RaceTimes,
        #[pin]
        timer: Option<Timer<D::Sleep>>,
        // Until they are over.
        #[pin]
        first: Option<RunningBody<B>>,
        #[pin]
        hedge: Option<RunningBody<B>>,
    }

    impl<R, D, M, B, C> PinnedDrop for HedgedFuture<'_, '_, R, D, M, B, C>
    where
        R: Outcome,
        D: AsyncDriver,
    {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if this.first.is_some() || this.hedge.is_some() {
                this.first.set(None);
                this.hedge.set(None);
                this.call.drop_race(this.race);
            }
        }
    }
}

impl<'c, 'p, R, D, M, B, C> HedgedFuture<'c, 'p, R, D, M, B, C>
where
    R: Outcome,
    D: AsyncDriver,
    M: Fn(&Call<R, D, HedgedState<'p, R>>) -> B,
    B: AttemptBody<R>,
    C: Classifier<R>,
{
    pub(in crate::calls::call) fn new(call: &'c mut Call<R, D, HedgedState<'p, R>>, make: M, classifier: C) -> Self {
        let delay = if call.progress().attempt() == 0 { Delay::Ahead } else { Delay::None };
        // Before the attempt is counted: the body has the number of the next one.
        let body = make(call);
        let rejection = call.admit_uncancelled();
        let first = rejection.is_none().then(|| RunningBody::new(body));
        let (race, times) = (Race::default(), RaceTimes::begin());
        Self { call, make, classifier, rejection, race, delay, times, timer: None, first, hedge: None }
    }

    /// Polls one attempt; returns the end of both if it ends the call.
    fn advance(mut self: Pin<&mut Self>, side: Side, cx: &mut Context<'_>) -> Option<HedgedAttempt<R>> {
        let this = self.as_mut().project();
        let place = if side == Side::First { this.first } else { this.hedge };
        if place.is_none() {
            return None;
        }
        let (call, race) = (&mut **this.call, &*this.race);
        let poll = || poll_side(place, call, race, side, cx);
        let (end, nested) = this.times.run(side == Side::First, D::now, poll, Option::is_some)?;
        self.ended(side, end, nested)
    }

    /// Ends the race, or keeps a failure while the other attempt runs.
    ///
    /// It keeps one that the policy retries.
    fn ended(self: Pin<&mut Self>, side: Side, end: AttemptEnd<R>, nested: NestedCalls) -> Option<HedgedAttempt<R>> {
        let mut this = self.project();
        let call = &mut **this.call;
        let failure = match &end {
            AttemptEnd::Returned(outcome) => call.classify(outcome, this.classifier),
            _ => Some(const { Failure::timed_out() }),
        };
        if this.race.is_running() {
            match failure {
                Some(failure) if call.is_retried(failure, nested) => {
                    let outcome = if let AttemptEnd::Returned(outcome) = end { Some(outcome) } else { None };
                    call.keep_failure(this.race, side, outcome, failure, nested);
                    return None;
                }
                _ => {
                    let loser = side.other();
                    let place = if loser == Side::First { this.first } else { this.hedge };
                    interrupt(place, call, this.race, loser);
                    call.release_loser(this.race, loser, failure.is_none());
                }
            }
        }
        if failure.is_none() && side == Side::First && *this.delay != Delay::None {
            let hedge = call.state.hedge;
            if *this.delay != Delay::Over {
                hedge.succeeded_before();
            }
            if this.race.first.is_none() {
                hedge.earn();
            }
        }
        *this.delay = Delay::None;
        this.timer.set(None);
        Some(this.race.ended(side, FinishedAttempt { end, nested }, failure))
    }

    /// Drops what runs, because the call is cancelled.
    fn cancelled(self: Pin<&mut Self>) -> HedgedAttempt<R> {
        let this = self.project();
        let call = &mut **this.call;
        let nested = interrupt(this.hedge, call, this.race, Side::Hedge);
        let nested_of_first = interrupt(this.first, call, this.race, Side::First);
        if this.race.is_running() {
            call.release_loser(this.race, Side::Hedge, false);
        }
        let nested = if nested_of_first.give_up.is_some() { nested_of_first } else { nested };
        this.race.ended(Side::First, FinishedAttempt { end: AttemptEnd::Cancelled, nested }, None)
    }

    /// Returns whether the delay of the hedge is over and the hedge has begun.
    fn begins_hedge(self: Pin<&mut Self>, cx: &mut Context<'_>) -> bool {
        let mut this = self.project();
        let call = &mut **this.call;
        if *this.delay == Delay::Ahead {
            let delay = call.state.hedge.delay();
            *this.delay = Delay::Runs(delay);
            this.times.plan_hedge(delay, D::now);
            this.timer.set(Some(timer_of_driver::<D>(delay)));
        }
        let Delay::Runs(delay) = *this.delay else { return false };
        let is_pending = this.timer.as_mut().as_pin_mut().is_some_and(|timer| timer.poll(cx).is_pending());
        if is_pending && !this.times.passes_hedge(D::now) {
            return false;
        }
        this.timer.set(None);
        *this.delay = Delay::Over;
        this.times.begin_hedge();
        let body = call.begin_hedge(this.race, delay, &*this.make);
        call.state.hedge.reached();
        let is_begun = body.is_some();
        this.hedge.set(body.map(RunningBody::new));
        is_begun
    }
}

/// Polls one attempt of a race; returns its end.
fn poll_side<'p, R: Outcome, D: AsyncDriver, B: AttemptBody<R>>(
    mut place: Pin<&mut Option<RunningBody<B>>>,
    call: &mut Call<R, D, HedgedState<'p, R>>,
    race: &Race<'p>,
    side: Side,
    cx: &mut Context<'_>,
) -> Option<(AttemptEnd<R>, NestedCalls)> {
    let mut body = place.as_mut().as_pin_mut()?;
    let progress = race.progress(side, call.progress.as_ref());
    let hold = call.state.enter_hold();
    let (polled, exit) = body.as_mut().poll_in(progress, call.policy(), cx);
    call.leave_hold(hold, matches!(polled, Poll::Ready(_)));
    if let Poll::Ready(outcome) = polled {
        let nested = exit.nested_calls();
        place.set(None);
        return Some((AttemptEnd::Returned(outcome), nested));
    }
    body.as_mut().save(call, exit);
    if !body.poll_timeout(cx) {
        return None;
    }
    Some((AttemptEnd::TimedOut, interrupt(place, call, race, side)))
}

/// Drops an attempt inside its context, if it runs.
fn interrupt<'p, R: Outcome, D: AsyncDriver, B>(
    place: Pin<&mut Option<RunningBody<B>>>,
    call: &mut Call<R, D, HedgedState<'p, R>>,
    race: &Race<'p>,
    side: Side,
) -> NestedCalls {
    call.progress_mut();
    match race.progress(side, call.progress.as_ref()) {
        Some(progress) => drop_body(place, Option::as_pin_mut, |mut body| body.set(None), progress, call.policy()),
        None => NestedCalls::default(),
    }
}

impl<'p, R, D, M, B, C> Future for HedgedFuture<'_, 'p, R, D, M, B, C>
where
    R: Outcome,
    D: AsyncDriver,
    M: Fn(&Call<R, D, HedgedState<'p, R>>) -> B,
    B: AttemptBody<R>,
    C: Classifier<R>,
{
    type Output = HedgedAttempt<R>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<HedgedAttempt<R>> {
        let this = self.as_mut().project();
        if let Some(reason) = this.rejection.take() {
            return Poll::Ready(this.race.ended(Side::First, FinishedAttempt::rejected(reason), None));
        }
        for side in [Side::First, Side::Hedge] {
            if let Some(ended) = self.as_mut().advance(side, cx) {
                return Poll::Ready(ended);
            }
        }
        let this = self.as_mut().project();
        if this.call.driver.poll_cancelled(cx) {
            return Poll::Ready(self.cancelled());
        }
        this.call.state.pending(D::now);
        if self.as_mut().begins_hedge(cx) {
            if let Some(ended) = self.as_mut().advance(Side::Hedge, cx) {
                return Poll::Ready(ended);
            }
            let this = self.project();
            this.call.hedge_pending(this.race);
        }
        Poll::Pending
    }
}
