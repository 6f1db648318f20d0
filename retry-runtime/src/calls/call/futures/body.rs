//! One run of the body in its context, with or without a timeout.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::sync::Arc;

use pin_project_lite::pin_project;
use retry_core::internal::Span;
use retry_core::nesting::Nesting;
use retry_core::{Progress, TimedPolicy};

use crate::calls::call::Call;
use crate::calls::call::state::CallState;
use crate::calls::context::{AttemptScope, ContextExit, Frame, NestedCalls, SavedContext};
use crate::calls::driver::AsyncDriver;
use crate::outcome::Outcome;

/// Body of an attempt.
pub(in crate::calls::call) trait AttemptBody<R> {
    fn poll_body(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R>;

    /// Returns whether a pending body has timed out.
    fn poll_timeout(self: Pin<&mut Self>, cx: &mut Context<'_>) -> bool;
}

pin_project! {
    /// Body without a timeout.
    #[derive(Debug)]
    pub(in crate::calls::call) struct WithoutTimeout<F> { #[pin] body: F }
}

pin_project! {
    /// Body that a timer interrupts.
    #[derive(Debug)]
    pub(in crate::calls::call) struct WithTimeout<F, S> { #[pin] body: F, #[pin] timer: Option<S> }
}

impl<F> WithoutTimeout<F> {
    #[inline]
    pub(in crate::calls::call) const fn new(body: F) -> Self {
        Self { body }
    }
}

impl<F, S> WithTimeout<F, S> {
    /// Creates the body of an attempt that begins now.
    ///
    /// The timer completes at the attempt's timeout or at the deadline, whichever is sooner. Without a timeout the deadline
    /// interrupts nothing.
    pub(in crate::calls::call) fn new<R: Outcome, D: AsyncDriver<Sleep = S>, T: CallState<R>>(
        call: &Call<R, D, T>,
        body: F,
    ) -> Self {
        let (deadline, timeout) = (call.progress().deadline(), call.state.attempt_timeout());
        let timer = (!timeout.is_never()).then(|| {
            let left = if deadline.is_never() { Span::NEVER } else { deadline.since(D::now()) };
            D::sleep(left.min(timeout).as_duration())
        });
        Self { body, timer }
    }
}

impl<F: Future> AttemptBody<F::Output> for WithoutTimeout<F> {
    #[inline]
    fn poll_body(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().body.poll(cx)
    }

    #[inline]
    fn poll_timeout(self: Pin<&mut Self>, _: &mut Context<'_>) -> bool {
        false
    }
}

impl<F: Future, S: Future> AttemptBody<F::Output> for WithTimeout<F, S> {
    #[inline]
    fn poll_body(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().body.poll(cx)
    }

    #[inline]
    fn poll_timeout(self: Pin<&mut Self>, cx: &mut Context<'_>) -> bool {
        self.project().timer.as_pin_mut().is_some_and(|timer| timer.poll(cx).is_ready())
    }
}

pin_project! {
    /// Body that runs, and the context of its attempt between polls.
    ///
    /// The two fields of a [`SavedContext`] are apart, because the tag of `nesting` is then also the tag of the future around
    /// it, which is 8 bytes smaller.
    pub(super) struct RunningBody<B> {
        nesting: Option<Nesting>,
        frame: Option<Arc<Frame>>,
        #[pin]
        body: B,
    }
}

impl<B> RunningBody<B> {
    #[inline]
    pub(super) const fn new(body: B) -> Self {
        Self { nesting: None, frame: None, body }
    }

    /// Polls the body inside the context of its attempt.
    ///
    /// The exit must be [saved](Self::save) unless the attempt is over.
    #[inline]
    pub(super) fn poll<R: Outcome, D: AsyncDriver, T: CallState<R>>(
        self: Pin<&mut Self>,
        call: &Call<R, D, T>,
        cx: &mut Context<'_>,
    ) -> (Poll<R>, ContextExit)
    where
        B: AttemptBody<R>,
    {
        let mut this = self;
        let scope = match &call.progress {
            None => AttemptScope::enter_first(),
            Some(progress) if this.nesting.is_none() => AttemptScope::enter_attempt(progress, call.policy()),
            Some(progress) => this.as_mut().enter_again(progress, call.policy()),
        };
        let polled = this.project().body.poll_body(cx);
        (polled, scope.leave())
    }

    /// Polls the body as [`poll`](Self::poll) does, inside the attempt of `progress`.
    ///
    /// `None` is the first attempt of a call that keeps nothing.
    pub(super) fn poll_in<R>(
        self: Pin<&mut Self>,
        progress: Option<&Progress>,
        policy: &TimedPolicy,
        cx: &mut Context<'_>,
    ) -> (Poll<R>, ContextExit)
    where
        B: AttemptBody<R>,
    {
        let mut this = self;
        let scope = match progress {
            None => AttemptScope::enter_first(),
            Some(progress) => this.as_mut().enter_again(progress, policy),
        };
        let polled = this.project().body.poll_body(cx);
        (polled, scope.leave())
    }

    /// Saves the context of a pending attempt for its next poll.
    #[inline]
    pub(super) fn save<R, D, T>(self: Pin<&mut Self>, call: &mut Call<R, D, T>, exit: ContextExit) {
        if !exit.is_fresh() {
            // The next poll looks for a saved context only if there is a progress.
            call.progress_mut();
            let this = self.project();
            SavedContext { nesting: *this.nesting, frame: *this.frame } = exit.save();
        }
    }

    /// Enters the attempt of `progress` with its saved context.
    #[cold]
    #[inline(never)]
    fn enter_again(self: Pin<&mut Self>, progress: &Progress, policy: &TimedPolicy) -> AttemptScope {
        let this = self.project();
        let saved = SavedContext { nesting: this.nesting.take(), frame: this.frame.take() };
        AttemptScope::enter_again(progress, policy, saved)
    }

    /// Returns whether the pending body has timed out.
    #[inline]
    pub(super) fn poll_timeout<R>(self: Pin<&mut Self>, cx: &mut Context<'_>) -> bool
    where
        B: AttemptBody<R>,
    {
        self.project().body.poll_timeout(cx)
    }
}

/// Drops an interrupted body by `drop`, inside the context of its attempt.
///
/// So a call inside that gives up by it is recorded.
#[cold]
pub(super) fn drop_body<P, B>(
    mut place: Pin<&mut P>,
    running: impl for<'a> FnOnce(Pin<&'a mut P>) -> Option<Pin<&'a mut RunningBody<B>>>,
    drop: impl FnOnce(Pin<&mut P>),
    progress: &Progress,
    policy: &TimedPolicy,
) -> NestedCalls {
    let Some(body) = running(place.as_mut()) else { return NestedCalls::default() };
    let scope = body.enter_again(progress, policy);
    drop(place);
    scope.leave().nested_calls()
}
