//! Handling of a request to its end.
//!
//! It runs in the caller's task, and then without the caller.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use http::request::Parts;
use tokio::runtime::Handle;

/// Future of the handling of a request.
///
/// [`IdempotencyLayer::around`](crate::http::IdempotencyLayer::around) wraps it.
pub type Handling = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Function that wraps the handling of a request.
pub(super) type Around = Arc<dyn Fn(&Parts, Handling) -> Handling + Send + Sync>;

/// Future that continues in a task of its own if it is dropped before its end.
///
/// Its output is `None` if it panics. Until then the caller's task polls it, so the handler has that task's tracing span and task-locals.
pub(super) struct ToItsEnd<T: Send + 'static> {
    /// Present until the end.
    future: Option<Pin<Box<dyn Future<Output = T> + Send>>>,
    runtime: Handle,
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

impl<T: Send + 'static> ToItsEnd<T> {
    /// Wraps a future.
    ///
    /// The current runtime, and with the feature `tracing` the current span, are those of its task.
    pub(super) fn new(future: impl Future<Output = T> + Send + 'static) -> Self {
        Self {
            future: Some(Box::pin(future)),
            runtime: Handle::current(),
            #[cfg(feature = "tracing")]
            span: tracing::Span::current(),
        }
    }
}

impl<T: Send + 'static> Future for ToItsEnd<T> {
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let Some(future) = &mut self.future else { return Poll::Pending };
        let output = match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(poll) => Some(ready!(poll)),
            Err(_) => None,
        };
        self.future = None;
        Poll::Ready(output)
    }
}

impl<T: Send + 'static> Drop for ToItsEnd<T> {
    fn drop(&mut self) {
        let Some(future) = self.future.take() else { return };
        let task = async move {
            future.await;
        };
        #[cfg(feature = "tracing")]
        let task = tracing::Instrument::instrument(task, self.span.clone());
        self.runtime.spawn(task);
    }
}

/// Wraps a future by a user's function. Returns `None` if that has dropped it.
pub(super) fn around<T: Send + 'static>(
    around: &Around,
    head: &Parts,
    future: impl Future<Output = T> + Send + 'static,
) -> impl Future<Output = Option<T>> + Send + 'static {
    let output = Arc::new(Mutex::new(None));
    let slot = Arc::clone(&output);
    let wrapped = around(
        head,
        Box::pin(async move {
            let done = future.await;
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(done);
        }),
    );
    async move {
        wrapped.await;
        output.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
