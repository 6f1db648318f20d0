//! The ways to run it.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Classify;
use crate::idempotency::BlockingStore;
use crate::idempotency::once::duplicates::Duplicates;
use crate::idempotency::once::fate::Mode;
use crate::idempotency::once::interrupted::{Interrupted, InterruptedBlocking};
use crate::idempotency::once::medium::{Medium, at_once};
use crate::idempotency::once::{Claim, FromRefused, Once, StepClaim};

#[cfg(feature = "tokio")]
impl<S, C, D> Once<'_, S, C, D>
where
    S: crate::idempotency::Store + ?Sized,
{
    /// Runs a body whose effect is somewhere else. Where a run was cut off nobody knows what it has done, so a later use is
    /// refused, unless [`check`](Self::check) or [`rerun`](Self::rerun) says how to go on.
    ///
    /// # Errors
    ///
    /// The body's own, or one made from [`Refused`](crate::idempotency::Refused).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the body, and proves nothing: the key stays open until its lease ends, and is
    /// interrupted then. Spawn it where its caller may go away.
    pub async fn run<T, E, Body>(self, body: impl FnOnce(Claim) -> Body) -> Result<T, E>
    where
        C: Interrupted<T, E>,
        D: Duplicates<T, E>,
        T: Serialize + DeserializeOwned,
        E: Serialize + DeserializeOwned + Classify + FromRefused,
        Body: Future<Output = Result<T, E>>,
    {
        let (store, names, settings) = self.apart();
        settings.of(&names)?.drive(Medium::Task(&store), Mode::Plain, body).await
    }

    /// Runs a body whose effect is in a transaction of yours, which completes the key too: both are there, or neither.
    /// Where a run was cut off the next use runs again.
    ///
    /// Begin the transaction in the body, and complete the key before its commit: `postgres::complete`,
    /// `sqlite::complete`, or [`Claim::completion`] for other clients. What ends well without that is
    /// [`Refused::NotCompleted`](crate::idempotency::Refused::NotCompleted). An answer to the commit that was lost is looked up in the store.
    ///
    /// # Errors
    ///
    /// The body's own, or one made from [`Refused`](crate::idempotency::Refused).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the body, which rolls back. The key is free again when its lease ends.
    pub async fn run_in<T, E, Body>(self, body: impl FnOnce(Claim) -> Body) -> Result<T, E>
    where
        C: Interrupted<T, E>,
        D: Duplicates<T, E>,
        T: Serialize + DeserializeOwned,
        E: Serialize + DeserializeOwned + Classify + FromRefused,
        Body: Future<Output = Result<T, E>>,
    {
        let (store, names, settings) = self.apart();
        settings.of(&names)?.drive(Medium::Task(&store), Mode::InTransaction, body).await
    }

    /// Runs a body in steps, each recorded when it is done; see [`StepClaim::step`]. Where a run was cut off the next use
    /// goes on: recorded steps do not run again.
    ///
    /// # Errors
    ///
    /// The body's own, or one made from [`Refused`](crate::idempotency::Refused).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the body; the next use goes on when the lease ends.
    pub async fn run_steps<'s, T, E, Body>(self, body: impl FnOnce(StepClaim<'s, S>) -> Body) -> Result<T, E>
    where
        Self: 's,
        C: Interrupted<T, E>,
        D: Duplicates<T, E>,
        T: Serialize + DeserializeOwned,
        E: Serialize + DeserializeOwned + Classify + FromRefused,
        Body: Future<Output = Result<T, E>>,
    {
        let (store, names, settings) = self.apart();
        let body = |claim| body(StepClaim::new(claim, store));
        settings.of(&names)?.drive(Medium::Task(&store), Mode::Steps, body).await
    }
}

impl<S, C, D> Once<'_, S, C, D>
where
    S: BlockingStore + ?Sized,
{
    /// As `run`, on this thread. The lease is extended by a thread of its own while the body runs; a thread cannot be
    /// stopped, so a body that takes long asks [`Claim::is_lost`].
    ///
    /// # Errors
    ///
    /// The body's own, or one made from [`Refused`](crate::idempotency::Refused).
    pub fn run_blocking<T, E>(self, body: impl FnOnce(Claim) -> Result<T, E>) -> Result<T, E>
    where
        C: Interrupted<T, E> + InterruptedBlocking,
        D: Duplicates<T, E>,
        T: Serialize + DeserializeOwned,
        E: Serialize + DeserializeOwned + Classify + FromRefused,
    {
        let (store, names, settings) = self.apart();
        at_once(settings.of(&names)?.drive(Medium::Thread(&store), Mode::Plain, async |claim| body(claim)))
    }

    /// As `run_in`, on this thread.
    ///
    /// # Errors
    ///
    /// The body's own, or one made from [`Refused`](crate::idempotency::Refused).
    pub fn run_in_blocking<T, E>(self, body: impl FnOnce(Claim) -> Result<T, E>) -> Result<T, E>
    where
        C: Interrupted<T, E> + InterruptedBlocking,
        D: Duplicates<T, E>,
        T: Serialize + DeserializeOwned,
        E: Serialize + DeserializeOwned + Classify + FromRefused,
    {
        let (store, names, settings) = self.apart();
        at_once(settings.of(&names)?.drive(Medium::Thread(&store), Mode::InTransaction, async |claim| body(claim)))
    }

    /// As `run_steps`, on this thread; see [`StepClaim::step_blocking`].
    ///
    /// # Errors
    ///
    /// The body's own, or one made from [`Refused`](crate::idempotency::Refused).
    pub fn run_steps_blocking<'s, T, E>(self, body: impl FnOnce(StepClaim<'s, S>) -> Result<T, E>) -> Result<T, E>
    where
        Self: 's,
        C: Interrupted<T, E> + InterruptedBlocking,
        D: Duplicates<T, E>,
        T: Serialize + DeserializeOwned,
        E: Serialize + DeserializeOwned + Classify + FromRefused,
    {
        let (store, names, settings) = self.apart();
        let body = async |claim| body(StepClaim::new(claim, store));
        at_once(settings.of(&names)?.drive(Medium::Thread(&store), Mode::Steps, body))
    }
}
