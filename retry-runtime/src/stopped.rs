//! The end of a call in which no attempt returned an error.

use core::fmt;

#[cfg(feature = "std")]
use retry_core::Progress;
use retry_core::{BudgetDenial, Class, StopReason};

/// End of a call in which no attempt returned an error.
///
/// All attempts timed out, none was admitted, or the call was cancelled.
///
/// Implement `From<Stopped>` for your error type, so that the call can return it.
///
/// ```
/// use retry_runtime::{StopReason, Stopped};
///
/// enum QuoteError {
///     GaveUp(StopReason),
/// }
///
/// impl From<Stopped> for QuoteError {
///     fn from(stopped: Stopped) -> Self {
///         Self::GaveUp(stopped.reason())
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    reason: StopReason,
    class: Option<Class>,
    attempts: u32,
    denial: Option<BudgetDenial>,
}

impl Stopped {
    #[cfg(feature = "std")]
    pub(crate) fn new(progress: &Progress) -> Self {
        Self {
            reason: progress.stop_reason(),
            class: progress.last_class(),
            attempts: progress.attempt(),
            denial: progress.budget_denial(),
        }
    }

    /// Returns why the call ended.
    pub const fn reason(&self) -> StopReason {
        self.reason
    }

    /// Returns the class of the last attempt, or `None` if none ended.
    ///
    /// It is `Timeout` for an attempt that timed out.
    pub const fn last_class(&self) -> Option<Class> {
        self.class
    }

    /// Returns the account of the budget, if it ended the call and counts requests.
    pub const fn budget_denial(&self) -> Option<BudgetDenial> {
        self.denial
    }

    /// Returns the number of attempts that began.
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.attempts == 1 { "" } else { "s" };
        write!(formatter, "stopped after {} attempt{plural}: {}", self.attempts, self.reason)?;
        if let Some(denial) = self.denial {
            write!(formatter, ": {denial}")?;
        }
        match self.class {
            Some(class) => write!(formatter, "; the last ended in {class}"),
            None => Ok(()),
        }
    }
}

impl core::error::Error for Stopped {}

#[cfg(feature = "std")]
impl From<Stopped> for std::io::Error {
    /// Returns `TimedOut`, `Interrupted` for a cancelled call, or `Other`.
    fn from(stopped: Stopped) -> Self {
        let kind = match (stopped.reason, stopped.class) {
            (StopReason::Cancelled, _) => std::io::ErrorKind::Interrupted,
            (_, Some(Class::Timeout)) => std::io::ErrorKind::TimedOut,
            _ => std::io::ErrorKind::Other,
        };
        Self::new(kind, stopped)
    }
}
