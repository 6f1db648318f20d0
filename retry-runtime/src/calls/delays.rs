//! The waits of a policy as an iterator, for loops of your own.

use core::iter::FusedIterator;
use core::time::Duration;

use retry_core::{Backoff, Jitter, Policy};

use crate::calls::random;

/// The waits of a backoff under its jitter, one after the other, without end: for a loop that reconnects.
///
/// It knows nothing of attempts, deadlines or classes; `take(n)` bounds it, and [`reset`](Self::reset) begins anew once
/// something worked.
///
/// ```
/// use core::time::Duration;
/// use retry_runtime::{Backoff, Jitter, Delays};
///
/// let mut waits = Delays::new(
///     Backoff::exponential(Duration::from_secs(1), Duration::from_secs(30)),
///     Jitter::none(),
/// );
/// let seconds: Vec<_> = waits.by_ref().take(6).map(|wait| wait.as_secs()).collect();
/// assert_eq!(seconds, [1, 2, 4, 8, 16, 30]);
///
/// waits.reset(); // connected
/// assert_eq!(waits.next(), Some(Duration::from_secs(1)));
/// ```
#[derive(Clone, Debug)]
pub struct Delays {
    backoff: Backoff,
    jitter: Jitter,
    retry: u32,
    previous: u64,
}

impl Delays {
    /// The waits of `backoff`, spread by `jitter`.
    pub const fn new(backoff: Backoff, jitter: Jitter) -> Self {
        Self { backoff, jitter, retry: 0, previous: 0 }
    }

    /// The waits of a policy's backoff and jitter.
    pub const fn from_policy(policy: &Policy) -> Self {
        let (backoff, jitter) = policy.schedule();
        Self::new(backoff, jitter)
    }

    /// Begins anew with the first wait.
    pub const fn reset(&mut self) {
        self.retry = 0;
        self.previous = 0;
    }
}

impl Iterator for Delays {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        self.retry = self.retry.saturating_add(1);
        self.previous = self.jitter.wait(&self.backoff, self.retry, self.previous, random::random);
        Some(Duration::from_nanos(self.previous))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (usize::MAX, None)
    }
}

impl FusedIterator for Delays {}
