//! Shares of a count, in fixed point.

use crate::units::SECOND;

/// One retry, with 20 fractional bits.
pub(crate) const ONE: i64 = 1 << 20;

/// Converts `share` to 20 fractional bits, rounded up.
///
/// So 0.1 of 10,000 calls is 1,000 retries and not 999. A millionth too much is one retry in a million calls.
///
/// A share outside 0 to 1, or NaN, becomes one that the rules reject.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // at most ONE, which a float holds exactly
pub(crate) const fn fixed(share: f64) -> i64 {
    if !(share >= 0.0 && share <= 1.0) {
        return i64::MAX;
    }
    let wide = share * ONE as f64;
    let whole = wide as i64;
    if (whole as f64) < wide { whole + 1 } else { whole }
}

/// Returns the reserve of a whole window in [`ONE`]s. The rules bound the product.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
pub(crate) const fn reserved(per_second: f64, window: u64) -> i64 {
    (per_second * (window as f64 / SECOND as f64) * ONE as f64 + 0.5) as i64
}
