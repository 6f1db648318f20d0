//! One run of the body in its context, and what may cut it.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::sync::Arc;

use pin_project_lite::pin_project;
use retry_core::Progress;
use retry_core::internal::NEVER;

use crate::calls::call::Call;
use crate::calls::call_state::{CallState, FullState};
use crate::calls::context::{self, AttemptScope, ContextExit, NestedCalls, SavedContext};
use crate::calls::driver::AsyncDriver;
use crate::calls::frame::Frame;
use crate::outcome::Outcome;
use retry_core::nesting::Nesting;

/// The body of an attempt.
pub(super) trait Body<R> {
    fn poll_body(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R>;

    /// Whether a body that is pending is cut.
    fn poll_cut(self: Pin<&mut Self>, cx: &mut Context<'_>) -> bool;
}

pin_project! {
    /// A body that runs to its end.
    #[derive(Debug)]
    pub(super) struct Plain<F> { #[pin] pub(super) body: F }
}

pin_project! {
    /// A body that a timer cuts.
    #[derive(Debug)]
    pub(super) struct Cut<F, S> { #[pin] body: F, #[pin] timer: Option<S> }
}

impl<F: Future> Body<F::Output> for Plain<F> {
    #[inline]
    fn poll_body(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().body.poll(cx)
    }

    #[inline]
    fn poll_cut(self: Pin<&mut Self>, _: &mut Context<'_>) -> bool {
        false
    }
}

impl<F: Future, S: Future> Body<F::Output> for Cut<F, S> {
    #[inline]
    fn poll_body(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().body.poll(cx)
    }

    #[inline]
    fn poll_cut(self: Pin<&mut Self>, cx: &mut Context<'_>) -> bool {
        self.project().timer.as_pin_mut().is_some_and(|timer| timer.poll(cx).is_ready())
    }
}

impl<R: Outcome, D: AsyncDriver> Call<R, D, FullState<'_, R>> {
    /// `body` with a timer for an attempt that begins now: its timeout, which shrinks to what is left of the deadline.
    /// Without a timeout the deadline cuts nothing.
    pub(super) fn with_timer<F>(&self, body: F) -> Cut<F, D::Sleep> {
        let (deadline, timeout) = (self.progress.deadline(), self.state.attempt_timeout());
        let timer = (timeout != NEVER).then(|| {
            let left = if deadline == NEVER { NEVER } else { deadline.saturating_sub(D::now()) };
            D::sleep(left.min(timeout))
        });
        Cut { body, timer }
    }
}

pin_project! {
    /// A body that runs, and what its attempt keeps of its context between polls.
    pub(super) struct Run<B> {
        marks: Nesting,
        frame: Option<Arc<Frame>>,
        give_up: GiveUp,
        #[pin]
        body: B,
    }
}

/// A call past its first attempt: dropped before it is over, it has given up.
#[derive(Debug)]
struct GiveUp(bool);

impl GiveUp {
    #[inline]
    const fn unless_over(is_later: bool) -> Self {
        Self(is_later)
    }

    /// It is over, or what comes next gives up in its place.
    #[inline]
    const fn over(&mut self) {
        self.0 = false;
    }
}

impl Drop for GiveUp {
    #[inline]
    fn drop(&mut self) {
        if self.0 {
            context::give_up();
        }
    }
}

impl<B> Run<B> {
    /// The attempt of `call` that was just counted.
    #[inline]
    pub(super) fn begin<R: Outcome, D: AsyncDriver, T: CallState<R>>(call: &Call<R, D, T>, body: B) -> Self {
        let is_later = !call.progress.is_first();
        let marks = if is_later { call.marks() } else { Nesting::default() };
        Self { marks, frame: None, give_up: GiveUp::unless_over(is_later), body }
    }

    /// The attempt is over, whatever becomes of its call.
    #[inline]
    pub(super) fn over(self: Pin<&mut Self>) {
        self.project().give_up.over();
    }

    /// Polls the body inside the context of its attempt. What it leaves behind is to be [kept](Self::keep) unless the
    /// attempt is over.
    #[inline]
    pub(super) fn poll<R>(self: Pin<&mut Self>, progress: &Progress, cx: &mut Context<'_>) -> (Poll<R>, ContextExit)
    where
        B: Body<R>,
    {
        let run = self.project();
        let scope = AttemptScope::enter(progress.deadline(), progress.attempt(), *run.marks, run.frame);
        let polled = run.body.poll_body(cx);
        (polled, scope.leave())
    }

    /// Keeps what a poll has left behind, for the next one.
    #[inline]
    pub(super) fn keep(self: Pin<&mut Self>, left: ContextExit) {
        let run = self.project();
        if !left.is_as(*run.marks) {
            SavedContext { marks: *run.marks, frame: *run.frame } = left.kept();
        }
    }

    /// Whether the body, which is pending, is cut.
    #[inline]
    pub(super) fn poll_cut<R>(self: Pin<&mut Self>, cx: &mut Context<'_>) -> bool
    where
        B: Body<R>,
    {
        self.project().body.poll_cut(cx)
    }
}

/// Drops a body that is cut by `drop`, still inside the context of its attempt, so that what gives up by it is nested.
#[cold]
pub(super) fn abandon<P, B>(
    mut place: Pin<&mut P>,
    run: impl for<'a> FnOnce(Pin<&'a mut P>) -> Option<Pin<&'a mut Run<B>>>,
    drop: impl FnOnce(Pin<&mut P>),
    progress: &Progress,
) -> NestedCalls {
    let Some(running) = run(place.as_mut()) else { return NestedCalls::default() };
    let running = running.project();
    running.give_up.over();
    let (marks, mut frame) = (*running.marks, running.frame.take());
    let scope = AttemptScope::enter(progress.deadline(), progress.attempt(), marks, &mut frame);
    drop(place);
    scope.leave().nested()
}
