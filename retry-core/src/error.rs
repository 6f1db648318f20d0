//! Error of an invalid policy or budget, and what its rules are written with.
#![allow(clippy::missing_errors_doc, clippy::missing_panics_doc)] // hidden, and the first line of each says it

use core::fmt;
use core::time::Duration;

use crate::fixed_text::FixedText;
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
pub struct PolicyError {
    /// Message; its `{}` is replaced by the times.
    message: &'static str,
    /// Two times in nanoseconds, the first below the second.
    times: Option<(u64, u64)>,
}

/// Most bytes of a message with its times.
const MAX_MESSAGE: usize = 320;

impl PolicyError {
    /// Returns the message. Its `{}` is replaced by [`times`](Self::times).
    #[doc(hidden)]
    pub const fn message(self) -> &'static str {
        self.message
    }

    /// Returns the two times of the message, the first below the second.
    #[doc(hidden)]
    pub const fn times(self) -> Option<(Duration, Duration)> {
        match self.times {
            Some((low, high)) => Some((Duration::from_nanos(low), Duration::from_nanos(high))),
            None => None,
        }
    }

    /// Returns the text that replaces `{}`: "`100ms` below `1s`".
    pub(crate) const fn times_text<const N: usize>(self, text: FixedText<N>) -> FixedText<N> {
        match self.times {
            Some((low, high)) => text.and("`").and_time(low).and("` below `").and_time(high).and("`"),
            None => text,
        }
    }

    const fn text(self) -> FixedText<MAX_MESSAGE> {
        let message = self.message.as_bytes();
        let mut at = 0;
        while at + 1 < message.len() && !(message[at] == b'{' && message[at + 1] == b'}') {
            at += 1;
        }
        let (before, after) = message.split_at(at);
        let after = after.split_at(if after.len() < 2 { 0 } else { 2 }).1;
        self.times_text(FixedText::NEW.and_bytes(before)).and_bytes(after)
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.times {
            Some(_) => formatter.write_str(self.text().as_str()),
            None => formatter.write_str(self.message),
        }
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
    match rule {
        Ok(()) => {}
        Err(PolicyError { message, times: None }) => panic!("{}", message),
        Err(error) => panic!("{}", error.text().as_str()),
    }
}

pub(crate) const fn holds(holds: bool, message: &'static str) -> Rule {
    if holds { Ok(()) } else { broken(message) }
}

pub(crate) const fn broken(message: &'static str) -> Rule {
    Err(PolicyError { message, times: None })
}

/// Returns the error of a time that is below another one, in nanoseconds.
///
/// Both replace `{}` in the message.
pub(crate) const fn below(low: u64, high: u64, message: &'static str) -> Rule {
    Err(PolicyError { message, times: Some((low, high)) })
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
