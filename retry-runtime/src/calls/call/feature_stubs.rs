//! Stubs for disabled features.
//!
//! An expansion that needs a feature gets a single error, which names it.

#[cfg(not(feature = "idempotency-key"))]
use crate::calls::call::Call;

/// Unimplemented: idempotency keys need their feature.
#[cfg(not(feature = "idempotency-key"))]
#[diagnostic::on_unimplemented(
    message = "there are no idempotency keys without the feature `idempotency-key` of `retry-runtime`; enable it",
    label = "no keys are built in"
)]
pub trait NeedsIdempotency {}

/// Stub of a call's key; enable the feature `idempotency-key`.
#[cfg(not(feature = "idempotency-key"))]
#[doc(hidden)]
#[derive(Debug)]
pub struct CallKey(());

#[cfg(not(feature = "idempotency-key"))]
impl CallKey {
    /// Does nothing; enable the feature `idempotency-key`.
    pub const fn new<K: ?Sized>(_key: &K) -> Self {
        Self(())
    }

    /// Does nothing; enable the feature `idempotency-key`.
    pub const fn generate() -> Self {
        Self(())
    }

    /// Returns `body`; enable the feature `idempotency-key`.
    pub const fn scope<F>(&self, body: F) -> F {
        _ = self;
        body
    }

    /// Runs `body`; enable the feature `idempotency-key`.
    pub fn scope_blocking<T>(&self, body: impl FnOnce() -> T) -> T {
        _ = self;
        body()
    }
}

#[cfg(not(feature = "idempotency-key"))]
impl<R, D, T> Call<R, D, T> {
    /// Returns the call; enable the feature `idempotency-key`.
    #[doc(hidden)]
    #[must_use]
    pub fn with_key(self, _key: &CallKey) -> Self
    where
        Self: NeedsIdempotency,
    {
        self
    }
}
