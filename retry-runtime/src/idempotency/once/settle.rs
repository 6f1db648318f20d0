//! What a key ends with.

use core::time::Duration;
use std::boxed::Box;
use std::string::ToString;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Classify;
use crate::idempotency::once::drive::read;
use crate::idempotency::once::duplicates::{Duplicates, Found};
use crate::idempotency::once::fate::{Fate, Mode};
use crate::idempotency::once::medium::Medium;
use crate::idempotency::once::{Claim, Refused};
use crate::idempotency::record::{Kind, Record};
use crate::idempotency::{Ask, Change, Claimed, Fingerprint, Kept, Takeover};

/// How the work has ended.
pub(super) enum Worked<T, E> {
    /// The body has returned this.
    Ran(Result<T, E>),
    /// Whoever looked has found that it was done.
    Done(T),
    Unknown,
    /// It could not be looked.
    Blind(E),
}

/// A key that was held, and is to be settled.
pub(crate) struct End<'a> {
    pub(crate) medium: Medium<'a>,
    pub(crate) claim: Claim,
    pub(crate) mode: Mode,
    pub(crate) fingerprint: Option<Fingerprint>,
}

impl End<'_> {
    pub(super) async fn settle<T, E>(self, worked: Worked<T, E>) -> Result<T, E>
    where
        T: Serialize + DeserializeOwned,
        E: Serialize + DeserializeOwned + Classify + From<Refused>,
    {
        match worked {
            Worked::Ran(Ok(value)) if self.mode == Mode::InTransaction => {
                if self.claim.is_completed() {
                    Ok(value)
                } else {
                    Err(Refused::NotCompleted.into())
                }
            }
            Worked::Ran(Ok(value)) | Worked::Done(value) => match self.finish(Kind::Ok, &value).await {
                Ok(()) => Ok(value),
                Err(refused) => {
                    if matches!(refused, Refused::Unwritable { .. }) {
                        self.tell(Change::Release).await;
                    }
                    Err(refused.into())
                }
            },
            Worked::Ran(Err(error)) if self.claim.is_completed() => self.after_commit(error).await,
            Worked::Ran(Err(error)) => self.failed(error).await,
            Worked::Unknown => {
                self.tell(Change::Release).await;
                Err(Refused::Interrupted { runs: self.claim.run() }.into())
            }
            Worked::Blind(error) => {
                self.tell(Change::Release).await;
                Err(error)
            }
        }
    }

    async fn failed<T, E: Serialize + Classify + From<Refused>>(&self, error: E) -> Result<T, E> {
        let mode = match self.mode {
            Mode::Steps if !self.claim.is_stepped() => Mode::Plain,
            mode => mode,
        };
        let fate = match Fate::of(error.class(), mode) {
            _ if self.claim.is_nothing() && !self.claim.is_stepped() => Fate::Forget,
            // The error type may call permanent what it made of a step that the store did not hear of.
            Fate::Finish if self.claim.is_doubtful() => Fate::Release,
            fate => fate,
        };
        match fate {
            Fate::Forget => self.tell(Change::Forget).await,
            Fate::Release => self.tell(Change::Release).await,
            Fate::Finish => match self.finish(Kind::Err, &error).await {
                Err(Refused::Unwritable { .. }) => self.tell(Change::Release).await,
                Err(Refused::Lost) => return Err(Refused::Lost.into()),
                Ok(()) | Err(_) => {}
            },
        }
        Err(error)
    }

    /// The key was completed in a transaction, and then something failed: perhaps the answer to its commit was lost. What
    /// the store says counts; where the key is still open, whether it will be committed is not known before its lease ends.
    async fn after_commit<T: DeserializeOwned, E: DeserializeOwned + From<Refused>>(self, error: E) -> Result<T, E> {
        match self.committed().await {
            Some(bytes) => read(&bytes)?.1,
            None => Err(error),
        }
    }

    /// What the key was finished with in a transaction, as the store knows it.
    pub(crate) async fn committed(&self) -> Option<Box<[u8]>> {
        let held = self.claim.held();
        let ask = Ask {
            id: held.id(),
            fingerprint: self.fingerprint.as_ref(),
            owner: held.owner(),
            lease: Duration::from_millis(1),
            takeover: Takeover::Refuse,
        };
        match self.medium.claim(&ask).await {
            Ok(Claimed::Finished(bytes)) => Some(bytes),
            _ => None,
        }
    }

    /// Replaces the result of a key that was opened again. What does not come to a new one leaves the old one.
    pub(super) async fn replace<T, E>(&self, duplicates: impl Duplicates<T, E>, previous: &[u8]) -> Result<T, E>
    where
        T: Serialize + DeserializeOwned,
        E: Serialize + DeserializeOwned + Classify + From<Refused>,
    {
        let replaced = match read(previous) {
            Ok((_, old)) => match duplicates.found(old) {
                Found::Answer(outcome) | Found::Replace(outcome) => outcome,
                // Only a merge gets here: what refuses has put the old result back.
                Found::Refuse(_) => Err(Refused::Lost.into()),
            },
            Err(refused) => Err(refused.into()),
        };
        match replaced {
            Ok(value) => match self.finish(Kind::Ok, &value).await {
                Ok(()) => Ok(value),
                Err(refused) => {
                    if matches!(refused, Refused::Unwritable { .. }) {
                        self.tell(Change::Forget).await;
                    }
                    Err(refused.into())
                }
            },
            Err(error) => {
                self.tell(Change::Forget).await;
                Err(error)
            }
        }
    }

    async fn finish<T: Serialize>(&self, kind: Kind, value: &T) -> Result<(), Refused> {
        let result = match Record::of(kind, value) {
            Ok(result) => result,
            Err(error) => return Err(Refused::Unwritable { why: error.to_string() }),
        };
        self.finish_with(&result).await
    }

    /// Finishes the key with the bytes of a record.
    pub(crate) async fn finish_with(&self, result: &[u8]) -> Result<(), Refused> {
        let keep = self.claim.keep();
        match self.medium.change(self.claim.held(), Change::Finish { result, keep }).await? {
            Kept::Yes => Ok(()),
            Kept::Lost => Err(Refused::Lost),
        }
    }

    /// Tells the store what it need not hear: where it does not, the lease ends by itself.
    pub(crate) async fn tell(&self, change: Change<'_>) {
        let _ = self.medium.change(self.claim.held(), change).await;
    }
}
