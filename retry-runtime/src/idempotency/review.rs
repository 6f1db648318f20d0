//! What operators do with the keys of a store.

use core::fmt;
use core::time::Duration;
use std::boxed::Box;
use std::time::{SystemTime, UNIX_EPOCH};
use std::vec::Vec;

use crate::idempotency::id::OwnedId;
use crate::idempotency::{Answer, Id, Resolution, Resolved, Steps, Store, StoreError};

/// What operators do with the keys of a store: list them, resolve or remove one, remove what is over. Not for the path of a call.
pub trait Review: Store {
    /// The keys that the filter lets through: at most `limit` from where the last page ended, each of them once.
    ///
    /// A page may hold fewer keys, or none, and yet not be the last one: ask again while there is a
    /// [`next`](Listing::next).
    ///
    /// # Errors
    ///
    /// Where the store cannot answer.
    fn list<'a>(&'a self, filter: Filter<'a>, after: Option<&'a Cursor>, limit: usize) -> Answer<'a, Listing>;

    /// Says what came of a key that was left open: it is finished with that result, or was never begun. A holder that still
    /// lives has lost it. A key within its lease is left alone unless `force` is true, a finished one in any case.
    ///
    /// Sent again after a lost answer, it finds its own work: [`Finished`](Resolved::Finished), or
    /// [`Unknown`](Resolved::Unknown) where nothing had happened.
    ///
    /// # Errors
    ///
    /// A time to be kept that is out of bounds; and where the store cannot answer.
    fn resolve<'a>(&'a self, id: Id<'a>, resolution: Resolution<'a>, force: bool) -> Answer<'a, Resolved>;

    /// Removes a key, open or finished, and whether there was one. Its next use is a first one; a holder, if there is one,
    /// has lost it.
    ///
    /// # Errors
    ///
    /// Where the store cannot answer.
    fn evict<'a>(&'a self, id: Id<'a>) -> Answer<'a, bool>;

    /// Removes finished keys that are over, at most `limit`, and how many there were. Open keys are never over.
    ///
    /// # Errors
    ///
    /// Where the store cannot answer.
    fn purge(&self, limit: usize) -> Answer<'_, usize>;
}

/// Which keys to list: all of them, unless it says more.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Only those of this scope.
    pub scope: Option<&'a str>,
    /// Only this key.
    pub key: Option<&'a str>,
    /// Only those in this state.
    pub state: Option<State>,
}

impl Filter<'_> {
    /// Whether it lets this entry through.
    pub fn matches(&self, entry: &Entry) -> bool {
        self.takes(entry.id()) && self.state.is_none_or(|state| state == entry.state)
    }

    pub(super) fn takes(&self, id: Id<'_>) -> bool {
        self.scope.is_none_or(|scope| scope == id.scope()) && self.key.is_none_or(|key| key == id.key())
    }
}

/// The state of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Open, within its lease.
    InFlight,
    /// Open, and its lease is over.
    Interrupted,
    /// Finished; over or not.
    Finished,
}

/// A page of keys.
#[derive(Debug, Default)]
pub struct Listing {
    /// The keys.
    pub entries: Vec<Entry>,
    /// Where the next page begins; `None` after the last.
    pub next: Option<Cursor>,
}

impl Listing {
    /// The first `limit` entries, which are in order, and where the rest begins if there is one.
    pub(super) fn cut(mut entries: Vec<Entry>, limit: usize) -> Self {
        let has_more = entries.len() > limit;
        entries.truncate(limit);
        let next = entries.last().filter(|_| has_more).map(|last| Cursor::behind(last.id()));
        Self { entries, next }
    }
}

/// Where a page begins, in the store's own terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(Box<[u8]>);

impl Cursor {
    /// The cursor that a store gives.
    pub fn from_bytes(bytes: impl Into<Box<[u8]>>) -> Self {
        Self(bytes.into())
    }

    /// What the store made of it.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// For stores that list in order. A scope has no control characters, so the first one ends it.
    pub(super) fn behind(id: Id<'_>) -> Self {
        Self::from_bytes(std::format!("{}\0{}", id.scope(), id.key()).into_bytes())
    }

    pub(super) fn position(&self) -> Result<Id<'_>, StoreError> {
        core::str::from_utf8(&self.0)
            .ok()
            .and_then(|text| text.split_once('\0'))
            .and_then(|(scope, key)| Id::new(scope, key).ok())
            .ok_or(StoreError::Unreadable { what: "a cursor of another store" })
    }
}

/// A key, as it is listed.
#[derive(Clone)]
pub struct Entry {
    id: OwnedId,
    /// Its state, by the store's clock.
    pub state: State,
    /// How often it was begun since it was a first use, or was opened again.
    pub runs: u32,
    /// The token of its last holder.
    pub token: u64,
    /// What is left of the lease, or of the time to be kept.
    pub left: Duration,
    /// What it finished with; of a key that was opened again, the result that is to be replaced.
    pub result: Option<Box<[u8]>>,
    /// The steps that are recorded.
    pub steps: Steps,
}

impl Entry {
    /// A key in this state, for stores: with no steps, no result, begun once.
    pub fn new(id: Id<'_>, state: State, token: u64, left: Duration) -> Self {
        Self::of(id.into(), state, token, left)
    }

    pub(super) fn of(id: OwnedId, state: State, token: u64, left: Duration) -> Self {
        Self { id, state, runs: 1, token, left, result: None, steps: Steps::default() }
    }

    /// Which key.
    pub fn id(&self) -> Id<'_> {
        self.id.as_id()
    }

    /// When it was claimed last, by its token: a token is at least the microseconds of the store's clock.
    pub fn claimed(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_micros(self.token)
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Entry")
            .field("id", &self.id())
            .field("state", &self.state)
            .field("runs", &self.runs)
            .field("token", &self.token)
            .field("left", &self.left)
            .field("result", &self.result.as_ref().map(|bytes| bytes.len()))
            .field("steps", &self.steps)
            .finish()
    }
}
