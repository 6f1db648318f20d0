//! One jittered delay, drawn.

use std::time::Duration;

use retry_runtime::{Backoff, Delays, Jitter};

const BASE: Duration = Duration::from_millis(100);
const CAP: Duration = Duration::from_secs(10);

pub(crate) fn ours() -> Delays {
    Delays::new(Backoff::exponential(BASE, CAP), Jitter::full())
}

pub(crate) fn backon() -> impl Iterator<Item = Duration> {
    use backon::BackoffBuilder;
    backon::ExponentialBuilder::new().with_min_delay(BASE).with_max_delay(CAP).without_max_times().with_jitter().build()
}

pub(crate) fn tokio_retry() -> impl Iterator<Item = Duration> {
    use tokio_retry::strategy::{ExponentialBackoff, jitter};
    ExponentialBackoff::from_millis(2).factor(50).max_delay(CAP).map(jitter)
}
