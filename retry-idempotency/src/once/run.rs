//! Methods that run the effect of a [`Once`].

use retry_runtime::Classify;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::once::builder::Once;
use crate::once::duplicates::Duplicates;
use crate::once::execute::execute;
use crate::once::interrupted::{Interrupted, InterruptedBlocking};
use crate::once::step_claim::StepClaim;
use crate::protocol::BlockingStore;
#[cfg(feature = "tokio")]
use crate::session::Drain;
use crate::session::{Claim, FromOnceError, Mode, StoreHandle, poll_once};

#[cfg(feature = "tokio")]
impl<S, C, D> Once<'_, S, C, D>
where
    S: crate::protocol::Store + ?Sized,
{
    /// Runs a body whose effect is outside the store.
    ///
    /// After an interruption it is unknown whether the effect was made. A later use is refused, unless
    /// [`check`](Self::check) or [`rerun`](Self::rerun) is set.
    ///
    /// # Errors
    ///
    /// Returns the error of the body, or one made from [`OnceError`](crate::OnceError).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the body, which proves nothing: the key stays open until its lease ends, and is
    /// interrupted then. Spawn the call if its caller may go away. Before the body the claim is taken back, and after it the
    /// result is recorded all the same, by a task of its own ([`Store::detached`](crate::Store::detached)).
    pub async fn run<T, E, Body>(self, body: impl FnOnce(Claim) -> Body) -> Result<T, E>
    where
        C: Interrupted<T, E>,
        D: Duplicates<T, E>,
        T: Serialize + DeserializeOwned,
        E: Serialize + DeserializeOwned + Classify + FromOnceError,
        Body: Future<Output = Result<T, E>>,
    {
        let (store, names, settings) = self.into_parts();
        execute(settings, &names, StoreHandle::Async(&store, Drain::process()), Mode::Plain, body).await
    }

    /// Runs a body that completes the key in its own transaction.
    ///
    /// The effect and the record commit together, or not at all. After an interruption the next use runs the body
    /// again.
    ///
    /// Begin the transaction inside the body. Complete the key before the commit: `postgres::complete`, `sqlite::complete`,
    /// or [`Claim::completion`] for other clients. Let it be the last statement: PostgreSQL rolls back at the commit if a statement
    /// has failed since, and its clients do not return that as an error. If the body returns `Ok` without that, the call returns
    /// [`OnceError::NotCompleted`](crate::OnceError::NotCompleted). If the answer to the commit is lost, the call returns
    /// the record in the store.
    ///
    /// # Errors
    ///
    /// Returns the error of the body, or one made from [`OnceError`](crate::OnceError).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the body, which rolls back. The key is free again when its lease ends.
    pub async fn run_in<T, E, Body>(self, body: impl FnOnce(Claim) -> Body) -> Result<T, E>
    where
        C: Interrupted<T, E>,
        D: Duplicates<T, E>,
        T: Serialize + DeserializeOwned,
        E: Serialize + DeserializeOwned + Classify + FromOnceError,
        Body: Future<Output = Result<T, E>>,
    {
        let (store, names, settings) = self.into_parts();
        execute(settings, &names, StoreHandle::Async(&store, Drain::process()), Mode::InTransaction, body).await
    }

    /// Runs a body in steps, each recorded when it is done; see [`StepClaim::step`].
    ///
    /// After an interruption the next use continues: recorded steps do not run again.
    ///
    /// # Errors
    ///
    /// Returns the error of the body, or one made from [`OnceError`](crate::OnceError).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the body. The next use continues when the lease ends.
    pub async fn run_steps<'s, T, E, Body>(self, body: impl FnOnce(StepClaim<'s, S>) -> Body) -> Result<T, E>
    where
        Self: 's,
        C: Interrupted<T, E>,
        D: Duplicates<T, E>,
        T: Serialize + DeserializeOwned,
        E: Serialize + DeserializeOwned + Classify + FromOnceError,
        Body: Future<Output = Result<T, E>>,
    {
        let (store, names, settings) = self.into_parts();
        let body = |claim| body(StepClaim::new(claim, store));
        execute(settings, &names, StoreHandle::Async(&store, Drain::process()), Mode::Steps, body).await
    }
}

impl<S, C, D> Once<'_, S, C, D>
where
    S: BlockingStore + ?Sized,
{
    /// Runs a body on this thread whose effect is outside the store; see `run`.
    ///
    /// Another thread extends the lease while the body runs. A thread cannot be stopped, so a long body has to call
    /// [`Claim::is_lost`].
    ///
    /// # Errors
    ///
    /// Returns the error of the body, or one made from [`OnceError`](crate::OnceError).
    pub fn run_blocking<T, E>(self, body: impl FnOnce(Claim) -> Result<T, E>) -> Result<T, E>
    where
        C: Interrupted<T, E> + InterruptedBlocking,
        D: Duplicates<T, E>,
        T: Serialize + DeserializeOwned,
        E: Serialize + DeserializeOwned + Classify + FromOnceError,
    {
        let (store, names, settings) = self.into_parts();
        let body = async |claim| body(claim);
        poll_once(execute(settings, &names, StoreHandle::Blocking(&store), Mode::Plain, body))
    }

    /// Runs a body on this thread that completes the key itself.
    ///
    /// See `run_in`.
    ///
    /// # Errors
    ///
    /// Returns the error of the body, or one made from [`OnceError`](crate::OnceError).
    pub fn run_in_blocking<T, E>(self, body: impl FnOnce(Claim) -> Result<T, E>) -> Result<T, E>
    where
        C: Interrupted<T, E> + InterruptedBlocking,
        D: Duplicates<T, E>,
        T: Serialize + DeserializeOwned,
        E: Serialize + DeserializeOwned + Classify + FromOnceError,
    {
        let (store, names, settings) = self.into_parts();
        let body = async |claim| body(claim);
        poll_once(execute(settings, &names, StoreHandle::Blocking(&store), Mode::InTransaction, body))
    }

    /// Runs a body on this thread in steps.
    ///
    /// See `run_steps` and [`StepClaim::step_blocking`].
    ///
    /// # Errors
    ///
    /// Returns the error of the body, or one made from [`OnceError`](crate::OnceError).
    pub fn run_steps_blocking<'s, T, E>(self, body: impl FnOnce(StepClaim<'s, S>) -> Result<T, E>) -> Result<T, E>
    where
        Self: 's,
        C: Interrupted<T, E> + InterruptedBlocking,
        D: Duplicates<T, E>,
        T: Serialize + DeserializeOwned,
        E: Serialize + DeserializeOwned + Classify + FromOnceError,
    {
        let (store, names, settings) = self.into_parts();
        let body = async |claim| body(StepClaim::new(claim, store));
        poll_once(execute(settings, &names, StoreHandle::Blocking(&store), Mode::Steps, body))
    }
}
