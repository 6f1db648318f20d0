//! Names of operations: patterns, paths of functions, and the one that was meant.

#[cfg(any(feature = "testing", feature = "storm"))]
mod function_path;
mod nearest;
#[cfg(any(feature = "settings", feature = "chaos"))]
mod pattern;

#[cfg(any(feature = "testing", feature = "storm"))]
pub(crate) use self::function_path::FunctionPath;
#[cfg(feature = "settings")]
pub(crate) use self::nearest::nearest;
#[cfg(any(feature = "testing", feature = "chaos", feature = "storm"))]
pub(crate) use self::nearest::proposal;
#[cfg(any(feature = "settings", feature = "chaos"))]
pub(crate) use self::pattern::matches;
