//! Monotonic time as the runtime gives it to budgets and breakers.

use retry_runtime::Moment;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

const DAY: u64 = 86_400_000_000_000;

/// Nanoseconds since a day before the first call.
pub(crate) fn now() -> Moment {
    static ANCHOR: LazyLock<Instant> = LazyLock::new(Instant::now);
    Moment::from_nanos(DAY + nanos(ANCHOR.elapsed()))
}

#[allow(clippy::cast_possible_truncation)] // 584 years
fn nanos(time: Duration) -> u64 {
    time.as_nanos() as u64
}
