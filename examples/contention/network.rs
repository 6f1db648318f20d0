//! Network latency.

use std::f64::consts::TAU;
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

/// A hop is normally distributed, with this mean and standard deviation, mirrored at zero.
const MEAN_SECS: f64 = 0.010;
const DEVIATION_SECS: f64 = 0.002;

/// Random numbers for hops; the runtime has its own for delays.
pub(crate) struct Network(SmallRng);

impl Network {
    pub(crate) fn new(seed: u64) -> Self {
        Self(SmallRng::seed_from_u64(seed))
    }

    /// 64 bits, each as likely set as not.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Returns the latency of the next message.
    pub(crate) fn hop(&mut self) -> Duration {
        // Box and Muller's 'A Note on the Generation of Random Normal Deviates' (1958).
        let normal = (-2.0 * self.above_zero().ln()).sqrt() * (TAU * self.above_zero()).cos();
        Duration::from_secs_f64((MEAN_SECS + DEVIATION_SECS * normal).abs())
    }

    /// Above 0 and up to 1, in steps of 2^-32.
    fn above_zero(&mut self) -> f64 {
        (f64::from(self.0.next_u32()) + 1.0) / f64::from(1_u32 << 16) / f64::from(1_u32 << 16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hops_have_their_mean_and_their_deviation() {
        let mut network = Network::new(1);
        let hops: Vec<_> = (0..40_000).map(|_| network.hop().as_secs_f64()).collect();
        let mean = hops.iter().sum::<f64>() / 40_000.0;
        let variance = hops.iter().map(|hop| (hop - mean).powi(2)).sum::<f64>() / 40_000.0;
        assert!((mean - MEAN_SECS).abs() < 0.000_05, "{mean}");
        assert!((variance.sqrt() - DEVIATION_SECS).abs() < 0.000_05, "{}", variance.sqrt());
    }
}
