//! Clock of a server, estimated from its answers.

use core::sync::atomic::{AtomicI64, Ordering};
use core::time::Duration;

use crate::support::now;

/// Clock of a server, estimated by the monotonic clock of this process.
///
/// A claim carries the time of the server until which it may be recorded. A server that was frozen, or that had to wait for a lock,
/// refuses a claim whose client has given up: nobody would run its body, and nobody would end its key.
#[derive(Debug, Default)]
pub(crate) struct ServerClock {
    /// Microseconds by which the server's clock is ahead of the monotonic one.
    ///
    /// Relaxed: only the number is shared.
    ahead: AtomicI64,
}

impl ServerClock {
    /// Returns the time of the server at which `within` has passed from now.
    ///
    /// It is in microseconds.
    pub(crate) fn deadline(&self, within: Duration) -> i64 {
        self.deadline_at(micros_now(), within)
    }

    /// Notes the time of the server in an answer.
    ///
    /// It was asked for at `sent`; both are in microseconds.
    pub(crate) fn observe(&self, server: u64, sent: i64) {
        self.observe_at(i64::try_from(server).unwrap_or(i64::MAX), sent, micros_now());
    }

    fn deadline_at(&self, now: i64, within: Duration) -> i64 {
        let within = i64::try_from(within.as_micros()).unwrap_or(i64::MAX);
        now.saturating_add(self.ahead.load(Ordering::Relaxed)).saturating_add(within)
    }

    /// Keeps the estimate if this answer agrees with it.
    ///
    /// The server read its clock between `sent` and `received`, so an answer bounds the estimate on both sides. What is kept is the
    /// lower bound: a deadline is early by the way back of one answer, and not late.
    fn observe_at(&self, server: i64, sent: i64, received: i64) {
        let (least, most) = (server.saturating_sub(received), server.saturating_sub(sent));
        let ahead = self.ahead.load(Ordering::Relaxed);
        if ahead < least || ahead > most {
            self.ahead.store(least, Ordering::Relaxed);
        }
    }
}

/// Returns microseconds of the monotonic clock.
pub(crate) fn micros_now() -> i64 {
    i64::try_from(now() / 1000).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;
    const STEP: Duration = Duration::from_secs(2);

    #[test]
    fn a_deadline_is_never_later_than_the_client_waits() {
        let clock = ServerClock::default();
        // The server is 100 s ahead; the way there takes 0.3 s, and the way back 0.5 s.
        clock.observe_at(1_100 * SECOND + 300_000, 1_000 * SECOND, 1_000 * SECOND + 800_000);
        assert_eq!(clock.deadline_at(1_001 * SECOND, STEP), 1_103 * SECOND - 500_000);
        // A faster answer is a better estimate, and a slower one is none.
        clock.observe_at(1_102 * SECOND, 1_002 * SECOND, 1_002 * SECOND + 1_000);
        assert_eq!(clock.deadline_at(1_003 * SECOND, STEP), 1_105 * SECOND - 1_000);
        clock.observe_at(1_104 * SECOND, 1_003 * SECOND, 1_005 * SECOND);
        assert_eq!(clock.deadline_at(1_005 * SECOND, STEP), 1_107 * SECOND - 1_000);
    }

    #[test]
    fn a_clock_that_was_set_is_noticed_by_one_answer() {
        let clock = ServerClock::default();
        for server in [5_000 * SECOND, 9_000 * SECOND, 2_000 * SECOND] {
            clock.observe_at(server, 10 * SECOND, 10 * SECOND + 10);
            assert_eq!(clock.deadline_at(10 * SECOND, STEP), server + 2 * SECOND - 10);
        }
    }

    #[test]
    fn drift_does_not_add_up() {
        let clock = ServerClock::default();
        for second in 0..100_000 {
            // 500 parts in a million, in both directions, and round trips of 1 ms.
            for rate in [1_000_500, 999_500] {
                let (server, local) = (second * rate, second * SECOND);
                clock.observe_at(server, local, local + 1_000);
                let late = clock.deadline_at(local, Duration::ZERO) - server;
                assert!((-1_000..=0).contains(&late), "{late} µs after {second} s");
            }
        }
    }
}
