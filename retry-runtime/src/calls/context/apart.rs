//! Hooks run apart: what operations inside them do is not what the attempt around them did.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::calls::context::current::apart;

pin_project! {
    /// Runs the future of a hook like [`apart`].
    pub(crate) struct Apart<F> {
        #[pin]
        hook: F,
    }
}

impl<F> Apart<F> {
    pub(crate) const fn new(hook: F) -> Self {
        Self { hook }
    }
}

impl<F: Future> Future for Apart<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let hook = self.project().hook;
        apart(|| hook.poll(cx))
    }
}
