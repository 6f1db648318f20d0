//! Names of operations: patterns, and the one that was meant.

mod nearest;
#[cfg(any(feature = "settings", feature = "chaos"))]
mod pattern;

#[cfg(feature = "settings")]
pub(crate) use self::nearest::nearest;
#[cfg(any(feature = "testing", feature = "chaos"))]
pub(crate) use self::nearest::proposal;
#[cfg(any(feature = "settings", feature = "chaos"))]
pub(crate) use self::pattern::matches;
