//! A fleet of clients that a service sends away together, with one `Retry-After`.
//!
//! Each client makes one call of up to three attempts, and all begin within a second. The service takes what its token
//! bucket allows and answers the rest with 429 and `Retry-After: 30`. Delays are decided by the code that runs in
//! production, on virtual time.
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // counts, and nanoseconds of some minutes

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use retry_runtime::{Class, Classes, Decision, Failure, Jitter, Moment, Policy, Progress};
use serde::Serialize;

use crate::network::Network;

/// Calls that the service takes per second, and its burst.
const RATE: u32 = 50;
const HINT: Duration = Duration::from_secs(30);
/// Nanoseconds.
const TENTH: u64 = 100_000_000;
/// Clients of the table.
const CLIENTS: u32 = 1000;

const POLICY: Policy = Policy::new().retry_on(Classes::new().throttled());

/// Two ways to return after the hint.
pub(crate) const KINDS: [(&str, Jitter); 2] =
    [("at the hint (jitter = none)", Jitter::none()), ("above the hint (jitter = full)", Jitter::full())];

/// Results of one way to return.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Fleet {
    pub(crate) name: &'static str,
    /// Share of the clients whose call succeeded, in percent.
    pub(crate) served_percent: f64,
    /// Most returns in one tenth of a second, as a multiple of what the service takes in that time.
    pub(crate) peak: f64,
    /// Rejected requests per call.
    pub(crate) rejected: f64,
}

/// Runs both ways with the same first requests.
pub(crate) fn run(network: &mut Network) -> Vec<Fleet> {
    let second = u128::from(u64::MAX);
    let starts: Vec<_> = (0..CLIENTS).map(|_| ((u128::from(network.bits()) * 1_000_000_000) / second) as u64).collect();
    KINDS.map(|(name, jitter)| fleet(name, &POLICY.jitter(jitter), &starts, || network.bits())).into()
}

fn fleet(name: &'static str, policy: &Policy, starts: &[u64], mut random: impl FnMut() -> u64) -> Fleet {
    let mut calls = vec![Progress::new(); starts.len()];
    let mut coming: BinaryHeap<_> =
        starts.iter().enumerate().map(|(client, &start)| Reverse((start, client))).collect();
    let mut bucket = Bucket { tokens: f64::from(RATE), at: 0 };
    let (mut served, mut rejected, mut returns) = (0, 0, Vec::new());
    while let Some(Reverse((now, client))) = coming.pop() {
        let call = &mut calls[client];
        call.begin_attempt();
        if call.attempt() > 1 {
            returns.push(now);
        }
        if bucket.takes(now) {
            served += 1;
            continue;
        }
        rejected += 1;
        let failure = Failure::new(Class::Throttled).retry_after(HINT);
        if let Decision::Retry(delay) = call.decide(policy.as_timed(), failure, || Moment::from_nanos(now), &mut random)
        {
            coming.push(Reverse((now + delay.as_nanos() as u64, client)));
        }
    }
    let clients = starts.len() as f64;
    Fleet {
        name,
        served_percent: rounded(f64::from(served) * 100.0 / clients),
        peak: rounded(most_in_a_tenth(&returns) as f64 / (f64::from(RATE) / 10.0)),
        rejected: rounded(f64::from(rejected) / clients),
    }
}

/// Token bucket: [`RATE`] per second, as many at once.
struct Bucket {
    tokens: f64,
    at: u64,
}

impl Bucket {
    fn takes(&mut self, now: u64) -> bool {
        let refill = (now - self.at) as f64 / 1e9 * f64::from(RATE);
        self.tokens = f64::from(RATE).min(self.tokens + refill);
        self.at = now;
        let takes = self.tokens >= 1.0;
        self.tokens -= f64::from(u8::from(takes));
        takes
    }
}

/// Returns the most of these moments, in ascending order, that lie in one tenth of a second.
fn most_in_a_tenth(moments: &[u64]) -> usize {
    moments.chunk_by(|a, b| a / TENTH == b / TENTH).map(<[u64]>::len).max().unwrap_or(0)
}

fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_above_the_hint_serves_the_fleet_that_returns_as_a_herd_without_it() {
        for seed in 1..=10 {
            let fleets = run(&mut Network::new(seed));
            let [herd, spread] = &fleets[..] else { panic!("two ways") };
            assert!(herd.served_percent < 35.0 && herd.peak > 15.0, "seed {seed}: {herd:?}");
            assert!(spread.served_percent >= 99.9, "seed {seed}: {spread:?}");
            assert!(spread.peak <= 4.0 && spread.rejected <= 1.1, "seed {seed}: {spread:?}");
        }
    }

    #[test]
    fn a_bucket_refills_at_its_rate() {
        let mut bucket = Bucket { tokens: f64::from(RATE), at: 0 };
        assert_eq!((0..60).filter(|_| bucket.takes(0)).count(), 50);
        assert_eq!((0..60).filter(|_| bucket.takes(500_000_000)).count(), 25);
    }

    #[test]
    fn a_peak_is_the_most_in_a_tenth_of_a_second() {
        assert_eq!(most_in_a_tenth(&[]), 0);
        assert_eq!(most_in_a_tenth(&[0, TENTH - 1, TENTH, TENTH + 7, 2 * TENTH - 1, 3 * TENTH]), 3);
    }
}
