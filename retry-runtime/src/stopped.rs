//! What a call ends with if no attempt of it returned an error.

use core::fmt;

#[cfg(feature = "std")]
use retry_core::Progress;
use retry_core::{Class, StopReason};

/// What a call ends with if no attempt of it returned an error: every one was cut, none was admitted, or it was cancelled
/// first.
///
/// The caller's error type is made from it: implement `From<Stopped>`.
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
}

impl Stopped {
    #[cfg(feature = "std")]
    pub(crate) fn new(progress: &Progress) -> Self {
        Self { reason: progress.stop_reason(), class: progress.last_class(), attempts: progress.attempt() }
    }

    /// Why the call ended.
    pub const fn reason(&self) -> StopReason {
        self.reason
    }

    /// What the last attempt ended in: `Timeout` if it was cut, `None` if none ended before the call did.
    pub const fn class(&self) -> Option<Class> {
        self.class
    }

    /// How many attempts were begun.
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.attempts == 1 { "" } else { "s" };
        write!(formatter, "stopped after {} attempt{plural}: {}", self.attempts, self.reason)?;
        match self.class {
            Some(class) => write!(formatter, "; the last ended in {class}"),
            None => Ok(()),
        }
    }
}

impl core::error::Error for Stopped {}

/// Makes a caller's error from [`Stopped`]; it is there for every type that has `From<Stopped>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made from `retry_runtime::Stopped`",
    label = "a call may end here before any attempt returned an error",
    note = "`attempt_timeout`, `cancel`, `breaker`, `rate_limit` and `idempotency_key` may end a call without an error of its own; write `impl From<retry_runtime::Stopped> for {Self}`, or return an error of your own where this one is another crate's"
)]
pub trait FromStopped {
    /// The error that the caller gets.
    fn from_stopped(stopped: Stopped) -> Self;
}

impl<E: From<Stopped>> FromStopped for E {
    fn from_stopped(stopped: Stopped) -> Self {
        Self::from(stopped)
    }
}

#[cfg(feature = "std")]
impl From<Stopped> for std::io::Error {
    /// `TimedOut` where the last attempt was cut, `Interrupted` where the call was cancelled, else `Other`.
    fn from(stopped: Stopped) -> Self {
        let kind = match (stopped.reason, stopped.class) {
            (StopReason::Cancelled, _) => std::io::ErrorKind::Interrupted,
            (_, Some(Class::Timeout)) => std::io::ErrorKind::TimedOut,
            _ => std::io::ErrorKind::Other,
        };
        Self::new(kind, stopped)
    }
}
