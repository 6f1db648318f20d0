//! Random numbers of a plan: a function of seed, operation, attempt and rule.
//!
//! The k-th attempt of an operation meets the same faults in every run, however threads interleave.

/// Increment of `SplitMix64`.
///
/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

/// Returns 64 bits for one draw.
pub(super) fn bits(seed: u64, operation: &str, attempt: u64, draw: u64) -> u64 {
    let name = operation.bytes().fold(seed, |state, byte| mix(state ^ u64::from(byte)));
    mix(mix(name.wrapping_add(attempt.wrapping_mul(GAMMA))).wrapping_add(draw.wrapping_mul(GAMMA)))
}

/// Maps 64 bits to a number from 0 to below 1.
#[allow(clippy::cast_precision_loss)] // 53 bits are exact
pub(super) fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

/// Finalizer of `SplitMix64`.
const fn mix(state: u64) -> u64 {
    let state = state.wrapping_add(GAMMA);
    let state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_even_and_repeat() {
        let count = (0..10_000).filter(|attempt| unit(bits(7, "shop::pay", *attempt, 0)) < 0.1).count();
        assert!((900..1100).contains(&count), "{count}");
        assert_eq!(bits(7, "a", 1, 2), bits(7, "a", 1, 2));
        let others = [bits(8, "a", 1, 2), bits(7, "b", 1, 2), bits(7, "a", 2, 2), bits(7, "a", 1, 3)];
        assert!(others.iter().all(|other| *other != bits(7, "a", 1, 2)));
    }
}
