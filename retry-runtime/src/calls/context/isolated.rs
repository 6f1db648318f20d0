//! Isolation of hooks: operations inside them mark nothing around them.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::calls::context::current::isolated;

pin_project! {
    /// Runs the future of a hook like [`isolated`].
    pub(crate) struct Isolated<F> {
        #[pin]
        hook: F,
    }
}

impl<F> Isolated<F> {
    pub(crate) const fn new(hook: F) -> Self {
        Self { hook }
    }
}

impl<F: Future> Future for Isolated<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let hook = self.project().hook;
        isolated(|| hook.poll(cx))
    }
}
