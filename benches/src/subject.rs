//! The same small function under every kind of retry. None is inlined into its caller, and all call the same body.

use std::cell::Cell;
use std::time::Duration;

use retry_runtime::{Classify, retry};

const BASE: Duration = Duration::from_millis(100);
const CAP: Duration = Duration::from_secs(10);

#[derive(Classify, Debug)]
pub(crate) enum Fault {
    Timeout,
    #[expect(dead_code, reason = "so that the class has to be looked at")]
    Status(u16),
}

/// Fails so many times, then gives a number.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) failures: Cell<u32>,
    /// The base of the hand-written loops' waits; in a variable, so that their arithmetic is not done by the compiler.
    pub(crate) base: Duration,
}

impl Source {
    #[inline(never)]
    fn read(&self) -> Result<u64, Fault> {
        match self.failures.get().checked_sub(1) {
            None => Ok(7),
            Some(left) => {
                self.failures.set(left);
                Err(Fault::Timeout)
            }
        }
    }

    #[expect(clippy::unused_async, reason = "a future that is ready at once")]
    async fn fetch(&self) -> Result<u64, Fault> {
        self.read()
    }
}

pub(crate) mod blocking {
    use backon::{BlockingRetryable, ConstantBuilder, ExponentialBuilder};

    use super::{BASE, CAP, Duration, Fault, Source, by_hand, retry};

    #[inline(never)]
    pub(crate) fn bare(source: &Source) -> Result<u64, Fault> {
        source.read()
    }

    #[inline(never)]
    pub(crate) fn looped(source: &Source) -> Result<u64, Fault> {
        let mut attempt = 1;
        loop {
            match source.read() {
                Err(Fault::Timeout) if attempt < 3 => {
                    let wait = by_hand(source.base, attempt);
                    if !wait.is_zero() {
                        std::thread::sleep(wait);
                    }
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }

    #[inline(never)]
    pub(crate) fn looped_without_waits(source: &Source) -> Result<u64, Fault> {
        let mut attempt = 1;
        loop {
            match source.read() {
                Err(Fault::Timeout) if attempt < 3 => attempt += 1,
                outcome => return outcome,
            }
        }
    }

    #[inline(never)]
    #[retry(max_attempts = 3, backoff = exp(100ms, 10s), retry_on = Timeout)]
    pub(crate) fn annotated(source: &Source) -> Result<u64, Fault> {
        source.read()
    }

    /// Without a budget, as the others are: one that is dry ends a call after its first attempt.
    #[inline(never)]
    #[retry(max_attempts = 3, backoff = none, retry_on = Timeout, budget = none)]
    pub(crate) fn annotated_without_waits(source: &Source) -> Result<u64, Fault> {
        source.read()
    }

    #[inline(never)]
    pub(crate) fn backon(source: &Source) -> Result<u64, Fault> {
        let waits = ExponentialBuilder::new().with_min_delay(BASE).with_max_delay(CAP).with_max_times(2).with_jitter();
        (|| source.read()).retry(waits).when(|fault| matches!(fault, Fault::Timeout)).call()
    }

    #[inline(never)]
    pub(crate) fn backon_without_waits(source: &Source) -> Result<u64, Fault> {
        let waits = ConstantBuilder::new().with_delay(Duration::ZERO).with_max_times(2);
        (|| source.read()).retry(waits).when(|fault| matches!(fault, Fault::Timeout)).call()
    }
}

pub(crate) mod future {
    use backon::{ExponentialBuilder, Retryable};
    use tokio_retry::RetryIf;
    use tokio_retry::strategy::{ExponentialBackoff, jitter};

    use super::{BASE, CAP, Fault, Source, by_hand, retry};

    pub(crate) async fn bare(source: &Source) -> Result<u64, Fault> {
        source.fetch().await
    }

    pub(crate) async fn looped(source: &Source) -> Result<u64, Fault> {
        let mut attempt = 1;
        loop {
            match source.fetch().await {
                Err(Fault::Timeout) if attempt < 3 => {
                    let wait = by_hand(source.base, attempt);
                    if !wait.is_zero() {
                        tokio::time::sleep(wait).await;
                    }
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }

    pub(crate) async fn looped_without_waits(source: &Source) -> Result<u64, Fault> {
        let mut attempt = 1;
        loop {
            match source.fetch().await {
                Err(Fault::Timeout) if attempt < 3 => attempt += 1,
                outcome => return outcome,
            }
        }
    }

    #[retry(max_attempts = 3, backoff = exp(100ms, 10s), retry_on = Timeout)]
    pub(crate) async fn annotated(source: &Source) -> Result<u64, Fault> {
        source.fetch().await
    }

    /// See above.
    #[retry(max_attempts = 3, backoff = none, retry_on = Timeout, budget = none)]
    pub(crate) async fn annotated_without_waits(source: &Source) -> Result<u64, Fault> {
        source.fetch().await
    }

    pub(crate) async fn backon(source: &Source) -> Result<u64, Fault> {
        let waits = ExponentialBuilder::new().with_min_delay(BASE).with_max_delay(CAP).with_max_times(2).with_jitter();
        (|| source.fetch()).retry(waits).when(|fault| matches!(fault, Fault::Timeout)).await
    }

    pub(crate) async fn tokio_retry(source: &Source) -> Result<u64, Fault> {
        let waits = ExponentialBackoff::from_millis(2).factor(50).max_delay(CAP).map(jitter).take(2);
        RetryIf::start(waits, || source.fetch(), |fault: &Fault| matches!(fault, Fault::Timeout)).await
    }
}

/// Exponential with full jitter, as loops by hand have it.
fn by_hand(base: Duration, attempt: u32) -> Duration {
    let longest = base.saturating_mul(1 << (attempt - 1)).min(CAP);
    longest.mul_f64(fastrand::f64())
}
