//! Types that hooks may return.

use core::future::Future;

/// Future of an async hook that is named by its path.
#[diagnostic::on_unimplemented(
    message = "a hook of an async function that is named by its path is an `async fn`, and this one returns `{Self}`",
    label = "this is not an async function",
    note = "write `async fn`, or a closure: `|attempt, error| ..`"
)]
pub trait HookFuture {
    /// Output of the future.
    type Output;

    #[doc(hidden)]
    type Future: Future<Output = Self::Output>;

    #[doc(hidden)]
    fn into_hook_future(self) -> Self::Future;
}

#[diagnostic::do_not_recommend]
impl<F: Future> HookFuture for F {
    type Output = F::Output;
    type Future = F;

    fn into_hook_future(self) -> F {
        self
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for () {}
    impl<E> Sealed for Result<(), E> {}
    impl<H: Sealed> Sealed for Option<H> {}
}

/// Result of `on_retry`: nothing, or a `Result` whose error ends the call.
#[diagnostic::on_unimplemented(
    message = "`on_retry` returns nothing, or `Result<(), E>` with the function's own error, not `{Self}`",
    label = "a hook must not return this",
    note = "end the hook with `;`, or return `Ok(())`; on a blocking function write a hook that is not async"
)]
pub trait HookResult<E>: sealed::Sealed {
    #[doc(hidden)]
    fn into_result(self) -> Result<(), E>;
}

impl<E> HookResult<E> for () {
    fn into_result(self) -> Result<(), E> {
        Ok(())
    }
}

impl<E> HookResult<E> for Result<(), E> {
    fn into_result(self) -> Self {
        self
    }
}

impl<E, H: HookResult<E>> HookResult<E> for Option<H> {
    fn into_result(self) -> Result<(), E> {
        self.map_or(Ok(()), H::into_result)
    }
}
