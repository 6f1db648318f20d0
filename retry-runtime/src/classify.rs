//! How a failure says what kind it is.

use core::time::Duration;

use crate::Class;

/// Tells the class of a failure, and how long the server asked to wait.
///
/// Write it by `#[derive(Classify)]` on your error: a variant named like a class is that class, `#[from]` and
/// transparent variants ask the wrapped error, all others are [`Class::Permanent`], and `#[classify(..)]` on a
/// variant says otherwise. Or write it by hand:
///
/// ```
/// use core::time::Duration;
/// use retry_runtime::{Class, Classify};
///
/// enum QueryError {
///     Deadlock,
///     Busy { for_ms: u64 },
///     Syntax,
/// }
///
/// impl Classify for QueryError {
///     fn class(&self) -> Class {
///         match self {
///             Self::Deadlock => Class::Conflict,
///             Self::Busy { .. } => Class::Unavailable,
///             Self::Syntax => Class::Permanent,
///         }
///     }
///
///     fn retry_after(&self) -> Option<Duration> {
///         match self {
///             Self::Busy { for_ms } => Some(Duration::from_millis(*for_ms)),
///             _ => None,
///         }
///     }
/// }
/// # assert_eq!(QueryError::Busy { for_ms: 3 }.retry_after(), Some(Duration::from_millis(3)));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no failure classes",
    label = "this asks `{Self}` for its class",
    note = "write `#[derive(retry_runtime::Classify)]` on `{Self}`, or implement `retry_runtime::Classify` for it, or retry by `retry_if = |error| ..`",
    note = "where `#[derive(Classify)]` asks for it, its variant can say a class instead: `#[classify(Malformed)]`"
)]
pub trait Classify {
    /// What kind of failure this is.
    fn class(&self) -> Class;

    /// The least time to wait before the next attempt, where the server named one. A wait is never shorter than
    /// this; a hint above `max_retry_after` ends the call.
    fn retry_after(&self) -> Option<Duration> {
        None
    }

    /// Whether the server said that an operation of its own had given up on this: it was retried there already. Such a
    /// failure is not retried, unless the policy says `nested = retry`, and no breaker counts it.
    fn gave_up(&self) -> bool {
        false
    }
}

impl<C: Classify + ?Sized> Classify for &C {
    fn class(&self) -> Class {
        (**self).class()
    }

    fn retry_after(&self) -> Option<Duration> {
        (**self).retry_after()
    }

    fn gave_up(&self) -> bool {
        (**self).gave_up()
    }
}
