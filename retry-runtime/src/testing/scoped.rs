//! Future that runs in a scope.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::testing::handle::Scope;

pin_project! {
    /// Future that runs in a scope: returned by [`Scope::run_async`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless they are awaited"]
    pub struct Scoped<F> {
        scope: Scope,
        #[pin]
        body: F,
    }
}

impl Scope {
    /// Runs `future` in the scope, whatever thread polls it.
    ///
    /// Tasks that it spawns on other threads are outside, unless they are given to [`propagate`](crate::propagate) or to a
    /// clone of the scope.
    ///
    /// # Cancel safety
    ///
    /// The returned future is as cancel safe as `future`.
    ///
    /// ```
    /// use retry_runtime::{Classes, Policy, call, propagate, testing};
    ///
    /// const POLICY: Policy = Policy::new().retry_on(Classes::new().transient());
    ///
    /// async fn work() -> std::io::Result<u32> {
    ///     call(&POLICY, async || Ok(7)).await
    /// }
    ///
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    /// # runtime.block_on(async {
    /// // In a test: #[tokio::test(flavor = "multi_thread")]
    /// let scope = testing::Scope::new();
    /// scope
    ///     .run_async(async {
    ///         tokio::spawn(propagate(work())).await.unwrap().unwrap();
    ///     })
    ///     .await;
    /// tokio::spawn(scope.clone().run_async(work())).await.unwrap().unwrap();
    /// # #[cfg(feature = "report")]
    /// assert_eq!(scope.report().operations[0].calls, 2);
    /// # });
    /// ```
    pub fn run_async<F: Future>(&self, future: F) -> Scoped<F> {
        Scoped { scope: self.clone(), body: future }
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.scope.run(|| this.body.poll(cx))
    }
}
