//! A body in steps, each recorded when it is done.

use core::fmt;
use core::ops::Deref;
use std::boxed::Box;
use std::collections::BTreeSet;
use std::string::{String, ToString};
use std::sync::{Mutex, PoisonError};
use std::vec::Vec;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::idempotency::once::medium::{Medium, at_once};
use crate::idempotency::once::{Claim, Refused};
use crate::idempotency::record::{Kind, Record};
use crate::idempotency::steps::check_name;
use crate::idempotency::{BlockingStore, Change, Kept};
use crate::{Class, Classify};

/// The most steps of a run.
const MOST: usize = 64;
/// What is recorded of a step that is begun, and of one that has not happened after all.
const STARTED: &[u8] = b"started";
const NOTHING: &[u8] = b"nothing";

/// A key that is held by a body in steps: a [`Claim`] that records what is done.
///
/// A later run finds each recorded step and does not run it again; code between steps runs again, and so does a step that
/// was cut midway, with the same [`key`](Claim::key).
pub struct StepClaim<'a, S: ?Sized> {
    claim: Claim,
    store: &'a S,
    /// The steps of this run.
    begun: Mutex<BTreeSet<Box<str>>>,
}

impl<S: ?Sized> Deref for StepClaim<'_, S> {
    type Target = Claim;

    fn deref(&self) -> &Claim {
        &self.claim
    }
}

impl<'a, S: ?Sized> StepClaim<'a, S> {
    pub(crate) fn new(claim: Claim, store: &'a S) -> Self {
        Self { claim, store, begun: Mutex::default() }
    }

    /// Notes that the step is begun in this run, which each is once.
    fn begin(&self, name: &str) -> Result<(), Refused> {
        // Before the body: what cannot be recorded is not begun.
        check_name(name)?;
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        if begun.contains(name) {
            return Err(Refused::StepTwice { name: name.into() });
        }
        if begun.len() >= MOST {
            return Err(Refused::TooManySteps);
        }
        begun.insert(name.into());
        Ok(())
    }

    /// What an earlier run has recorded of it.
    fn recorded<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Refused> {
        let Some(bytes) = self.claim.held().steps().get(name) else { return Ok(None) };
        match bytes {
            STARTED => return Err(Refused::StepInterrupted { name: name.into() }),
            NOTHING => return Ok(None),
            _ => {}
        }
        let unreadable = |why| Refused::Unreadable { why };
        let record = Record::read(bytes).ok_or_else(|| unreadable("it is no step of this version".into()))?;
        match record.outcome::<T, ()>() {
            Ok(value) => Ok(value.ok()),
            Err(why) => Err(unreadable(why)),
        }
    }

    async fn record(&self, medium: Medium<'_>, name: &str, result: &[u8]) -> Result<(), Refused> {
        // Before the answer: one that is lost may have been taken.
        self.claim.stepped();
        match medium.change(self.claim.held(), Change::Step { name, result }).await? {
            Kept::Yes => Ok(()),
            Kept::Lost => Err(Refused::Lost),
        }
    }

    async fn run<T, E>(
        &self,
        medium: Medium<'_>,
        name: &str,
        once: bool,
        body: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E>
    where
        T: Serialize + DeserializeOwned,
        E: Classify + From<Refused>,
    {
        if let Some(value) = self.before(medium, name, once).await.map_err(|refused| self.claim.doubted(refused))? {
            return Ok(value);
        }
        let outcome = body.await;
        let recorded = match &outcome {
            Ok(value) => self.done(medium, name, value).await,
            Err(error) if once && matches!(error.class(), Class::Connect | Class::Status(425)) => {
                self.record(medium, name, NOTHING).await
            }
            Err(_) => Ok(()),
        };
        recorded.map_err(|refused| self.claim.doubted(refused))?;
        outcome
    }

    /// What is recorded of the step, or nothing where it may be begun.
    async fn before<T: DeserializeOwned>(
        &self,
        medium: Medium<'_>,
        name: &str,
        once: bool,
    ) -> Result<Option<T>, Refused> {
        self.begin(name)?;
        let recorded = self.recorded(name)?;
        if once && recorded.is_none() {
            self.record(medium, name, STARTED).await?;
        }
        Ok(recorded)
    }

    async fn done<T: Serialize>(&self, medium: Medium<'_>, name: &str, value: &T) -> Result<(), Refused> {
        self.record(medium, name, &written(value)?).await
    }
}

fn written<T: Serialize>(value: &T) -> Result<Vec<u8>, Refused> {
    Record::of(Kind::Ok, value).map_err(|error| Refused::Unwritable { why: error.to_string() })
}

#[cfg(feature = "tokio")]
impl<S: crate::idempotency::Store + ?Sized> StepClaim<'_, S> {
    /// Runs a step, or answers what an earlier run has recorded of it. The body gets the key to send to the other side,
    /// which is the same in every run: a step that was cut midway runs again, and the other side tells it by its key.
    ///
    /// # Errors
    ///
    /// What the body says, which is not recorded. [`Refused::StepTwice`] for a name that this run has used,
    /// [`Refused::TooManySteps`] above 64, [`Refused::Lost`] if somebody else has taken over the key, and what the store
    /// says. After one of these the key stays open, whatever the body makes of it.
    ///
    /// # Cancel safety
    ///
    /// A step that is dropped runs again in the next run, with the same key.
    pub async fn step<T, E, Done>(&self, name: &str, body: impl FnOnce(String) -> Done) -> Result<T, E>
    where
        T: Serialize + DeserializeOwned,
        E: Classify + From<Refused>,
        Done: Future<Output = Result<T, E>>,
    {
        self.run(Medium::Task(&self.store), name, false, async { body(self.key(name)).await }).await
    }

    /// As [`step`](Self::step), for another side that does not tell a repetition: it is noted before the step that it
    /// begins, so one that was cut midway is not run again, and the key waits until somebody finds out.
    ///
    /// # Errors
    ///
    /// As there, and [`Refused::StepInterrupted`] where an earlier run has begun it and nobody knows whether it was done.
    ///
    /// # Cancel safety
    ///
    /// A step that is dropped is never run again.
    pub async fn step_once<T, E, Done>(&self, name: &str, body: impl FnOnce(String) -> Done) -> Result<T, E>
    where
        T: Serialize + DeserializeOwned,
        E: Classify + From<Refused>,
        Done: Future<Output = Result<T, E>>,
    {
        self.run(Medium::Task(&self.store), name, true, async { body(self.key(name)).await }).await
    }
}

impl<S: BlockingStore + ?Sized> StepClaim<'_, S> {
    /// As `step`, on this thread.
    ///
    /// # Errors
    ///
    /// What the body says, which is not recorded. [`Refused::StepTwice`] for a name that this run has used,
    /// [`Refused::TooManySteps`] above 64, [`Refused::Lost`] if somebody else has taken over the key, and what the store
    /// says.
    pub fn step_blocking<T, E>(&self, name: &str, body: impl FnOnce(String) -> Result<T, E>) -> Result<T, E>
    where
        T: Serialize + DeserializeOwned,
        E: Classify + From<Refused>,
    {
        at_once(self.run(Medium::Thread(&self.store), name, false, async { body(self.key(name)) }))
    }

    /// As `step_once`, on this thread.
    ///
    /// # Errors
    ///
    /// As [`step_blocking`](Self::step_blocking), and [`Refused::StepInterrupted`] where an earlier run has begun it and
    /// nobody knows whether it was done.
    pub fn step_once_blocking<T, E>(&self, name: &str, body: impl FnOnce(String) -> Result<T, E>) -> Result<T, E>
    where
        T: Serialize + DeserializeOwned,
        E: Classify + From<Refused>,
    {
        at_once(self.run(Medium::Thread(&self.store), name, true, async { body(self.key(name)) }))
    }
}

impl<S: ?Sized> fmt::Debug for StepClaim<'_, S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("StepClaim").field("claim", &self.claim).finish_non_exhaustive()
    }
}
