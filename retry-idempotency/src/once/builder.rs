//! Builder of an effect that is made once.

use core::fmt;
use core::time::Duration;
use std::borrow::Cow;

use serde::Serialize;

use crate::once::duplicates::{Flag, Merge, Reject, Replay};
use crate::once::interrupted::{Check, CheckBlocking, Refuse, Rerun};
use crate::protocol::{BoundsError, Fingerprint, HolderId, Id, KeySpace, Times};
use crate::session::{OnceError, Session, StoreHandle};

/// Effect that is made once; see [`once`].
#[must_use = "nothing happens until it is run"]
pub struct Once<'a, S: ?Sized, C = Refuse, D = Replay> {
    store: &'a S,
    names: Names<'a>,
    settings: Settings<C, D>,
}

/// Key and account, as the caller names them.
struct Names<'a> {
    key: Cow<'a, str>,
    account: Option<Cow<'a, str>>,
    space: KeySpace,
}

/// Texts that a [`Session`] borrows: the names in the store.
pub(super) struct StoredNames<'a> {
    key: Cow<'a, str>,
    scope: Result<String, BoundsError>,
}

impl<'a> Names<'a> {
    fn into_stored(self) -> StoredNames<'a> {
        StoredNames { key: self.key, scope: self.space.scope(self.account.as_deref()) }
    }
}

impl StoredNames<'_> {
    fn id(&self) -> Result<Id<'_>, BoundsError> {
        Id::new(self.scope.as_ref().map_err(|error| *error)?, &self.key)
    }
}

/// Settings of a [`Once`], except its names.
pub(super) struct Settings<C, D> {
    fingerprint: Result<Option<Fingerprint>, OnceError>,
    lease: Duration,
    keep: Duration,
    keep_from_claim: bool,
    wait: Duration,
    interrupted: C,
    duplicates: D,
}

/// Makes an effect once.
///
/// The first use of `key` runs the body. Later uses return its recorded result.
///
/// | key | outcome |
/// |---|---|
/// | new, or expired | the body runs |
/// | finished | its result again, an `Ok` or an `Err`; or by [`reject`](Once::reject), [`merge`](Once::merge), [`flag`](Once::flag) |
/// | in flight | [`OnceError::InFlight`], at once or after [`wait`](Once::wait) |
/// | interrupted | [`OnceError::Interrupted`]; or continues by [`check`](Once::check), [`rerun`](Once::rerun), `run_in`, `run_steps` |
/// | used for another effect | [`OnceError::Mismatch`], by the [`fingerprint`](Once::fingerprint) |
///
/// The lease is extended while the body runs. If another holder takes over nevertheless, because this process was stopped
/// for longer than the lease, the body is dropped and the call returns [`OnceError::Lost`]. If the store does not extend the
/// lease before it ends, the call returns [`OnceError::LeaseEnded`] with the reason.
///
/// | the body fails | the key |
/// |---|---|
/// | in `run_in`, without having completed the key | is removed: nothing was committed |
/// | with a [final](retry_runtime::Classify::is_final) error: `#[classify(Permanent)]`, or a status such as 404 | records the error, and replays it |
/// | with a proof that nothing happened: class [`Connect`](retry_runtime::Class::Connect), or after [`Claim::nothing_happened`](crate::Claim::nothing_happened) | is removed |
/// | with anything else, also a timeout, a panic, a drop, or an error without a class | stays open, because the effect may have happened |
///
/// ```
/// use retry_idempotency::{MemoryStore, OnceError, once};
/// use retry_runtime::Classify;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, Classify, Serialize, Deserialize, thiserror::Error)]
/// enum PayError {
///     #[error("the card was declined")]
///     #[classify(Permanent)]
///     Declined, // a final answer: replayed
///     #[error(transparent)]
///     Once(#[from] OnceError),
/// }
///
/// async fn pay(store: &MemoryStore, order: &str, euros: u32) -> Result<u32, PayError> {
///     once(store, order).scope("customer-7").fingerprint(&(order, euros)).run(async |claim| {
///         let _key = claim.key("charge"); // to send to the gateway: the same in every run
///         Ok(euros)
///     })
///     .await
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// let store = MemoryStore::new(100_000);
/// assert_eq!(pay(&store, "order-31", 30).await.unwrap(), 30);
/// assert_eq!(pay(&store, "order-31", 30).await.unwrap(), 30); // not paid again
/// assert!(matches!(pay(&store, "order-31", 40).await, Err(PayError::Once(OnceError::Mismatch))));
/// # });
/// ```
pub fn once<'a, S: ?Sized>(store: &'a S, key: impl Into<Cow<'a, str>>) -> Once<'a, S> {
    let times = Times::default();
    let settings = Settings {
        fingerprint: Ok(None),
        lease: times.lease(),
        keep: times.keep(),
        keep_from_claim: false,
        wait: Duration::ZERO,
        interrupted: Refuse,
        duplicates: Replay,
    };
    let names = Names { key: key.into(), account: None, space: KeySpace::Once };
    Once { store, names, settings }
}

impl<'a, S: ?Sized, C, D> Once<'a, S, C, D> {
    /// Sets the scope of the key: the account of the caller, never its token.
    ///
    /// The default is none. A key without a scope differs from that key in every scope.
    ///
    /// Scope and key are two names, so two clients may choose one key. In the store the scope begins with `once:`; see
    /// [`KeySpace`].
    pub fn scope(mut self, scope: impl Into<Cow<'a, str>>) -> Self {
        self.names.account = Some(scope.into());
        self
    }

    /// Sets the fingerprint: what the key stands for.
    ///
    /// A second use with another value is [`OnceError::Mismatch`].
    ///
    /// Leave out what differs between a call and its resend, such as a time or a trace id. See [`Fingerprint::of`].
    pub fn fingerprint<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        self.settings.fingerprint = Fingerprint::of(value).map(Some).map_err(OnceError::unwritable);
        self
    }

    /// Sets the time for which a result is replayed; 24 h by default.
    ///
    /// It is measured from when the result was finished.
    ///
    /// It must be at most 366 days and not below the lease. A client must give up before it ends.
    pub fn keep(mut self, keep: Duration) -> Self {
        self.settings.keep = keep;
        self
    }

    /// Sets the lease, 1 ms to 24 h; 30 s by default.
    ///
    /// It is the time without a word from the holder after which others may take over.
    ///
    /// The lease is extended after each third of it.
    pub fn lease(mut self, lease: Duration) -> Self {
        self.settings.lease = lease;
        self
    }

    /// Waits at most `limit` for a key that is in flight, and returns its result.
    ///
    /// The default is not to wait.
    ///
    /// It polls the store every 10 to 250 ms and holds no connection in between. At most 1024 callers per process wait for
    /// one key.
    pub fn wait(mut self, limit: Duration) -> Self {
        self.settings.wait = limit;
        self
    }

    /// Marks the key as made from content.
    ///
    /// Its result is kept from the first claim on.
    pub(super) fn made_from_content(mut self) -> Self {
        self.names.space = KeySpace::OnceContent;
        self.settings.keep_from_claim = true;
        self
    }

    /// Runs the body again after an interruption.
    ///
    /// Only for a body that is safe to repeat.
    pub fn rerun(self) -> Once<'a, S, Rerun, D> {
        self.interrupted(Rerun)
    }

    /// Checks an interrupted run before it continues.
    ///
    /// `look` finds out whether the effect was made.
    ///
    /// It runs under the lease, with the claim whose [`key`](crate::Claim::key) the other side has received. An error of
    /// `look` is returned, and the key stays open.
    pub fn check<F>(self, look: F) -> Once<'a, S, Check<F>, D> {
        self.interrupted(Check(look))
    }

    /// Checks an interrupted run with a blocking function; see [`check`](Self::check).
    pub fn check_blocking<F>(self, look: F) -> Once<'a, S, CheckBlocking<F>, D> {
        self.interrupted(CheckBlocking(look))
    }

    /// Returns the first result for a finished key. This is the default.
    pub fn replay(self) -> Once<'a, S, C, Replay> {
        self.duplicates(Replay)
    }

    /// Refuses a second use with [`OnceError::Duplicate`].
    ///
    /// The error has the time of the first use.
    pub fn reject(self) -> Once<'a, S, C, Reject> {
        self.duplicates(Reject)
    }

    /// Lets a second use replace the result.
    ///
    /// `merge` is a blocking `FnOnce(Result<T, E>) -> Result<T, E>`, which makes a new result of the old one:
    /// `.merge(|old: Result<u32, OnceError>| old.map(|total| total + 5))`.
    ///
    /// The old result stays until the new one is recorded, also if this process is killed in between. The body does not run
    /// again, and fingerprints are not compared. Concurrent uses take turns: set how long to [`wait`](Self::wait).
    ///
    /// An error of `merge` is returned, and the old result stays.
    pub fn merge<F>(self, merge: F) -> Once<'a, S, C, Merge<F>> {
        self.duplicates(Merge(merge))
    }

    /// Refuses a second use, and records it for review.
    ///
    /// The error is [`OnceError::Duplicate`]. `note` is an `FnOnce` that returns the bytes to record, as a `String` or a `Vec<u8>`:
    /// `.flag(|| format!("{order} came again"))`.
    ///
    /// They are recorded as a finished key, in the scope `review:` followed by the scope in the store, such as
    /// `review:once:account-7`. The first record of a key stays.
    pub fn flag<F>(self, note: F) -> Once<'a, S, C, Flag<F>> {
        self.duplicates(Flag(note))
    }

    fn interrupted<N>(self, interrupted: N) -> Once<'a, S, N, D> {
        let Settings { fingerprint, lease, keep, keep_from_claim, wait, duplicates, .. } = self.settings;
        let settings = Settings { fingerprint, lease, keep, keep_from_claim, wait, interrupted, duplicates };
        Once { store: self.store, names: self.names, settings }
    }

    fn duplicates<N>(self, duplicates: N) -> Once<'a, S, C, N> {
        let Settings { fingerprint, lease, keep, keep_from_claim, wait, interrupted, .. } = self.settings;
        let settings = Settings { fingerprint, lease, keep, keep_from_claim, wait, interrupted, duplicates };
        Once { store: self.store, names: self.names, settings }
    }

    pub(super) fn into_parts(self) -> (&'a S, StoredNames<'a>, Settings<C, D>) {
        (self.store, self.names.into_stored(), self.settings)
    }
}

impl<C, D> Settings<C, D> {
    /// Returns the session and the options, or why the settings are invalid.
    pub(super) fn session<'n>(
        self,
        store: StoreHandle<'n>,
        names: &'n StoredNames<'_>,
    ) -> Result<(Session<'n>, C, D), OnceError> {
        let session = Session {
            store,
            id: names.id()?,
            holder: HolderId::random(),
            fingerprint: self.fingerprint?,
            times: Times::new(self.lease, self.keep)?,
            keep_from_claim: self.keep_from_claim,
            wait: self.wait,
            caller: None,
        };
        Ok((session, self.interrupted, self.duplicates))
    }
}

impl<S: ?Sized, C, D> fmt::Debug for Once<'_, S, C, D> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scope = self.names.space.scope(self.names.account.as_deref());
        let id = scope.as_ref().map_err(|error| *error).and_then(|scope| Id::new(scope, &self.names.key));
        formatter
            .debug_struct("Once")
            .field("id", &id)
            .field("lease", &self.settings.lease)
            .field("keep", &self.settings.keep)
            .finish_non_exhaustive()
    }
}
