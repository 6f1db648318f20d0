//! Names of operations: patterns, paths of functions, and the one that was meant.

#[cfg(feature = "testing")]
mod function_path;
mod nearest;
#[cfg(any(feature = "settings", feature = "chaos"))]
mod pattern;

#[cfg(feature = "testing")]
pub(crate) use self::function_path::FunctionPath;
#[cfg(feature = "settings")]
pub(crate) use self::nearest::nearest;
#[cfg(any(feature = "testing", feature = "chaos"))]
pub(crate) use self::nearest::proposal;
#[cfg(any(feature = "settings", feature = "chaos"))]
pub(crate) use self::pattern::matches;
