//! The timers of JavaScript, in browsers and in node.

/// Timers of JavaScript: `runtime = wasm` (feature `wasm`).
///
/// It is a [`Runtime`](crate::driver::Runtime) on `wasm32-unknown-unknown` alone, in browsers and in node. Its timers belong
/// to their thread, so calls are not `Send`: start them by `wasm_bindgen_futures::spawn_local`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wasm;

#[cfg(all(target_family = "wasm", target_os = "unknown"))]
mod timer {
    use core::time::Duration;

    use gloo_timers::future::TimeoutFuture;

    use super::Wasm;
    use crate::calls::driver::Runtime;

    /// Longest timer of JavaScript in milliseconds, about 25 days.
    ///
    /// A longer one would complete at once.
    const LONGEST: u32 = i32::MAX as u32;

    impl Runtime for Wasm {
        type Sleep = TimeoutFuture;

        fn sleep(delay: Duration) -> TimeoutFuture {
            // Rounded up, because a timer that completes early could find the time not yet come.
            let millis = delay.as_nanos().div_ceil(1_000_000);
            TimeoutFuture::new(u32::try_from(millis).unwrap_or(LONGEST).min(LONGEST))
        }
    }
}
