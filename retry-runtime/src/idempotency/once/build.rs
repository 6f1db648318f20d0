//! What is to be done once, and how.

use core::fmt;
use core::time::Duration;
use std::borrow::Cow;
use std::string::{String, ToString};

use serde::Serialize;

use crate::idempotency::once::Refused;
use crate::idempotency::once::drive::Use;
use crate::idempotency::once::duplicates::{Flag, Merge, Reject, Replay};
use crate::idempotency::once::interrupted::{Check, CheckBlocking, Refuse, Rerun};
use crate::idempotency::{Fingerprint, Id, Times};

/// The scope of a key that names none.
const SCOPE: &str = "once";

/// An effect that is made once; see [`once`].
#[must_use = "nothing happens until it is run"]
pub struct Once<'a, S: ?Sized, C = Refuse, D = Replay> {
    store: &'a S,
    names: Names<'a>,
    settings: Settings<C, D>,
}

/// What a [`Use`] borrows its names from.
pub(super) struct Names<'a> {
    key: Cow<'a, str>,
    scope: Cow<'a, str>,
}

/// All of a [`Once`] but its names.
pub(super) struct Settings<C, D> {
    fingerprint: Result<Option<Fingerprint>, String>,
    lease: Duration,
    keep: Duration,
    from_first: bool,
    wait: Duration,
    interrupted: C,
    duplicates: D,
}

/// Makes an effect once: the first use of `key` runs it, each later one is answered what that came to.
///
/// | the key is | what follows |
/// |---|---|
/// | new, or was kept for its time | the body runs |
/// | finished | its result again, an `Ok` or an `Err` ([`reject`](Once::reject), [`merge`](Once::merge), [`flag`](Once::flag)) |
/// | in flight | [`Refused::InFlight`], at once or after [`wait`](Once::wait) |
/// | left open by a run that was cut off | [`Refused::Interrupted`], unless it may go on ([`check`](Once::check), [`rerun`](Once::rerun), [`run_in`](Once::run_in), [`run_steps`](Once::run_steps)) |
/// | used for something else | [`Refused::Mismatch`], by the [`fingerprint`](Once::fingerprint) |
///
/// The lease is extended while the body runs. If somebody else takes over nevertheless, since this process was stopped for
/// longer than the lease, the body is dropped and the answer is [`Refused::Lost`].
///
/// A body that fails: what is permanent is the result, and is answered again. What proves that nothing happened, class
/// [`Connect`](crate::Class::Connect) or [`Claim::nothing_happened`](crate::idempotency::Claim::nothing_happened),
/// forgets the key. All else, a timeout, a drop or a panic too, may have happened: the key stays open.
///
/// ```
/// use retry_runtime::Classify;
/// use retry_runtime::idempotency::{MemoryStore, Refused, once};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, Classify, Serialize, Deserialize, thiserror::Error)]
/// enum PayError {
///     #[error("the card was declined")]
///     Declined, // permanent: answered again
///     #[error(transparent)]
///     Refused(#[from] Refused),
/// }
///
/// async fn pay(store: &MemoryStore, order: &str, euros: u32) -> Result<u32, PayError> {
///     once(store, order).scope("customer-7").fingerprint(&(order, euros)).run(async |claim| {
///         let _key = claim.key("charge"); // for the other side: the same in every run
///         Ok(euros)
///     })
///     .await
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// let store = MemoryStore::new(100_000);
/// assert_eq!(pay(&store, "order-31", 30).await.unwrap(), 30);
/// assert_eq!(pay(&store, "order-31", 30).await.unwrap(), 30); // not paid again
/// assert!(matches!(pay(&store, "order-31", 40).await, Err(PayError::Refused(Refused::Mismatch))));
/// # });
/// ```
pub fn once<'a, S: ?Sized>(store: &'a S, key: impl Into<Cow<'a, str>>) -> Once<'a, S> {
    let times = Times::default();
    let settings = Settings {
        fingerprint: Ok(None),
        lease: times.lease(),
        keep: times.keep(),
        from_first: false,
        wait: Duration::ZERO,
        interrupted: Refuse,
        duplicates: Replay,
    };
    Once { store, names: Names { key: key.into(), scope: SCOPE.into() }, settings }
}

impl<'a, S: ?Sized, C, D> Once<'a, S, C, D> {
    /// Whose key it is: the account that asks, never its token. The scope and the key are two names, so two clients may
    /// choose one key. `once` unless you say otherwise.
    pub fn scope(mut self, scope: impl Into<Cow<'a, str>>) -> Self {
        self.names.scope = scope.into();
        self
    }

    /// What the key stands for: a second use with another value is [`Refused::Mismatch`]. Leave out what differs between a
    /// call and its resend, as the time or a trace. See [`Fingerprint::of`].
    pub fn fingerprint<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        self.settings.fingerprint = Fingerprint::of(value).map(Some).map_err(|error| error.to_string());
        self
    }

    /// How long a result is answered, from when it was finished: 24 h unless you say otherwise, at most 366 days and not
    /// below the lease. A client must give up sooner.
    pub fn keep(mut self, keep: Duration) -> Self {
        self.settings.keep = keep;
        self
    }

    /// How long silence is believed to be work: 30 s unless you say otherwise, 1 ms to 24 h. It is extended at a third.
    pub fn lease(mut self, lease: Duration) -> Self {
        self.settings.lease = lease;
        self
    }

    /// Waits so long for one that is in flight, and answers what it comes to. It asks the store every 10 to 250 ms and holds
    /// no connection meanwhile; 1024 may wait for one key.
    pub fn wait(mut self, longest: Duration) -> Self {
        self.settings.wait = longest;
        self
    }

    /// Keeps the result from the first claim on.
    pub(super) fn kept_from_first(mut self) -> Self {
        self.settings.from_first = true;
        self
    }

    /// Where a run was cut off: the body runs again. Only for a body that is safe to repeat; say so here and nowhere else.
    pub fn rerun(self) -> Once<'a, S, Rerun, D> {
        self.interrupted(Rerun)
    }

    /// Where a run was cut off: `look` finds out what became of it, under the lease, with the claim whose
    /// [`key`](crate::idempotency::Claim::key) the other side knows. An error of its own is returned, and the key stays
    /// open.
    pub fn check<F>(self, look: F) -> Once<'a, S, Check<F>, D> {
        self.interrupted(Check(look))
    }

    /// As [`check`](Self::check), by a function that waits where it stands.
    pub fn check_blocking<F>(self, look: F) -> Once<'a, S, CheckBlocking<F>, D> {
        self.interrupted(CheckBlocking(look))
    }

    /// Answers a finished key with its first result: the default.
    pub fn replay(self) -> Once<'a, S, C, Replay> {
        self.duplicates(Replay)
    }

    /// Refuses a second use with [`Refused::Duplicate`], which says when the first one was.
    pub fn reject(self) -> Once<'a, S, C, Reject> {
        self.duplicates(Reject)
    }

    /// Lets a second use change the result: `merge` makes a new one of the old, which stays until then, also where this
    /// process is killed meanwhile. The body does not run again, and fingerprints are not compared. Uses at one moment come
    /// one after the other: say how long to [`wait`](Self::wait).
    ///
    /// An error of `merge` is returned, and the old result stays.
    pub fn merge<F>(self, merge: F) -> Once<'a, S, C, Merge<F>> {
        self.duplicates(Merge(merge))
    }

    /// Refuses a second use as [`reject`](Self::reject) does, and notes the bytes that `note` gives for review: as a finished
    /// key of scope `review/` and this scope. The first note of a key stands.
    pub fn flag<F>(self, note: F) -> Once<'a, S, C, Flag<F>> {
        self.duplicates(Flag(note))
    }

    fn interrupted<N>(self, interrupted: N) -> Once<'a, S, N, D> {
        let Settings { fingerprint, lease, keep, from_first, wait, duplicates, .. } = self.settings;
        let settings = Settings { fingerprint, lease, keep, from_first, wait, interrupted, duplicates };
        Once { store: self.store, names: self.names, settings }
    }

    fn duplicates<N>(self, duplicates: N) -> Once<'a, S, C, N> {
        let Settings { fingerprint, lease, keep, from_first, wait, interrupted, .. } = self.settings;
        let settings = Settings { fingerprint, lease, keep, from_first, wait, interrupted, duplicates };
        Once { store: self.store, names: self.names, settings }
    }

    pub(super) fn apart(self) -> (&'a S, Names<'a>, Settings<C, D>) {
        (self.store, self.names, self.settings)
    }
}

impl<C, D> Settings<C, D> {
    /// The use of the key, or what about it cannot be.
    pub(super) fn of<'n>(self, names: &'n Names<'_>) -> Result<Use<'n, C, D>, Refused> {
        Ok(Use {
            id: Id::new(&names.scope, &names.key)?,
            fingerprint: self.fingerprint.map_err(|why| Refused::Unwritable { why })?,
            times: Times::new(self.lease, self.keep)?,
            from_first: self.from_first,
            wait: self.wait,
            caller: None,
            interrupted: self.interrupted,
            duplicates: self.duplicates,
        })
    }
}

impl<S: ?Sized, C, D> fmt::Debug for Once<'_, S, C, D> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Once")
            .field("id", &Id::new(&self.names.scope, &self.names.key))
            .field("lease", &self.settings.lease)
            .field("keep", &self.settings.keep)
            .finish_non_exhaustive()
    }
}
