//! Options for the use of a finished key.

use core::fmt;

use crate::protocol::Takeover;

/// Option for the use of a finished key.
///
/// One of [`Replay`], [`Reject`], [`Merge`] and [`Flag`].
///
/// It is sealed: only these types implement it.
pub trait Duplicates<T, E>: Sealed {
    #[doc(hidden)]
    fn found(self, old: Result<T, E>) -> Found<T, E>;
}

/// Decision about a finished key.
#[doc(hidden)]
pub enum Found<T, E> {
    /// Return this.
    Answer(Result<T, E>),
    /// Replace the recorded result.
    Replace(Result<T, E>),
    /// Refuse, and record these bytes for review if there are any.
    Refuse(Option<Vec<u8>>),
}

/// Part of the option that is independent of the result type.
pub trait Sealed {
    #[doc(hidden)]
    const TAKEOVER: Option<Takeover> = None;
}

/// Returns the first result again. This is the default.
#[derive(Clone, Copy, Debug, Default)]
pub struct Replay;

/// Refuses a second use; see [`Once::reject`](crate::once::Once::reject).
#[derive(Clone, Copy, Debug, Default)]
pub struct Reject;

/// Lets a second use replace the result.
///
/// See [`Once::merge`](crate::once::Once::merge).
#[derive(Clone, Copy)]
pub struct Merge<F>(pub(super) F);

/// Refuses a second use and records it for review.
///
/// See [`Once::flag`](crate::once::Once::flag).
#[derive(Clone, Copy)]
pub struct Flag<F>(pub(super) F);

impl Sealed for Replay {}

impl<T, E> Duplicates<T, E> for Replay {
    fn found(self, old: Result<T, E>) -> Found<T, E> {
        Found::Answer(old)
    }
}

impl Sealed for Reject {}

impl<T, E> Duplicates<T, E> for Reject {
    fn found(self, _: Result<T, E>) -> Found<T, E> {
        Found::Refuse(None)
    }
}

impl<F> Sealed for Merge<F> {
    const TAKEOVER: Option<Takeover> = Some(Takeover::Reopen);
}

impl<T, E, F: FnOnce(Result<T, E>) -> Result<T, E>> Duplicates<T, E> for Merge<F> {
    fn found(self, old: Result<T, E>) -> Found<T, E> {
        Found::Replace(self.0(old))
    }
}

impl<F> Sealed for Flag<F> {}

impl<T, E, B: Into<Vec<u8>>, F: FnOnce() -> B> Duplicates<T, E> for Flag<F> {
    fn found(self, _: Result<T, E>) -> Found<T, E> {
        Found::Refuse(Some(self.0().into()))
    }
}

impl<F> fmt::Debug for Merge<F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Merge")
    }
}

impl<F> fmt::Debug for Flag<F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Flag")
    }
}
