//! Random numbers from a seed: `SplitMix64` with the golden ratio as step and Stafford's mix.

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// A generator of 64 bits at a time.
#[derive(Clone, Debug)]
pub struct SplitMix64(u64);

impl SplitMix64 {
    /// One that starts at `seed`.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        scramble(self.0)
    }

    /// A number from 0 to below 1.
    #[allow(clippy::cast_precision_loss)] // 53 bits are exact
    pub fn fraction(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// 64 bits that depend on every one of `parts` and on their order.
pub fn hash<const N: usize>(parts: [u64; N]) -> u64 {
    parts.into_iter().fold(STEP, |hash, part| scramble(hash.wrapping_add(STEP) ^ scramble(part)))
}

const fn scramble(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}
