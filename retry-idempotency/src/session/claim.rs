//! The claim: a held key, as the body sees it.

use core::fmt;
use core::sync::atomic::{AtomicU8, Ordering};
use core::time::Duration;
use std::sync::{Arc, OnceLock};

use serde::Serialize;

use crate::protocol::{Id, Lease, Times, check_result};
use crate::record::{Kind, ReadBack, Record};
use crate::session::error::OnceError;
use crate::state_machine::micros;
use crate::support::{Hidden, now, uuid};

/// Key that is held while the body runs. Clones are the same claim.
#[derive(Clone)]
pub struct Claim(Arc<Inner>);

struct Inner {
    lease: Lease,
    times: Times,
    /// Start of the time for which the result is kept, in nanoseconds.
    ///
    /// `None` if it starts when the key is finished.
    kept_since: Option<u64>,
    /// Most bytes of a result that the store records.
    result_limit: usize,
    /// Check of a value that completes the key in a transaction.
    ///
    /// Not set if any value may.
    read_back: OnceLock<ReadBack>,
    /// Flags below.
    ///
    /// Relaxed throughout: each flag stands alone, and the store has the last word.
    ///
    /// ```text
    /// bit  4         3      2        1     0
    ///      doubtful  steps  nothing  lost  completed
    /// ```
    flags: AtomicU8,
}

/// The body has completed the key in its transaction.
const COMPLETED: u8 = 1;
/// The lease is lost.
const LOST: u8 = 1 << 1;
/// The body has declared that nothing happened.
const NOTHING: u8 = 1 << 2;
/// A step is recorded, by this run or an earlier one.
const STEPS: u8 = 1 << 3;
/// A store operation inside the body has failed.
///
/// The error of the body then says nothing about the effect.
const DOUBTFUL: u8 = 1 << 4;

impl Claim {
    pub(crate) fn new(lease: Lease, times: Times, kept_since: Option<u64>, result_limit: usize) -> Self {
        let flags = if lease.steps().is_empty() { 0 } else { STEPS };
        let read_back = OnceLock::new();
        Self(Arc::new(Inner { lease, times, kept_since, result_limit, read_back, flags: AtomicU8::new(flags) }))
    }

    /// Sets the check of a value that completes the key.
    ///
    /// Later uses read it as the type that the body returns.
    pub(crate) fn check_completion(&self, check: ReadBack) {
        let _ = self.0.read_back.set(check);
    }

    /// Returns the identity of the effect.
    pub fn id(&self) -> Id<'_> {
        self.0.lease.id()
    }

    /// Derives the key to send to another system: a UUID of version 8.
    ///
    /// It is derived from scope, key and `part`, so it is the same in every run, and the caller's own key is not revealed.
    pub fn key(&self, part: &str) -> String {
        let id = self.id();
        uuid(&[id.scope().as_bytes(), id.key().as_bytes(), part.as_bytes()])
    }

    /// Returns the fencing token: it grows from each holder of the key to the next.
    ///
    /// Send it to systems that refuse a token below the highest they have seen.
    pub fn token(&self) -> u64 {
        self.0.lease.token()
    }

    /// Returns the number of this run, from 1. Above 1 an earlier run was left open.
    pub fn run(&self) -> u32 {
        self.0.lease.run()
    }

    /// Returns true if the lease is known to be lost.
    ///
    /// Another holder has taken over, so stop.
    ///
    /// An async body is dropped when the lease is lost. A blocking body has to call this method.
    pub fn is_lost(&self) -> bool {
        self.has(LOST)
    }

    /// Declares that nothing has happened, whatever error the body returns.
    ///
    /// The key is then forgotten, and its next use is a first one, unless a step is recorded.
    pub fn nothing_happened(&self) {
        self.set(NOTHING);
    }

    /// Returns the lease on the key.
    pub fn lease(&self) -> &Lease {
        &self.0.lease
    }

    /// Returns the values that finish the key with `value`.
    ///
    /// Bind them in a transaction of your own, with database clients for which this crate has no `complete`. See
    /// [`completed`](Self::completed). Let it be the last statement before the commit: a statement that fails later, and whose
    /// error is not returned, rolls back in PostgreSQL, and the call succeeds all the same.
    ///
    /// # Errors
    ///
    /// [`OnceError::Unwritable`] if the value cannot be serialized as JSON, or is read back by the type that the body returns as
    /// another value, and [`OnceError::ResultTooLarge`] above the limit of the store.
    pub fn completion<T: Serialize + ?Sized>(&self, value: &T) -> Result<Completion, OnceError> {
        let record = match self.0.read_back.get() {
            Some(check) => Record::encode_checked_by(*check, Kind::Ok, value),
            None => Record::encode_json(Kind::Ok, value),
        };
        self.completion_with(record.map_err(OnceError::unwritable)?)
    }

    /// Returns the values that finish the key with the bytes of a record.
    ///
    /// # Errors
    ///
    /// [`OnceError::ResultTooLarge`] above the limit of the store.
    pub(crate) fn completion_with(&self, record: Vec<u8>) -> Result<Completion, OnceError> {
        check_result(&record, self.0.result_limit)?;
        let keep_micros = micros(self.keep()).try_into().unwrap_or(i64::MAX);
        Ok(Completion { claim: self.clone(), record, keep_micros })
    }

    pub(crate) fn result_limit(&self) -> usize {
        self.0.result_limit
    }

    /// Records the number of rows that the finishing statement has changed.
    ///
    /// # Errors
    ///
    /// [`OnceError::Lost`] if it is 0: another holder has taken over the key. Return the error, so that the transaction is
    /// rolled back.
    pub fn completed(&self, rows: u64) -> Result<(), OnceError> {
        if rows == 0 {
            return Err(self.doubt(OnceError::Lost));
        }
        self.set(COMPLETED);
        Ok(())
    }

    /// Returns the time for which to keep a result that is finished now.
    pub(crate) fn keep(&self) -> Duration {
        let passed = self.0.kept_since.map_or(0, |since| now().saturating_sub(since));
        self.0.times.keep().saturating_sub(Duration::from_nanos(passed)).max(Duration::from_millis(1))
    }

    /// Returns the length of the lease.
    pub(crate) fn lease_time(&self) -> Duration {
        self.0.times.lease()
    }

    pub(crate) fn is_completed(&self) -> bool {
        self.has(COMPLETED)
    }

    pub(crate) fn is_nothing(&self) -> bool {
        self.has(NOTHING)
    }

    pub(crate) fn has_steps(&self) -> bool {
        self.has(STEPS)
    }

    pub(crate) fn mark_steps(&self) {
        self.set(STEPS);
    }

    pub(crate) fn is_doubtful(&self) -> bool {
        self.has(DOUBTFUL)
    }

    /// Marks the run as doubtful because of this error, and returns the error.
    pub(crate) fn doubt(&self, error: OnceError) -> OnceError {
        self.set(DOUBTFUL);
        error
    }

    pub(crate) fn mark_lost(&self) {
        self.set(LOST);
    }

    fn has(&self, flag: u8) -> bool {
        self.0.flags.load(Ordering::Relaxed) & flag != 0
    }

    fn set(&self, flag: u8) {
        self.0.flags.fetch_or(flag, Ordering::Relaxed);
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Claim").field("lease", &self.0.lease).finish_non_exhaustive()
    }
}

/// Values to bind to the statement that finishes a key in your own transaction.
///
/// Bind them in this order: scope, key, holder, result, time to keep the result. The statement is
/// `sqlite::COMPLETE_SQLITE` or `postgres::COMPLETE`. Pass the number of changed rows to [`Claim::completed`].
pub struct Completion {
    claim: Claim,
    record: Vec<u8>,
    keep_micros: i64,
}

impl Completion {
    /// Returns the claim that is completed.
    pub fn claim(&self) -> &Claim {
        &self.claim
    }

    /// Returns the scope, the first value.
    pub fn scope(&self) -> &str {
        self.claim.id().scope()
    }

    /// Returns the key, the second value.
    pub fn key(&self) -> &str {
        self.claim.id().key()
    }

    /// Returns the 16 bytes of the holder, the third value.
    pub fn holder(&self) -> [u8; 16] {
        *self.claim.lease().holder().as_bytes()
    }

    /// Returns the bytes of the result, the fourth value.
    pub fn result(&self) -> &[u8] {
        &self.record
    }

    /// Returns the time to keep the result in microseconds, the fifth value.
    pub fn keep_micros(&self) -> i64 {
        self.keep_micros
    }
}

impl fmt::Debug for Completion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Completion")
            .field("claim", &self.claim)
            .field("record", &Hidden(&self.record))
            .field("keep_micros", &self.keep_micros)
            .finish()
    }
}
