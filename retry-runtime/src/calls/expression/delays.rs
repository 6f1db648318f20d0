//! The delays of a policy as an iterator, for loops of your own.

use core::iter::FusedIterator;
use core::time::Duration;

use retry_core::internal::Span;
use retry_core::{Backoff, Jitter, Policy};

use crate::calls::env::random;

/// Endless iterator over the delays of a backoff with jitter.
///
/// Use it for example in a loop that reconnects.
///
/// It ignores attempts, deadlines and classes. `take(n)` bounds it, and [`reset`](Self::reset) restarts it after a success.
///
/// ```
/// use core::time::Duration;
/// use retry_runtime::{Backoff, Jitter, Delays};
///
/// let mut delays = Delays::new(
///     Backoff::exponential(Duration::from_secs(1), Duration::from_secs(30)),
///     Jitter::none(),
/// );
/// let seconds: Vec<_> = delays.by_ref().take(6).map(|delay| delay.as_secs()).collect();
/// assert_eq!(seconds, [1, 2, 4, 8, 16, 30]);
///
/// delays.reset(); // connected
/// assert_eq!(delays.next(), Some(Duration::from_secs(1)));
/// ```
#[derive(Clone, Debug)]
pub struct Delays {
    backoff: Backoff,
    jitter: Jitter,
    retry: u32,
    previous: Span,
}

impl Delays {
    /// Creates the delays of `backoff`, randomized by `jitter`.
    pub const fn new(backoff: Backoff, jitter: Jitter) -> Self {
        Self { backoff, jitter, retry: 0, previous: Span::ZERO }
    }

    /// Creates the delays of a policy's backoff and jitter.
    pub const fn from_policy(policy: &Policy) -> Self {
        Self::new(policy.get_backoff(), policy.get_jitter())
    }

    /// Restarts with the first delay.
    pub const fn reset(&mut self) {
        self.retry = 0;
        self.previous = Span::ZERO;
    }
}

impl Iterator for Delays {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        self.retry = self.retry.saturating_add(1);
        self.previous = self.jitter.delay(&self.backoff, self.retry, self.previous, random::random);
        Some(self.previous.as_duration())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (usize::MAX, None)
    }
}

impl FusedIterator for Delays {}
