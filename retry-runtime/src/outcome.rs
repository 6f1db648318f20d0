//! What an attempt returns: `Result`, or `Option`.

use crate::stopped::Stopped;

/// What an attempt returns: a `Result`, or an `Option` whose only failure is `None`.
#[diagnostic::on_unimplemented(
    message = "`#[retry]` needs a function that returns `Result` or `Option`, not `{Self}`",
    label = "this never fails, so there is nothing to retry",
    note = "return a `Result`, or an `Option` with `retry_on = None`"
)]
pub trait Outcome {
    /// What a success holds.
    type Value;
    /// What a failure holds; [`Missing`] for `None`.
    type Error;

    /// The two sides.
    ///
    /// # Errors
    ///
    /// The failure, if this is one.
    fn sides(&self) -> Result<&Self::Value, &Self::Error>;

    /// The two sides, by value.
    ///
    /// # Errors
    ///
    /// The failure, if this is one.
    fn into_sides(self) -> Result<Self::Value, Self::Error>;

    /// The outcome that succeeds with `value`.
    fn success(value: Self::Value) -> Self;

    /// The outcome that fails with `error`.
    fn failure(error: Self::Error) -> Self;
}

/// The failure of an `Option`: it holds nothing.
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
