//! Tokio.

/// Tokio: `runtime = tokio` (feature `tokio`).
///
/// It reads tokio's clock, so a test with a paused clock controls it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tokio;

#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
mod timer {
    use core::time::Duration;

    use retry_core::Moment;
    use tokio::time::{Instant, Sleep};

    use super::Tokio;
    use crate::calls::driver::Runtime;
    use crate::calls::env::clock;

    impl Runtime for Tokio {
        // Tokio has a paused clock of its own.
        const IS_PAUSABLE: bool = false;

        type Sleep = Sleep;

        fn sleep(delay: Duration) -> Sleep {
            tokio::time::sleep(delay)
        }

        #[inline]
        fn now() -> Moment {
            now()
        }
    }

    fn now() -> Moment {
        clock::since_anchor(Instant::now().into_std())
    }
}
