//! Delay before a retry for which the server asked for a least delay.

use crate::jitter::Window;
use crate::units::Span;

/// Returns the delay for a hint: at least the hint, and randomized above it.
///
/// Clients that got one hint together, as all of a window do, would return together. The delay is
/// `max(jittered, hint + random share of spread)`, where `spread` is the longest delay of the backoff or half the hint,
/// whichever is longer: half the hint is what Envoy adds to it, and spreads long hints; the backoff's own window spreads
/// short ones. The deadline shortens the spread to three quarters of the time that is left after the hint, so that
/// randomness never ends a call that the hint alone lets live, and an attempt has time to run.
///
/// `jittered` is the delay without a hint, `window` the range from which `random` selected it, and `left` the time to the
/// deadline, which is longer than the hint.
#[cold]
pub(super) fn delay(hint: Span, jittered: Span, window: Window, left: Span, random: u64) -> Span {
    let hint = hint.as_nanos();
    let after_hint = left.as_nanos() - hint;
    let spread = window.top.max(hint / 2).min(after_hint - after_hint.div_ceil(4));
    let spread_out = Window { bottom: hint, top: hint.saturating_add(spread) }.pick(random);
    jittered.max(Span::from_nanos(spread_out))
}
