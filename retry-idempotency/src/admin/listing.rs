//! Pages of keys.

use core::fmt;
use core::time::Duration;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::protocol::id::OwnedId;
use crate::protocol::{Id, Steps, StoreError};
use crate::support::Hidden;

/// Filter of a listing; matches all keys by default.
#[derive(Clone, Copy, Default)]
pub struct Filter<'a> {
    /// Matches keys of this scope only.
    pub scope: Option<&'a str>,
    /// Matches this key only.
    pub key: Option<&'a str>,
    /// Matches keys in this state only.
    pub state: Option<KeyState>,
}

impl Filter<'_> {
    /// Returns true if the entry matches.
    pub fn matches(&self, entry: &KeyEntry) -> bool {
        self.matches_id(entry.id()) && self.state.is_none_or(|state| state == entry.state)
    }

    pub(crate) fn matches_id(&self, id: Id<'_>) -> bool {
        self.scope.is_none_or(|scope| scope == id.scope()) && self.key.is_none_or(|key| key == id.key())
    }
}

impl fmt::Debug for Filter<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Filter")
            .field("scope", &self.scope.map(|scope| Hidden(scope.as_bytes())))
            .field("key", &self.key.map(|key| Hidden(key.as_bytes())))
            .field("state", &self.state)
            .finish()
    }
}

/// State of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Open, within its lease.
    InFlight,
    /// Open, after its lease.
    Interrupted,
    /// Finished, expired or not.
    Finished,
}

/// Page of keys.
#[derive(Debug, Default)]
pub struct KeyPage {
    /// Keys of this page.
    pub entries: Vec<KeyEntry>,
    /// Start of the next page; `None` after the last one.
    pub next: Option<Cursor>,
}

impl KeyPage {
    /// Cuts sorted entries after `limit`, and sets the cursor if there are more.
    pub(crate) fn cut(mut entries: Vec<KeyEntry>, limit: usize) -> Self {
        let has_more = entries.len() > limit;
        entries.truncate(limit);
        let next = entries.last().filter(|_| has_more).map(|last| Cursor::after(last.id()));
        Self { entries, next }
    }
}

/// Start of a page, in the store's own encoding.
#[derive(Clone, PartialEq, Eq)]
pub struct Cursor(Box<[u8]>);

impl fmt::Debug for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Cursor").field(&Hidden(&self.0)).finish()
    }
}

impl Cursor {
    /// Creates the cursor that a store hands out.
    pub fn from_bytes(bytes: impl Into<Box<[u8]>>) -> Self {
        Self(bytes.into())
    }

    /// Returns the bytes that the store has encoded.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the cursor after `id`, for stores that list in order.
    ///
    /// A scope has no control characters, so the first zero byte ends it.
    pub(crate) fn after(id: Id<'_>) -> Self {
        Self::from_bytes(format!("{}\0{}", id.scope(), id.key()).into_bytes())
    }

    pub(crate) fn position(&self) -> Result<Id<'_>, StoreError> {
        core::str::from_utf8(&self.0)
            .ok()
            .and_then(|text| text.split_once('\0'))
            .and_then(|(scope, key)| Id::new(scope, key).ok())
            .ok_or(StoreError::Unreadable { what: "a cursor of another store" })
    }
}

/// Key of a listing.
#[derive(Clone)]
#[non_exhaustive]
pub struct KeyEntry {
    id: OwnedId,
    /// State by the store's clock.
    pub state: KeyState,
    /// Number of runs since its first use, or since it was opened again.
    pub runs: u32,
    /// Fencing token of its last holder.
    pub token: u64,
    /// Rest of the lease, or of the time for which the result is kept.
    pub left: Duration,
    /// Length of the recorded result in bytes, or `None` if there is none.
    ///
    /// For a key that was opened again, of the result that is to be replaced. [`Admin::read`](crate::Admin::read) reads it.
    pub result_bytes: Option<u64>,
    /// Length of the recorded steps in bytes, with their results.
    pub steps_bytes: u64,
}

/// Key with its result and its steps.
#[derive(Clone)]
#[non_exhaustive]
pub struct KeyDetails {
    /// Key, as it is listed.
    pub entry: KeyEntry,
    /// Recorded result.
    ///
    /// For a key that was opened again, the result that is to be replaced.
    pub result: Option<Box<[u8]>>,
    /// Recorded steps.
    pub steps: Steps,
}

impl KeyDetails {
    /// Creates the details of a key for a store, and sets the lengths of its entry.
    pub fn new(mut entry: KeyEntry, result: Option<Box<[u8]>>, steps: Steps) -> Self {
        entry.result_bytes = result.as_ref().map(|result| result.len() as u64);
        entry.steps_bytes = steps.as_bytes().len() as u64;
        Self { entry, result, steps }
    }
}

impl fmt::Debug for KeyDetails {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("KeyDetails")
            .field("entry", &self.entry)
            .field("steps", &self.steps)
            .finish_non_exhaustive()
    }
}

impl KeyEntry {
    /// Creates the entry of a key for a store, with one run and no result.
    pub fn new(id: Id<'_>, state: KeyState, token: u64, left: Duration) -> Self {
        Self::owned(id.into(), state, token, left)
    }

    pub(crate) fn owned(id: OwnedId, state: KeyState, token: u64, left: Duration) -> Self {
        Self { id, state, runs: 1, token, left, result_bytes: None, steps_bytes: 0 }
    }

    /// Returns the key.
    pub fn id(&self) -> Id<'_> {
        self.id.as_id()
    }

    /// Returns the time of the last claim.
    ///
    /// It is read from the token, which is at least the microseconds of the store's clock.
    pub fn claimed(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_micros(self.token)
    }
}

impl fmt::Debug for KeyEntry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("KeyEntry")
            .field("id", &self.id())
            .field("state", &self.state)
            .field("runs", &self.runs)
            .field("token", &self.token)
            .field("left", &self.left)
            .field("result_bytes", &self.result_bytes)
            .field("steps_bytes", &self.steps_bytes)
            .finish()
    }
}
