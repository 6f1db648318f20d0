//! Time limit of a future outside of calls.

use core::future::Future;
use core::time::Duration;

cfg_default_runtime! {
    /// Awaits `future`, for at most `time`.
    ///
    /// Without the default runtime the time is not limited.
    pub(crate) async fn within(time: Duration, future: impl Future<Output = ()>) {
        use core::pin::pin;
        use core::task::Poll;

        use crate::calls::driver::{DefaultRuntime, Runtime};

        #[cfg(all(feature = "tokio", not(all(target_family = "wasm", target_os = "unknown"))))]
        if tokio::runtime::Handle::try_current().is_err() {
            return future.await;
        }
        let (mut future, mut timer) = (pin!(future), pin!(DefaultRuntime::sleep(time)));
        core::future::poll_fn(|cx| {
            let is_over = future.as_mut().poll(cx).is_ready() || timer.as_mut().poll(cx).is_ready();
            if is_over { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}

cfg_no_runtime! {
    /// Awaits `future`: without a runtime its time is not limited.
    pub(crate) async fn within(_: Duration, future: impl Future<Output = ()>) {
        future.await;
    }
}
