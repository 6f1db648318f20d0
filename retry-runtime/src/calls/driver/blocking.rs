//! Driver of blocking functions, which sleeps the thread.

use core::time::Duration;

use retry_core::Moment;

use crate::calls::driver::Driver;

/// Driver of blocking functions. `C` is the source of cancellation.
#[derive(Debug, Default)]
pub struct Blocking<C = Uncancelled> {
    pub(crate) cancel: C,
}

/// Source of cancellation of a blocking call: [`Uncancelled`] or a closure.
pub trait IsCancelled {
    #[doc(hidden)]
    const NEVER: bool;
    #[doc(hidden)]
    fn is_cancelled(&mut self) -> bool;
}

/// Source of cancellation that never cancels.
#[derive(Debug, Default)]
pub struct Uncancelled;

impl IsCancelled for Uncancelled {
    const NEVER: bool = true;

    fn is_cancelled(&mut self) -> bool {
        false
    }
}

impl<F: FnMut() -> bool> IsCancelled for F {
    const NEVER: bool = false;

    fn is_cancelled(&mut self) -> bool {
        self()
    }
}

impl<C> Driver for Blocking<C> {
    #[inline]
    fn now() -> Moment {
        now()
    }
}

fn now() -> Moment {
    #[cfg(feature = "testing")]
    if let Some(now) = crate::calls::env::paused::now() {
        return now;
    }
    crate::calls::env::clock::system_now()
}

/// Sleeps for `nanos` nanoseconds, or advances the clock that a test has paused.
pub fn sleep(nanos: u64) {
    #[cfg(feature = "testing")]
    if crate::calls::env::paused::advance(nanos) {
        return;
    }
    std::thread::sleep(Duration::from_nanos(nanos));
}

/// Parks the thread for at most `nanos` nanoseconds.
///
/// It advances the clock instead that a test has paused.
pub(crate) fn park(nanos: u64) {
    #[cfg(feature = "testing")]
    if crate::calls::env::paused::advance(nanos) {
        return;
    }
    std::thread::park_timeout(Duration::from_nanos(nanos));
}
