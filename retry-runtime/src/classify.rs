//! Classification of failures.

use core::time::Duration;

use crate::Class;

/// Classification of an error: its failure class and the server hint.
///
/// Derive it on your error: a variant named like a class is of that class, `#[from]` and transparent variants use the wrapped
/// error, and all others are [`Class::Permanent`], but not [final](Self::is_final). `#[classify(..)]` on a variant overrides its class. Or implement it:
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
    label = "the class of `{Self}` is needed here",
    note = "if `{Self}` is a type of yours, write `#[derive(retry_runtime::Classify)]` on it",
    note = "if it is a type of another crate, enable the feature of `retry-runtime` with that crate's name (such as `anyhow`, `reqwest`, `sqlx`, `tokio-postgres`, `redis`, `tonic`); for any other crate write `retry_if = |error| ..` instead of classes, or return an error of yours with a variant for it",
    note = "if `#[derive(Classify)]` needs it, its variant can name a class instead: `#[classify(Malformed)]`"
)]
pub trait Classify {
    /// Returns the failure class.
    fn class(&self) -> Class;

    /// Returns the server hint: the least delay that the server asked for.
    ///
    /// A delay is never shorter than the hint. A hint above `max_retry_after` ends the call.
    fn retry_after(&self) -> Option<Duration> {
        None
    }

    /// Returns whether the server reported that an operation of its own gave up.
    ///
    /// The failure was retried there already.
    ///
    /// Such a failure is not retried unless the policy has `nested = retry`, and no breaker counts it.
    fn gave_up(&self) -> bool {
        false
    }

    /// Returns whether the error is a final answer.
    ///
    /// An idempotency key records and replays it.
    ///
    /// [`Class::Permanent`] also is the class of an error that nobody classified, and that may be a passing failure, such as
    /// a database that cannot be reached. The derive and the adapters of this crate return false for such an error. An
    /// implementation by hand is final if its class is `Permanent`, or a status that a retry cannot help. Forward this method
    /// together with [`class`](Self::class):
    ///
    /// ```
    /// use retry_runtime::{Class, Classify};
    ///
    /// enum PayError {
    ///     Declined,
    ///     Database(std::io::Error),
    /// }
    ///
    /// impl Classify for PayError {
    ///     fn class(&self) -> Class {
    ///         match self {
    ///             Self::Declined => Class::Permanent,
    ///             Self::Database(error) => error.class(),
    ///         }
    ///     }
    ///
    ///     fn is_final(&self) -> bool {
    ///         match self {
    ///             Self::Declined => true,
    ///             Self::Database(error) => error.is_final(),
    ///         }
    ///     }
    /// }
    /// # assert!(PayError::Declined.is_final());
    /// # assert!(!PayError::Database(std::io::ErrorKind::StorageFull.into()).is_final());
    /// ```
    fn is_final(&self) -> bool {
        is_final_class(self.class())
    }
}

/// Returns whether an error that was classified as `class` is a final answer.
pub const fn is_final_class(class: Class) -> bool {
    matches!(class, Class::Permanent | Class::Status(400..=407 | 410..=424 | 426..=428 | 430..=499))
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

    fn is_final(&self) -> bool {
        (**self).is_final()
    }
}
