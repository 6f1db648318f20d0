//! Options for the use of an interrupted key.

use core::fmt;
use core::future::Future;

use crate::session::Claim;

/// Finding of a check about an interrupted run.
///
/// See [`Once::check`](crate::once::Once::check).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked<T> {
    /// The effect was made, with this result: the key is finished with it.
    Done(T),
    /// The effect was not made: the body runs.
    NotDone,
    /// The check could not find out: the key stays interrupted.
    Unknown,
}

/// Option for the use of an interrupted key.
///
/// One of [`Refuse`], [`Rerun`], [`Check`] and [`CheckBlocking`].
///
/// It is sealed: only these types implement it.
pub trait Interrupted<T, E>: Sealed {
    #[doc(hidden)]
    const RESUMES: bool = true;
    #[doc(hidden)]
    fn look(self, claim: Claim) -> impl Future<Output = Result<Checked<T>, E>>;
}

/// [`Interrupted`] without an async check.
pub trait InterruptedBlocking: Sealed {}

/// Seal of both traits.
pub trait Sealed {}

/// Neither runs again nor forgets. This is the default.
#[derive(Clone, Copy, Debug, Default)]
pub struct Refuse;

/// Runs again; see [`Once::rerun`](crate::once::Once::rerun).
#[derive(Clone, Copy, Debug, Default)]
pub struct Rerun;

/// Checks first; see [`Once::check`](crate::once::Once::check).
#[derive(Clone, Copy)]
pub struct Check<F>(pub(super) F);

/// Checks first, blocking.
///
/// See [`Once::check_blocking`](crate::once::Once::check_blocking).
#[derive(Clone, Copy)]
pub struct CheckBlocking<F>(pub(super) F);

impl Sealed for Refuse {}
impl Sealed for Rerun {}
impl<F> Sealed for Check<F> {}
impl<F> Sealed for CheckBlocking<F> {}

impl<T, E> Interrupted<T, E> for Refuse {
    const RESUMES: bool = false;

    async fn look(self, _: Claim) -> Result<Checked<T>, E> {
        // Reached only if the mode itself resumes.
        Ok(Checked::NotDone)
    }
}

impl<T, E> Interrupted<T, E> for Rerun {
    async fn look(self, _: Claim) -> Result<Checked<T>, E> {
        Ok(Checked::NotDone)
    }
}

impl<T, E, F, Looked> Interrupted<T, E> for Check<F>
where
    F: FnOnce(Claim) -> Looked,
    Looked: Future<Output = Result<Checked<T>, E>>,
{
    async fn look(self, claim: Claim) -> Result<Checked<T>, E> {
        self.0(claim).await
    }
}

impl<T, E, F: FnOnce(Claim) -> Result<Checked<T>, E>> Interrupted<T, E> for CheckBlocking<F> {
    async fn look(self, claim: Claim) -> Result<Checked<T>, E> {
        self.0(claim)
    }
}

impl InterruptedBlocking for Refuse {}
impl InterruptedBlocking for Rerun {}
impl<F> InterruptedBlocking for CheckBlocking<F> {}

impl<F> fmt::Debug for Check<F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Check")
    }
}

impl<F> fmt::Debug for CheckBlocking<F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CheckBlocking")
    }
}
