//! Claim of a body in steps, each recorded when it is done.

use core::fmt;
use core::ops::Deref;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use retry_runtime::{Class, Classify};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::protocol::{Ack, BlockingStore, Transition, check_step_name};
use crate::record::{Kind, Record};
#[cfg(feature = "tokio")]
use crate::session::Drain;
use crate::session::{Claim, End, Ending, OnDrop, OnceError, Purpose, StoreHandle, poll_once, settle};

/// Most steps of a run.
const MAX_STEPS: usize = 64;
/// Records of a step that has begun, and of one that has not happened.
const STARTED: &[u8] = b"started";
const NOTHING: &[u8] = b"nothing";

/// [`Claim`] of a body in steps, each recorded when it is done.
///
/// A later run finds the recorded steps and does not run them again. Code between steps runs again. A step that was
/// interrupted midway runs again, with the same [`key`](Claim::key).
pub struct StepClaim<'a, S: ?Sized> {
    claim: Claim,
    store: &'a S,
    /// Names of the steps that this run has begun.
    begun: Mutex<BTreeSet<Box<str>>>,
    /// Bytes of the steps that are recorded.
    recorded: AtomicUsize,
}

/// Protection of a step against a repetition.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Repeat {
    /// The receiver recognizes the key: an interrupted step runs again.
    Allowed,
    /// The step is recorded before it begins, and never runs again.
    Forbidden,
}

impl<S: ?Sized> Deref for StepClaim<'_, S> {
    type Target = Claim;

    fn deref(&self) -> &Claim {
        &self.claim
    }
}

impl<'a, S: ?Sized> StepClaim<'a, S> {
    pub(super) fn new(claim: Claim, store: &'a S) -> Self {
        let recorded = AtomicUsize::new(claim.lease().steps().as_bytes().len());
        Self { claim, store, begun: Mutex::default(), recorded }
    }

    /// Marks the step as begun in this run.
    fn begin(&self, name: &str) -> Result<(), OnceError> {
        // Before the body: a step that cannot be recorded must not begin.
        check_step_name(name)?;
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        if begun.contains(name) {
            return Err(OnceError::StepTwice { name: name.into() });
        }
        if begun.len() >= MAX_STEPS {
            return Err(OnceError::TooManySteps);
        }
        begun.insert(name.into());
        Ok(())
    }

    /// Returns the result that an earlier run has recorded.
    fn recorded<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, OnceError> {
        let Some(bytes) = self.claim.lease().steps().get(name) else { return Ok(None) };
        match bytes {
            STARTED => return Err(OnceError::StepInterrupted { name: name.into() }),
            NOTHING => return Ok(None),
            _ => {}
        }
        let unreadable = |why| OnceError::Unreadable { why };
        let record = Record::decode(bytes).ok_or_else(|| unreadable("another version has written it".into()))?;
        match record.outcome::<T, ()>() {
            Ok(value) => Ok(value.ok()),
            Err(why) => Err(unreadable(why)),
        }
    }

    /// Counts a record that is about to be sent.
    fn count(&self, result: &[u8]) -> Result<(), OnceError> {
        // Relaxed: only the number is shared.
        let length = self.recorded.fetch_add(result.len(), Ordering::Relaxed) + result.len();
        let limit = self.claim.result_limit();
        if length > limit {
            return Err(OnceError::ResultTooLarge { length, limit });
        }
        // Before the answer: a record whose answer is lost may be in the store.
        self.claim.mark_steps();
        Ok(())
    }

    /// Records a step that has ended. It is sent for as long as a lease.
    async fn record(&self, store: StoreHandle<'_>, name: &str, result: &[u8]) -> Result<(), OnceError> {
        self.count(result)?;
        acknowledged(settle(store, Arc::new(self.ending(name, result))).await?)
    }

    /// Records a step that is about to begin.
    ///
    /// If it does not begin, because the answer is lost or the future dropped, that is recorded too.
    async fn record_start(&self, store: StoreHandle<'_>, name: &str) -> Result<(), OnceError> {
        self.count(STARTED)?;
        let unanswered = OnDrop::new(store, Purpose::End, || Arc::new(self.ending(name, NOTHING)));
        let ack = store.transition(self.claim.lease(), Transition::Step { name, result: STARTED }).await;
        match ack {
            Ok(ack) => {
                unanswered.disarm();
                acknowledged(ack)
            }
            Err(error) => {
                unanswered.fire().await;
                Err(error.into())
            }
        }
    }

    fn ending(&self, name: &str, result: &[u8]) -> Ending {
        Ending::of_claim(&self.claim, End::Step { name: name.into(), result: result.into() })
    }

    async fn run<T, E>(
        &self,
        store: StoreHandle<'_>,
        name: &str,
        repeat: Repeat,
        body: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E>
    where
        T: Serialize + DeserializeOwned,
        E: Classify + From<OnceError>,
    {
        if let Some(value) = self.before(store, name, repeat).await.map_err(|error| self.claim.doubt(error))? {
            return Ok(value);
        }
        let outcome = body.await;
        let recorded = match &outcome {
            Ok(value) => self.done(store, name, value).await,
            Err(error)
                if repeat == Repeat::Forbidden && matches!(error.class(), Class::Connect | Class::Status(425)) =>
            {
                self.record(store, name, NOTHING).await
            }
            Err(_) => Ok(()),
        };
        recorded.map_err(|error| self.claim.doubt(error))?;
        outcome
    }

    /// Returns the recorded result of the step, or `None` if it may begin.
    async fn before<T: DeserializeOwned>(
        &self,
        store: StoreHandle<'_>,
        name: &str,
        repeat: Repeat,
    ) -> Result<Option<T>, OnceError> {
        self.begin(name)?;
        let recorded = self.recorded(name)?;
        if repeat == Repeat::Forbidden && recorded.is_none() {
            self.record_start(store, name).await?;
        }
        Ok(recorded)
    }

    async fn done<T: Serialize + DeserializeOwned>(
        &self,
        store: StoreHandle<'_>,
        name: &str,
        value: &T,
    ) -> Result<(), OnceError> {
        let record = Record::encode_checked(Kind::Ok, value).map_err(OnceError::unwritable)?;
        self.record(store, name, &record).await
    }
}

fn acknowledged(ack: Ack) -> Result<(), OnceError> {
    match ack {
        Ack::Applied => Ok(()),
        Ack::Lost => Err(OnceError::Lost),
    }
}

#[cfg(feature = "tokio")]
impl<S: crate::protocol::Store + ?Sized> StepClaim<'_, S> {
    /// Runs a step, or returns the result that an earlier run has recorded.
    ///
    /// The body receives the key to send to the other side, which is the same in every run: a step that was interrupted
    /// midway runs again, and the other side recognizes its key.
    ///
    /// # Errors
    ///
    /// Returns the error of the body, which is not recorded. [`OnceError::StepTwice`] for a name that this run has used,
    /// [`OnceError::TooManySteps`] above 64, [`OnceError::ResultTooLarge`] if the results of all steps are together above the
    /// limit of the store, [`OnceError::Lost`] if another holder has taken over the key, and errors of the
    /// store. After one of these the key stays open, whatever the body makes of it.
    ///
    /// # Cancel safety
    ///
    /// A step that is dropped runs again in the next run, with the same key. If its body has ended, it is recorded all the same.
    pub async fn step<T, E, Done>(&self, name: &str, body: impl FnOnce(String) -> Done) -> Result<T, E>
    where
        T: Serialize + DeserializeOwned,
        E: Classify + From<OnceError>,
        Done: Future<Output = Result<T, E>>,
    {
        let body = async { body(self.key(name)).await };
        self.run(StoreHandle::Async(&self.store, Drain::process()), name, Repeat::Allowed, body).await
    }

    /// Runs a step for another side that does not recognize a repetition.
    ///
    /// The step is recorded before it begins. If it is interrupted midway it does not run again, and the key waits until
    /// somebody finds out what happened.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`step`](Self::step), and [`OnceError::StepInterrupted`] if an earlier run has begun the step
    /// and it is unknown whether it made its effect.
    ///
    /// # Cancel safety
    ///
    /// A step that is dropped after it began never runs again.
    pub async fn step_once<T, E, Done>(&self, name: &str, body: impl FnOnce(String) -> Done) -> Result<T, E>
    where
        T: Serialize + DeserializeOwned,
        E: Classify + From<OnceError>,
        Done: Future<Output = Result<T, E>>,
    {
        let body = async { body(self.key(name)).await };
        self.run(StoreHandle::Async(&self.store, Drain::process()), name, Repeat::Forbidden, body).await
    }
}

impl<S: BlockingStore + ?Sized> StepClaim<'_, S> {
    /// Runs a step on this thread, or returns its recorded result.
    ///
    /// See `step`.
    ///
    /// # Errors
    ///
    /// Returns the error of the body, which is not recorded. [`OnceError::StepTwice`] for a name that this run has used,
    /// [`OnceError::TooManySteps`] above 64, [`OnceError::Lost`] if another holder has taken over the key, and errors of the
    /// store.
    pub fn step_blocking<T, E>(&self, name: &str, body: impl FnOnce(String) -> Result<T, E>) -> Result<T, E>
    where
        T: Serialize + DeserializeOwned,
        E: Classify + From<OnceError>,
    {
        let body = async { body(self.key(name)) };
        poll_once(self.run(StoreHandle::Blocking(&self.store), name, Repeat::Allowed, body))
    }

    /// Runs a step on this thread that must not be repeated.
    ///
    /// See `step_once`.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`step_blocking`](Self::step_blocking), and [`OnceError::StepInterrupted`] if an earlier run
    /// has begun the step and it is unknown whether it made its effect.
    pub fn step_once_blocking<T, E>(&self, name: &str, body: impl FnOnce(String) -> Result<T, E>) -> Result<T, E>
    where
        T: Serialize + DeserializeOwned,
        E: Classify + From<OnceError>,
    {
        let body = async { body(self.key(name)) };
        poll_once(self.run(StoreHandle::Blocking(&self.store), name, Repeat::Forbidden, body))
    }
}

impl<S: ?Sized> fmt::Debug for StepClaim<'_, S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("StepClaim").field("claim", &self.claim).finish_non_exhaustive()
    }
}
