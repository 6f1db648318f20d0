//! Monotonic time, as nanoseconds since one moment of this process.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use retry_core::nanos;

static ANCHOR: OnceLock<Instant> = OnceLock::new();

/// `at` in nanoseconds since the anchor, which lies a day before the first use: a paused clock of a test may stand
/// before the moment at which the process first asked.
pub(crate) fn since_anchor(at: Instant) -> u64 {
    let anchor = *ANCHOR.get_or_init(|| {
        let now = Instant::now();
        now.checked_sub(Duration::from_nanos(nanos::DAY)).unwrap_or(now)
    });
    nanos::from(at.saturating_duration_since(anchor))
}
