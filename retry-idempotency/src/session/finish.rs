//! End of a session: finishes, forgets or releases the key.

use core::future::Future;
use core::pin::Pin;
use core::time::Duration;
use std::sync::Arc;

use retry_runtime::Classify;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::protocol::{Ack, ClaimOutcome, ClaimRequest, Fingerprint, StoreError, Takeover, Transition};
use crate::record::{Kind, Record};
use crate::session::background::settle;
use crate::session::claim::Claim;
use crate::session::ending::{End, Ending};
use crate::session::error::OnceError;
use crate::session::failure_policy::{Mode, OnFailure};
use crate::session::lease::LeaseClock;
use crate::session::store_handle::StoreHandle;

/// Session that holds its key.
pub(crate) struct Running<'a> {
    pub(crate) store: StoreHandle<'a>,
    pub(crate) claim: Claim,
    pub(crate) lease: LeaseClock,
    pub(crate) mode: Mode,
    pub(crate) fingerprint: Option<Fingerprint>,
}

impl Running<'_> {
    /// Runs the body while the lease is extended.
    ///
    /// # Errors
    ///
    /// [`OnceError::Lost`] or [`OnceError::LeaseEnded`] if the body did not end in time: drop it.
    pub(crate) async fn hold<F: Future>(&self, body: Pin<&mut F>) -> Result<F::Output, OnceError> {
        self.store.hold(&self.claim, self.lease, body).await
    }

    /// Finishes the key with a value.
    pub(crate) async fn finish<T>(&self, kind: Kind, value: &T) -> Result<(), OnceError>
    where
        T: Serialize + DeserializeOwned,
    {
        self.finish_with(Record::encode_checked(kind, value).map_err(OnceError::unwritable)?).await
    }

    /// Finishes the key with the bytes of a record.
    ///
    /// Sends them for as long as a lease if the store does not answer, in a task of its own if the caller goes away.
    pub(crate) async fn finish_with(&self, result: Vec<u8>) -> Result<(), OnceError> {
        match self.settle(End::Finish { result, keep: self.claim.keep() }).await? {
            Ack::Applied => Ok(()),
            Ack::Lost => Err(OnceError::Lost),
        }
    }

    /// Leaves the key open. If the store does not answer, the lease ends by itself.
    pub(crate) async fn release(&self) {
        let _ = self.store.transition(self.claim.lease(), Transition::Release).await;
    }

    /// Removes the key, or restores the result that was to be replaced.
    ///
    /// If the store does not answer for as long as a lease, the lease has ended by itself.
    pub(crate) async fn forget(&self) {
        let _ = self.settle(End::Forget).await;
    }

    async fn settle(&self, end: End) -> Result<Ack, StoreError> {
        if let Some(answer) = self.store.transition_at_once(self.claim.lease(), end.transition()) {
            return Ok(answer);
        }
        // Boxed, because it would be most of the state of each function that awaits it.
        Box::pin(settle(self.store, Arc::new(Ending::of_claim(&self.claim, end)))).await
    }

    /// Ends a run whose body has failed, by the failure policy.
    ///
    /// # Errors
    ///
    /// [`OnceError::Lost`] if the error was to be recorded, and another holder has taken over.
    pub(crate) async fn fail<E: Serialize + DeserializeOwned + Classify>(&self, error: &E) -> Result<(), OnceError> {
        let mode = match self.mode {
            Mode::Steps if !self.claim.has_steps() => Mode::Plain,
            mode => mode,
        };
        let end = match OnFailure::new(error, mode) {
            _ if self.claim.is_nothing() && !self.claim.has_steps() => OnFailure::Forget,
            // The error type may call permanent what it made of a store error inside the body.
            OnFailure::Finish if self.claim.is_doubtful() => OnFailure::Release,
            end => end,
        };
        match end {
            OnFailure::Forget => self.forget().await,
            OnFailure::Release => self.release().await,
            OnFailure::Finish => match self.finish(Kind::Err, error).await {
                Err(error) if error.is_unrecordable() => self.release().await,
                Err(OnceError::Lost) => return Err(OnceError::Lost),
                Ok(()) | Err(_) => {}
            },
        }
        Ok(())
    }

    /// Returns the record that a transaction has committed, if the store has it.
    ///
    /// A key that is still open may yet be committed until its lease ends.
    pub(crate) async fn committed(&self) -> Option<Box<[u8]>> {
        let lease = self.claim.lease();
        let request = ClaimRequest {
            id: lease.id(),
            fingerprint: self.fingerprint.as_ref(),
            holder: lease.holder(),
            lease: Duration::from_millis(1),
            takeover: Takeover::Refuse,
        };
        match self.store.claim(&request).await {
            Ok(ClaimOutcome::Finished(bytes)) => Some(bytes),
            _ => None,
        }
    }
}
