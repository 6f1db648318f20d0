//! Monotonic time as nanoseconds since a fixed moment of this process, the anchor.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use retry_core::{Moment, units};

static ANCHOR: OnceLock<Instant> = OnceLock::new();

/// Returns `at` in nanoseconds since the anchor.
///
/// The anchor lies a day before the first use, because a test's paused clock may show a time before that use.
pub(crate) fn since_anchor(at: Instant) -> Moment {
    #[cfg(feature = "testing")]
    crate::calls::env::paused::note_read();
    let anchor = *ANCHOR.get_or_init(|| {
        let now = Instant::now();
        now.checked_sub(Duration::from_nanos(units::DAY)).unwrap_or(now)
    });
    Moment::ORIGIN.after(at.saturating_duration_since(anchor))
}

/// Returns the current time outside of a driver.
///
/// The clock is one that a test has paused, else tokio's, else the system's.
pub(crate) fn now() -> Moment {
    #[cfg(feature = "testing")]
    if let Some(now) = crate::calls::env::paused::now() {
        return now;
    }
    #[cfg(feature = "tokio")]
    return since_anchor(tokio::time::Instant::now().into_std());
    #[cfg(not(feature = "tokio"))]
    return since_anchor(Instant::now());
}

/// Returns the nanoseconds of the current moment.
pub fn now_nanos() -> u64 {
    now().as_nanos()
}
