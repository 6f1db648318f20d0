//! Error of an invalid policy or budget, and what its rules are written with.
#![allow(clippy::missing_errors_doc, clippy::missing_panics_doc)] // hidden, and the first line of each says it

use core::fmt;
use core::time::Duration;

use crate::units::{self, DAY};

/// Error of an invalid policy or budget: what is wrong, and what to write instead.
///
/// ```
/// use retry_runtime::Policy;
///
/// let error = Policy::builder().max_attempts(0).build().unwrap_err();
/// assert!(error.to_string().starts_with("`max_attempts` must be at least 1"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyError(&'static str);

impl PolicyError {
    /// Returns the message.
    #[doc(hidden)]
    pub const fn message(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl core::error::Error for PolicyError {}

/// Result of one rule.
pub type Rule = Result<(), PolicyError>;

/// Panics with the rule's message if it is broken.
///
/// In a constant this is a compile error.
#[track_caller]
pub const fn accept(rule: Rule) {
    if let Err(PolicyError(message)) = rule {
        panic!("{}", message);
    }
}

pub(crate) const fn holds(holds: bool, message: &'static str) -> Rule {
    if holds { Ok(()) } else { Err(PolicyError(message)) }
}

pub(crate) const fn broken(message: &'static str) -> Rule {
    Err(PolicyError(message))
}

/// Returns the first broken rule. A macro, so that no rule after it is evaluated.
macro_rules! all {
    ($first:expr, $($others:expr),+ $(,)?) => {
        match $first {
            Ok(()) => $crate::error::all!($($others),+),
            broken => broken,
        }
    };
    ($last:expr $(,)?) => { $last };
}

pub(crate) use all;

/// Rejects a duration above a day.
pub const fn duration(value: Duration) -> Rule {
    day(units::from(value))
}

/// Rejects a duration of zero or above a day.
pub const fn some_duration(value: Duration) -> Rule {
    some(units::from(value))
}

/// Rejects a duration of zero or above a day, in nanoseconds.
pub const fn some(nanos: u64) -> Rule {
    match nanos {
        1..=DAY => Ok(()),
        0 => broken("a duration here must be above zero; write a longer one, or remove the option"),
        _ => day(nanos),
    }
}

/// Rejects a duration above a day, in nanoseconds.
pub const fn day(nanos: u64) -> Rule {
    if nanos > DAY {
        return broken("a duration must be at most a day; write `24h` or less");
    }
    Ok(())
}
