//! Return types of an attempt: `Result` and `Option`.

use crate::stopped::Stopped;

mod sealed {
    pub trait Sealed {}
    impl<T, E> Sealed for Result<T, E> {}
    impl<T> Sealed for Option<T> {}
}

/// Return type of an attempt: a `Result`, or an `Option` whose failure is `None`.
#[diagnostic::on_unimplemented(
    message = "`#[retry]` needs a function that returns `Result` or `Option`, not `{Self}`",
    label = "this never fails, so there is nothing to retry",
    note = "return a `Result`, or an `Option` with `retry_on = None`"
)]
pub trait Outcome: sealed::Sealed {
    /// Value of a success.
    type Value;
    /// Error of a failure; [`Missing`] for `None`.
    type Error;

    /// Returns the value or the error, by reference.
    ///
    /// # Errors
    ///
    /// The error of a failure.
    fn sides(&self) -> Result<&Self::Value, &Self::Error>;

    /// Returns the value or the error.
    ///
    /// # Errors
    ///
    /// The error of a failure.
    fn into_sides(self) -> Result<Self::Value, Self::Error>;

    /// Creates a success.
    fn success(value: Self::Value) -> Self;

    /// Creates a failure.
    fn failure(error: Self::Error) -> Self;
}

/// Error of an `Option` that is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing;

impl<T, E> Outcome for Result<T, E> {
    type Value = T;
    type Error = E;

    #[inline]
    fn sides(&self) -> Result<&T, &E> {
        self.as_ref()
    }

    #[inline]
    fn into_sides(self) -> Self {
        self
    }

    #[inline]
    fn success(value: T) -> Self {
        Ok(value)
    }

    #[inline]
    fn failure(error: E) -> Self {
        Err(error)
    }
}

impl<T> Outcome for Option<T> {
    type Value = T;
    type Error = Missing;

    #[inline]
    fn sides(&self) -> Result<&T, &Missing> {
        self.as_ref().ok_or(&Missing)
    }

    #[inline]
    fn into_sides(self) -> Result<T, Missing> {
        self.ok_or(Missing)
    }

    #[inline]
    fn success(value: T) -> Self {
        Some(value)
    }

    #[inline]
    fn failure(_: Missing) -> Self {
        None
    }
}

impl From<Stopped> for Missing {
    fn from(_: Stopped) -> Self {
        Self
    }
}
