//! Monotonic time, as nanoseconds since one moment of this process.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use retry_core::units;

static ANCHOR: OnceLock<Instant> = OnceLock::new();

/// `at` in nanoseconds since the anchor, which lies a day before the first use: a paused clock of a test may stand
/// before the moment at which the process first asked.
pub(crate) fn since_anchor(at: Instant) -> u64 {
    #[cfg(feature = "test-util")]
    crate::calls::test_util::note_read();
    let anchor = *ANCHOR.get_or_init(|| {
        let now = Instant::now();
        now.checked_sub(Duration::from_nanos(units::DAY)).unwrap_or(now)
    });
    units::from(at.saturating_duration_since(anchor))
}

/// Now, where no driver says by which clock: by the one that a test has paused, else by tokio's or the system's.
pub fn now() -> u64 {
    #[cfg(feature = "test-util")]
    if let Some(now) = crate::calls::test_util::now() {
        return now;
    }
    #[cfg(feature = "tokio")]
    return since_anchor(tokio::time::Instant::now().into_std());
    #[cfg(not(feature = "tokio"))]
    return since_anchor(Instant::now());
}
