//! What follows when an effect was done before.

use core::fmt;

use crate::idempotency::Takeover;

/// What a use of a finished key comes to. These are all: [`Replay`], [`Reject`], [`Merge`], [`Flag`].
pub trait Duplicates<T, E>: Sealed {
    #[doc(hidden)]
    fn found(self, old: Result<T, E>) -> Found<T, E>;
}

/// What is done about a finished key.
#[doc(hidden)]
#[derive(Debug)]
pub enum Found<T, E> {
    /// This is answered.
    Answer(Result<T, E>),
    /// This replaces the result.
    Replace(Result<T, E>),
    /// Refused, and noted with these bytes where there are some.
    Refuse(Option<std::vec::Vec<u8>>),
}

/// What is known without the result.
pub trait Sealed {
    #[doc(hidden)]
    const TAKEOVER: Option<Takeover> = None;
}

/// The first result is answered again: the default.
#[derive(Clone, Copy, Debug, Default)]
pub struct Replay;

/// A second use is refused: see [`Once::reject`](crate::idempotency::Once::reject).
#[derive(Clone, Copy, Debug, Default)]
pub struct Reject;

/// A second use changes the result: see [`Once::merge`](crate::idempotency::Once::merge).
#[derive(Clone, Copy)]
pub struct Merge<F>(pub(super) F);

/// A second use is refused, and noted for review: see [`Once::flag`](crate::idempotency::Once::flag).
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

impl<T, E, B: Into<std::vec::Vec<u8>>, F: FnOnce() -> B> Duplicates<T, E> for Flag<F> {
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
