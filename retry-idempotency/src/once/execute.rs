//! Execution of an effect in a session, for tasks and threads.

use core::future::Future;
use core::pin::pin;

use retry_runtime::Classify;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::once::builder::{Settings, StoredNames};
use crate::once::duplicates::{Duplicates, Found};
use crate::once::interrupted::{Checked, Interrupted};
use crate::record::{Kind, Record, check_read_back};
use crate::session::{Claim, Mode, OnceError, Opened, Replayer, Running, Session, StoreHandle, key_replayed};

/// End of the work under the lease.
enum Worked<T, E> {
    /// The body has returned.
    Ran(Result<T, E>),
    /// The check has found that an earlier run made the effect.
    Done(T),
    /// The check could not find out.
    Unknown,
    /// The check has failed.
    CheckFailed(E),
}

/// Claims the key, runs the body or replays its result, and ends the session.
pub(super) async fn execute<T, E, C, D, Body>(
    settings: Settings<C, D>,
    names: &StoredNames<'_>,
    store: StoreHandle<'_>,
    mode: Mode,
    body: impl FnOnce(Claim) -> Body,
) -> Result<T, E>
where
    C: Interrupted<T, E>,
    D: Duplicates<T, E>,
    T: Serialize + DeserializeOwned,
    E: Serialize + DeserializeOwned + Classify + From<OnceError>,
    Body: Future<Output = Result<T, E>>,
{
    let (session, interrupted, duplicates) = settings.session(store, names)?;
    let resumes = C::RESUMES || mode != Mode::Plain;
    match session.open(mode, resumes, D::TAKEOVER).await {
        Err(error) => Err(error.into()),
        Ok(Opened::Finished(record)) => replay(&session, duplicates, &record).await,
        Ok(Opened::Running(running)) => {
            if let Some(previous) = running.claim.lease().previous() {
                return replace(&running, duplicates, previous).await;
            }
            let claim = running.claim.clone();
            claim.check_completion(check_read_back::<T>);
            let worked = running.hold(pin!(work(claim, interrupted, body))).await?;
            finish(&running, worked).await
        }
    }
}

/// Returns the result for a finished key.
async fn replay<T, E>(session: &Session<'_>, duplicates: impl Duplicates<T, E>, record: &[u8]) -> Result<T, E>
where
    T: DeserializeOwned,
    E: DeserializeOwned + From<OnceError>,
{
    let (record, old) = decode(record)?;
    match duplicates.found(old) {
        // A claim that reopens keys is answered `Finished` only if this holder has finished the key itself.
        Found::Answer(outcome) | Found::Replace(outcome) => {
            key_replayed(Replayer::Once);
            outcome
        }
        Found::Refuse(note) => {
            if let Some(note) = note {
                session.flag(&note).await?;
            }
            Err(OnceError::Duplicate { first: record.finished() }.into())
        }
    }
}

async fn work<T, E, Body>(
    claim: Claim,
    interrupted: impl Interrupted<T, E>,
    body: impl FnOnce(Claim) -> Body,
) -> Worked<T, E>
where
    Body: Future<Output = Result<T, E>>,
{
    if claim.run() > 1 {
        match interrupted.look(claim.clone()).await {
            Ok(Checked::NotDone) => {}
            Ok(Checked::Done(value)) => return Worked::Done(value),
            Ok(Checked::Unknown) => return Worked::Unknown,
            Err(error) => return Worked::CheckFailed(error),
        }
    }
    Worked::Ran(body(claim).await)
}

async fn finish<T, E>(running: &Running<'_>, worked: Worked<T, E>) -> Result<T, E>
where
    T: Serialize + DeserializeOwned,
    E: Serialize + DeserializeOwned + Classify + From<OnceError>,
{
    match worked {
        Worked::Ran(Ok(value)) if running.mode == Mode::InTransaction => {
            if running.claim.is_completed() {
                Ok(value)
            } else {
                Err(OnceError::NotCompleted.into())
            }
        }
        Worked::Ran(Ok(value)) | Worked::Done(value) => match running.finish(Kind::Ok, &value).await {
            Ok(()) => Ok(value),
            Err(error) => {
                if error.is_unrecordable() {
                    running.release().await;
                }
                Err(error.into())
            }
        },
        // Something failed after the key was completed in a transaction: perhaps the answer to its commit was lost. The
        // store has the last word.
        Worked::Ran(Err(error)) if running.claim.is_completed() => match running.committed().await {
            Some(record) => decode(&record)?.1,
            None => Err(error),
        },
        Worked::Ran(Err(error)) => {
            running.fail(&error).await?;
            Err(error)
        }
        Worked::Unknown => {
            running.release().await;
            Err(OnceError::Interrupted { runs: running.claim.run() }.into())
        }
        Worked::CheckFailed(error) => {
            running.release().await;
            Err(error)
        }
    }
}

/// Replaces the result of a key that was opened again.
///
/// The old one stays unless there is a new one.
async fn replace<T, E>(running: &Running<'_>, duplicates: impl Duplicates<T, E>, previous: &[u8]) -> Result<T, E>
where
    T: Serialize + DeserializeOwned,
    E: Serialize + DeserializeOwned + Classify + From<OnceError>,
{
    let replaced = match decode(previous) {
        Ok((_, old)) => match duplicates.found(old) {
            Found::Answer(outcome) | Found::Replace(outcome) => outcome,
            // Only a merge opens a key again: other options have restored the old result.
            Found::Refuse(_) => Err(OnceError::Lost.into()),
        },
        Err(error) => Err(error.into()),
    };
    match replaced {
        Ok(value) => match running.finish(Kind::Ok, &value).await {
            Ok(()) => Ok(value),
            Err(error) => {
                if error.is_unrecordable() {
                    running.forget().await;
                }
                Err(error.into())
            }
        },
        Err(error) => {
            running.forget().await;
            Err(error)
        }
    }
}

fn decode<T: DeserializeOwned, E: DeserializeOwned>(bytes: &[u8]) -> Result<(Record<'_>, Result<T, E>), OnceError> {
    let unreadable = |why| OnceError::Unreadable { why };
    let record = Record::decode(bytes).ok_or_else(|| unreadable("another version has written it".into()))?;
    let outcome = record.outcome().map_err(unreadable)?;
    Ok((record, outcome))
}
