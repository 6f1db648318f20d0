//! Classes of bb8's `RunError`.

use core::time::Duration;

use ::bb8::RunError;

use crate::{Class, Classify};

/// `Connect` for `TimedOut`, and the class of the error inside for `User`.
///
/// `TimedOut` proves that nothing was run: no connection was free or could be made within `connection_timeout`. The pool
/// connects again and again until then, so this is also the error of a database that is down.
///
/// A `User` may come from a statement of yours: `?` converts it. In a box the class of `TimedOut` is known for the errors of
/// the enabled features: a pool of `tokio-postgres` and `redis`.
///
/// ```
/// use bb8::RunError;
/// use retry_runtime::{Class, Classify};
///
/// let full: RunError<std::io::Error> = RunError::TimedOut;
/// assert_eq!(full.class(), Class::Connect);
/// ```
impl<E: Classify> Classify for RunError<E> {
    fn class(&self) -> Class {
        match self {
            Self::User(error) => error.class(),
            Self::TimedOut => Class::Connect,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::User(error) => error.retry_after(),
            Self::TimedOut => None,
        }
    }

    fn gave_up(&self) -> bool {
        matches!(self, Self::User(error) if error.gave_up())
    }

    /// Returns true only if the error inside is final.
    fn is_final(&self) -> bool {
        matches!(self, Self::User(error) if error.is_final())
    }
}
