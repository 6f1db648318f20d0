//! Virtual time of calls whose delays pass at once.
//!
//! The time of a call is that of its driver's clock plus what its delays have skipped, so that a deadline ends it as it
//! would in production. Each flow of code has its own sum: a call that waits does not move the time of one that runs beside
//! it. A flow begins at the latest time that any flow of the scope has reached, and goes on at the end of the calls in it.
//!
//! ```text
//! thread   FLOW   None: the scope's latest time      Some(n): n ns after the driver's clock
//! future   Timed  has a flow of its own, which is the thread's while it is polled
//! ```

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::sync::Arc;

use pin_project_lite::pin_project;

use crate::test_scope::flow;
use crate::test_scope::flow::Flow;
use crate::test_scope::stack::{current, is_entered};
use crate::test_scope::state::ScopeState;

/// Returns the nanoseconds that the running code is ahead of its driver.
pub(crate) fn ahead() -> u64 {
    match flow::get() {
        Some(ahead) => ahead,
        None if is_entered() => current().map_or(0, |scope| scope.clock()),
        None => 0,
    }
}

/// Moves the time of the running code by `nanos`.
pub(crate) fn skip(nanos: u64) {
    let time = ahead().saturating_add(nanos);
    if is_entered() || flow::get().is_some() {
        flow::replace(Some(time));
    }
    if let Some(scope) = current() {
        scope.reach(time);
    }
}

/// Moves the time of `scope`, and of the running code if it is inside.
pub(crate) fn advance(scope: &ScopeState, nanos: u64) {
    let is_inside = current().is_some_and(|current| core::ptr::eq(Arc::as_ptr(&current), scope));
    let time = if is_inside { ahead().max(scope.clock()) } else { scope.clock() }.saturating_add(nanos);
    scope.reach(time);
    if is_inside {
        flow::replace(Some(time));
    }
}

/// Returns the latest time of the scope around the running code.
pub(crate) fn latest() -> Duration {
    Duration::from_nanos(current().map_or(0, |scope| scope.clock()))
}

/// Fixes the time of a call that begins, so that other flows do not move it.
pub(crate) fn fix() {
    if is_entered() {
        flow::replace(Some(ahead()));
    }
}

pin_project! {
    /// Future with a flow of its own.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless they are awaited"]
    pub(crate) struct Timed<F> {
        // `u64::MAX` outside of scopes.
        flow: u64,
        #[pin]
        inner: F,
    }
}

impl<F> Timed<F> {
    pub(crate) fn new(inner: F) -> Self {
        Self { flow: if is_entered() { ahead() } else { u64::MAX }, inner }
    }
}

impl<F: Future> Future for Timed<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if *this.flow == u64::MAX {
            return this.inner.poll(cx);
        }
        let guard = FlowGuard { outer: flow::replace(Some(*this.flow)) };
        let polled = this.inner.poll(cx);
        *this.flow = ahead();
        drop(guard);
        if polled.is_ready() && is_entered() {
            // What follows in the flow outside comes after this.
            flow::replace(flow::get().max(Some(*this.flow)));
        }
        polled
    }
}

/// Goes on with the flow outside when it is dropped, also by a panic.
struct FlowGuard {
    outer: Flow,
}

impl Drop for FlowGuard {
    fn drop(&mut self) {
        flow::replace(self.outer);
    }
}
