//! A key that is held, as the body sees it.

use core::fmt;
use core::sync::atomic::{AtomicU8, Ordering};
use core::time::Duration;
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;

use serde::Serialize;

use crate::__internal;
use crate::idempotency::once::Refused;
use crate::idempotency::once::medium::now;
use crate::idempotency::record::{Kind, Record};
use crate::idempotency::row::micros;
use crate::idempotency::{Held, Id};

/// A key that is held while the body runs. A clone is the same claim.
#[derive(Clone)]
pub struct Claim(Arc<Inner>);

struct Inner {
    held: Held,
    keep: Duration,
    /// Since when the result is kept; from when it is finished if there is none.
    kept_since: Option<u64>,
    standing: AtomicU8,
    /// The headers that are kept with a response.
    #[cfg(feature = "axum")]
    replayed: Arc<[::http::HeaderName]>,
}

/// The bits of a claim's standing. Relaxed all: each is a fact of its own, and the store decides.
const COMPLETED: u8 = 1;
const LOST: u8 = 2;
const NOTHING: u8 = 4;
const STEPPED: u8 = 8;
const DOUBTFUL: u8 = 16;

impl Claim {
    pub(crate) fn new(held: Held, keep: Duration, kept_since: Option<u64>) -> Self {
        let standing = if held.steps().is_empty() { 0 } else { STEPPED };
        Self(Arc::new(Inner {
            held,
            keep,
            kept_since,
            standing: AtomicU8::new(standing),
            #[cfg(feature = "axum")]
            replayed: Arc::new([]),
        }))
    }

    /// The same, keeping these headers with a response. For a claim that has no clone yet.
    #[cfg(feature = "axum")]
    pub(crate) fn replaying(mut self, headers: Arc<[::http::HeaderName]>) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.replayed = headers;
        }
        self
    }

    /// Which key.
    pub fn id(&self) -> Id<'_> {
        self.0.held.id()
    }

    /// The key to send to another system for this part of the effect: derived from scope, key and part, so it is the same
    /// in every run, and the caller's own key stays with you. A UUID of version 8.
    pub fn key(&self, part: &str) -> String {
        let id = self.id();
        __internal::uuid(&[id.scope().as_bytes(), id.key().as_bytes(), part.as_bytes()])
    }

    /// A number that grows from each holder of the key to the next, for systems that refuse a lower one than the highest
    /// they have seen.
    pub fn token(&self) -> u64 {
        self.0.held.token()
    }

    /// How often the key was begun, with this time: above 1 an earlier run left it open.
    pub fn run(&self) -> u32 {
        self.0.held.run()
    }

    /// Whether the key is known to be lost: somebody else has taken over, so stop. An async body is dropped then; a
    /// blocking one has to ask.
    pub fn is_lost(&self) -> bool {
        self.has(LOST)
    }

    /// Says that nothing has happened, whatever error the body ends in: the key is forgotten then, and its next use is a
    /// first one; unless a step is recorded, which it would run again.
    pub fn nothing_happened(&self) {
        self.set(NOTHING);
    }

    /// What the store knows the holder by.
    pub fn held(&self) -> &Held {
        &self.0.held
    }

    /// What to bind to finish the key with this value in a transaction of your own, for clients that have no `complete`
    /// here; see [`completed`](Self::completed).
    ///
    /// # Errors
    ///
    /// [`Refused::Unwritable`] if the value has no JSON.
    pub fn completion<T: Serialize + ?Sized>(&self, value: &T) -> Result<Completion, Refused> {
        let result = Record::of(Kind::Ok, value).map_err(|error| Refused::Unwritable { why: error.to_string() })?;
        Ok(self.completion_of(result))
    }

    /// As [`completion`](Self::completion), with the answer of a handler under
    /// [`IdempotencyLayer`](crate::idempotency::layer::IdempotencyLayer): answer the very same when it is committed. Of its
    /// headers those are kept that the layer replays.
    ///
    /// # Errors
    ///
    /// [`Refused::Unwritable`] if it cannot be written.
    #[cfg(feature = "axum")]
    pub fn response_completion<B: AsRef<[u8]>>(&self, response: &::http::Response<B>) -> Result<Completion, Refused> {
        use crate::idempotency::layer::stored::write;
        let body = Some(response.body().as_ref());
        let result = write(response.status(), response.headers(), &self.0.replayed, body)
            .map_err(|error| Refused::Unwritable { why: error.to_string() })?;
        Ok(self.completion_of(result))
    }

    pub(crate) fn completion_of(&self, result: Vec<u8>) -> Completion {
        let keep_micros = micros(self.keep()).try_into().unwrap_or(i64::MAX);
        Completion { claim: self.clone(), result, keep_micros }
    }

    /// Notes that the statement that finishes the key has changed so many rows.
    ///
    /// # Errors
    ///
    /// [`Refused::Lost`] for none: somebody else has taken over the key. Return it, so that the transaction is rolled back.
    pub fn completed(&self, rows: u64) -> Result<(), Refused> {
        if rows == 0 {
            return Err(self.doubted(Refused::Lost));
        }
        self.set(COMPLETED);
        Ok(())
    }

    /// For how long to keep what is finished now.
    pub(crate) fn keep(&self) -> Duration {
        let passed = self.0.kept_since.map_or(0, |since| now().saturating_sub(since));
        self.0.keep.saturating_sub(Duration::from_nanos(passed)).max(Duration::from_millis(1))
    }

    pub(crate) fn is_completed(&self) -> bool {
        self.has(COMPLETED)
    }

    pub(crate) fn is_nothing(&self) -> bool {
        self.has(NOTHING)
    }

    /// Whether a step is recorded, by this run or an earlier one.
    pub(crate) fn is_stepped(&self) -> bool {
        self.has(STEPPED)
    }

    pub(crate) fn stepped(&self) {
        self.set(STEPPED);
    }

    /// Whether something of the run was refused, so that its error says nothing about the effect.
    pub(crate) fn is_doubtful(&self) -> bool {
        self.has(DOUBTFUL)
    }

    /// Notes what was refused.
    pub(crate) fn doubted(&self, refused: Refused) -> Refused {
        self.set(DOUBTFUL);
        refused
    }

    pub(crate) fn lose(&self) {
        self.set(LOST);
    }

    fn has(&self, bit: u8) -> bool {
        self.0.standing.load(Ordering::Relaxed) & bit != 0
    }

    fn set(&self, bit: u8) {
        self.0.standing.fetch_or(bit, Ordering::Relaxed);
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Claim").field("held", &self.0.held).finish_non_exhaustive()
    }
}

/// The values to bind to the statement that finishes a key in your own transaction, in this order: scope, key, owner,
/// result, for how long to keep it.
///
/// Bind them to the statement that the store's module has, `sqlite::COMPLETE_SQLITE` or `postgres::COMPLETE`, and hand the
/// number of rows to [`Claim::completed`].
#[derive(Debug)]
pub struct Completion {
    claim: Claim,
    result: Vec<u8>,
    keep_micros: i64,
}

impl Completion {
    /// The first.
    pub fn scope(&self) -> &str {
        self.claim.id().scope()
    }

    /// The second.
    pub fn key(&self) -> &str {
        self.claim.id().key()
    }

    /// The third, 16 bytes.
    pub fn owner(&self) -> [u8; 16] {
        *self.claim.held().owner().as_bytes()
    }

    /// The fourth.
    pub fn result(&self) -> &[u8] {
        &self.result
    }

    /// The fifth, in microseconds.
    pub fn keep_micros(&self) -> i64 {
        self.keep_micros
    }
}
