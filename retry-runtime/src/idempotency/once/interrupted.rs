//! How to go on where an earlier run was cut off.

use core::fmt;
use core::future::Future;

use crate::idempotency::once::Claim;

/// What has become of an effect whose run was cut off, as the one who looked says; see
/// [`Once::check`](crate::idempotency::Once::check).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked<T> {
    /// It was done, and came to this: the key is finished with it.
    Done(T),
    /// It was not done: the body runs.
    NotDone,
    /// That cannot be told: the key stays as it is.
    Unknown,
}

/// How to go on where an earlier run was cut off. These are all: [`Refuse`], [`Rerun`], [`Check`], [`CheckBlocking`].
pub trait Interrupted<T, E> {
    #[doc(hidden)]
    const RESUMES: bool = true;
    #[doc(hidden)]
    fn look(self, claim: Claim) -> impl Future<Output = Result<Checked<T>, E>>;
}

/// As [`Interrupted`], without waiting other than where it stands.
pub trait InterruptedBlocking {}

/// Neither run again nor forgotten: the default.
#[derive(Clone, Copy, Debug, Default)]
pub struct Refuse;

/// Run again: see [`Once::rerun`](crate::idempotency::Once::rerun).
#[derive(Clone, Copy, Debug, Default)]
pub struct Rerun;

/// Look first: see [`Once::check`](crate::idempotency::Once::check).
#[derive(Clone, Copy)]
pub struct Check<F>(pub(super) F);

/// Look first: see [`Once::check_blocking`](crate::idempotency::Once::check_blocking).
#[derive(Clone, Copy)]
pub struct CheckBlocking<F>(pub(super) F);

impl<T, E> Interrupted<T, E> for Refuse {
    const RESUMES: bool = false;

    async fn look(self, _: Claim) -> Result<Checked<T>, E> {
        // Asked only where the mode itself resumes.
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
