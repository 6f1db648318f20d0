//! Checks of a store: what may lose its keys.

use std::borrow::Cow;
use std::string::String;

/// Check of a store, one of [`Admin::diagnose`](crate::Admin::diagnose).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// Setting or property that was checked, such as `fsync`.
    pub name: &'static str,
    /// Outcome.
    pub state: CheckState,
    /// Value that was found.
    pub found: String,
    /// Consequence, and what to do; empty if nothing is to be done.
    pub advice: Cow<'static, str>,
}

/// Outcome of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum CheckState {
    /// Nothing is to be done.
    Passed,
    /// Something to know or to improve; no key is lost by it alone.
    Warning,
    /// Keys are lost, or will be after a crash or a restart.
    ///
    /// Effects are repeated then.
    Fault,
}

impl Check {
    /// Creates a check that has passed.
    pub fn passed(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, state: CheckState::Passed, found: found.into(), advice: Cow::Borrowed("") }
    }

    /// Creates a check that found something to know or to improve.
    pub fn warning(name: &'static str, found: impl Into<String>, advice: impl Into<Cow<'static, str>>) -> Self {
        Self { name, state: CheckState::Warning, found: found.into(), advice: advice.into() }
    }

    /// Creates a check that found what loses keys.
    pub fn fault(name: &'static str, found: impl Into<String>, advice: impl Into<Cow<'static, str>>) -> Self {
        Self { name, state: CheckState::Fault, found: found.into(), advice: advice.into() }
    }
}

/// Difference of two clocks that is worth a warning, in microseconds.
#[cfg(any(feature = "postgres", feature = "redis"))]
const LEAST_DIFFERENCE: u64 = 5_000_000;

/// Returns the check of a server's clock, in microseconds since 1970.
///
/// `earliest` and `latest` are this machine's clock before and after it was read.
#[cfg(any(feature = "postgres", feature = "redis"))]
pub(crate) fn clock(server: u64, earliest: u64, latest: u64) -> Check {
    let (difference, is) =
        if server < earliest { (earliest - server, "behind") } else { (server.saturating_sub(latest), "ahead of") };
    let found = std::format!("{:.1} s {is} this machine", core::time::Duration::from_micros(difference).as_secs_f64());
    if difference < LEAST_DIFFERENCE {
        return Check::passed("clock", found);
    }
    let advice = "leases and results end by the server's clock: a jump of it ends them early; synchronize both clocks";
    Check::warning("clock", found, advice)
}

/// Returns the check of a marker.
#[cfg(any(feature = "postgres", feature = "redis", feature = "sqlite"))]
pub(crate) fn marker(is_there: bool) -> Check {
    if is_there {
        return Check::passed("marker", "there");
    }
    let advice = "the store is new or came back without its keys, so nothing runs; restore its data, or run `retry-keys acknowledge` \
                  if it is new or effects may be repeated";
    Check::fault("marker", "missing", advice)
}

#[cfg(all(test, any(feature = "postgres", feature = "redis")))]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_compared_with_both_ends_of_the_round_trip() {
        let second = 1_000_000;
        for (server, state, found) in [
            (99, CheckState::Passed, "1.0 s behind this machine"),
            (103, CheckState::Passed, "0.0 s ahead of this machine"),
            (120, CheckState::Warning, "10.0 s ahead of this machine"),
            (40, CheckState::Warning, "60.0 s behind this machine"),
        ] {
            let check = clock(server * second, 100 * second, 110 * second);
            assert_eq!((check.state, &*check.found), (state, found));
        }
    }
}
