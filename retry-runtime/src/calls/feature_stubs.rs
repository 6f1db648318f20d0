//! What an expansion meets where the feature that it needs is off: a message that names the feature, and nothing more.

#[cfg(not(feature = "governor"))]
use core::future::{Ready, ready};

#[cfg(not(all(feature = "governor", feature = "idempotency-key")))]
use crate::calls::call::Call;
#[cfg(not(feature = "tokio"))]
use crate::calls::typed_operation::{Fallible, TypedOperation};

/// Nothing is this: an async function needs a driver.
#[cfg(not(feature = "tokio"))]
#[diagnostic::on_unimplemented(
    message = "an async function needs an async driver, and none is built in; enable the feature `tokio` of `retry-runtime`",
    label = "this function is async"
)]
pub trait NeedsDriver {}

/// No call comes of it, so that nothing is said of what would follow.
#[cfg(not(feature = "tokio"))]
impl<R> TypedOperation<R>
where
    Self: Fallible<R> + NeedsDriver,
{
    /// Begins a call of an async function; enable the feature `tokio`.
    #[must_use]
    pub fn begin(self) -> Self {
        self
    }
}

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

/// Nothing is this: rate limits need their feature.
#[cfg(not(feature = "governor"))]
#[diagnostic::on_unimplemented(
    message = "there are no rate limits without the feature `governor` of `retry-runtime`; enable it",
    label = "no rate limit is built in"
)]
pub trait NeedsGovernor: Copy {}

/// What stands for a rate limit, and cannot be made; enable the feature `governor`.
#[cfg(not(feature = "governor"))]
#[derive(Debug)]
pub struct RateLimit(());

#[cfg(not(feature = "governor"))]
impl RateLimit {
    /// So many attempts a second; enable the feature `governor`.
    pub const fn per_second<A: NeedsGovernor>(_attempts: A) -> Self {
        Self(())
    }

    /// With so many at once; enable the feature `governor`.
    #[must_use]
    pub const fn burst(self, _attempts: u32) -> Self {
        self
    }

    /// Where none waits; enable the feature `governor`.
    #[must_use]
    pub const fn refusing(self) -> Self {
        self
    }
}

/// For a review, which is not to say a second time that the feature is off.
#[cfg(not(feature = "governor"))]
impl core::fmt::Display for RateLimit {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("none")
    }
}

#[cfg(not(feature = "governor"))]
impl<R, D, T> Call<R, D, T> {
    /// Delays until a rate limit allows the next attempt; enable the feature `governor`.
    pub fn rate_limit(&mut self, _limit: &RateLimit) -> Ready<()> {
        ready(())
    }
}
