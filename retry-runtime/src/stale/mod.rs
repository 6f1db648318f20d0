//! Values of earlier calls, for calls that give up.
//!
//! `fallback = stale(CACHE, key)` returns them.
//! The function returns [`Cached`]: a value, and its age if it is one of an earlier call. A blocking function has a [`Cache`],
//! an async one an [`AsyncCache`]. The feature `moka` implements both for the caches of moka; see
//! [fallbacks](crate::guide::fallbacks).

mod cached;
#[cfg(feature = "moka")]
mod moka_cache;

use core::future::Future;
use std::sync::{Arc, LazyLock};

pub use self::cached::{Cached, CachedOutcome};

/// Cache of the values of a blocking function.
///
/// Implement it for a cache of your own. The cache decides how many values it keeps, and for how long.
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::{LazyLock, Mutex};
/// use retry_runtime::retry;
/// use retry_runtime::stale::{Cache, Cached};
///
/// #[derive(Default)]
/// struct Quotes(Mutex<HashMap<String, Cached<f64>>>);
///
/// impl Cache for Quotes {
///     type Key = String;
///     type Value = f64;
///
///     fn load(&self, key: &String) -> Option<Cached<f64>> {
///         self.0.lock().unwrap().get(key).cloned()
///     }
///
///     fn store(&self, key: String, value: Cached<f64>) {
///         self.0.lock().unwrap().insert(key, value);
///     }
/// }
///
/// static QUOTES: LazyLock<Quotes> = LazyLock::new(Quotes::default);
///
/// #[retry(retry_on = Timeout, backoff = none, fallback = stale(QUOTES, id))]
/// fn quote(id: &str, answer: std::io::Result<f64>) -> std::io::Result<Cached<f64>> {
///     # fn copy(answer: &std::io::Result<f64>) -> std::io::Result<f64> {
///     #     answer.as_ref().copied().map_err(|error| error.kind().into())
///     # }
///     copy(&answer).map(Cached::new)
/// }
///
/// assert!(!quote("tea", Ok(42.0)).unwrap().is_stale());
/// let quoted = quote("tea", Err(std::io::ErrorKind::TimedOut.into())).unwrap();
/// assert_eq!((*quoted, quoted.is_stale()), (42.0, true));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a cache of a blocking function",
    label = "`stale` needs a cache of `Cached` values here",
    note = "write `static CACHE: LazyLock<moka::sync::Cache<String, Cached<T>>>`, with the feature `moka` of `retry-runtime` and a `T` that is `Clone + Send + Sync`; or write `impl retry_runtime::stale::Cache for {Self}`"
)]
pub trait Cache {
    /// Key of a value.
    type Key;
    /// Value of a success.
    type Value;

    /// Returns the value of `key`, if there is one.
    fn load(&self, key: &Self::Key) -> Option<Cached<Self::Value>>;

    /// Stores the value of a call that succeeded.
    fn store(&self, key: Self::Key, value: Cached<Self::Value>);
}

/// Cache of the values of an async function.
///
/// Implement it for a cache of your own, also for one that never waits.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a cache of an async function",
    label = "`stale` needs a cache of `Cached` values here",
    note = "write `static CACHE: LazyLock<moka::future::Cache<String, Cached<T>>>`, or `moka::sync::Cache`, with the feature `moka` of `retry-runtime` and a `T` that is `Clone + Send + Sync`; or write `impl retry_runtime::stale::AsyncCache for {Self}`"
)]
pub trait AsyncCache {
    /// Key of a value.
    type Key;
    /// Value of a success.
    type Value;

    /// Returns the value of `key`, if there is one.
    fn load(&self, key: &Self::Key) -> impl Future<Output = Option<Cached<Self::Value>>> + Send;

    /// Stores the value of a call that succeeded.
    fn store(&self, key: Self::Key, value: Cached<Self::Value>) -> impl Future<Output = ()> + Send;
}

/// Implements both traits for a pointer to a cache.
macro_rules! through_pointers {
    ($($pointer:ty),*) => {$(
        impl<C: Cache> Cache for $pointer {
            type Key = C::Key;
            type Value = C::Value;

            fn load(&self, key: &C::Key) -> Option<Cached<C::Value>> {
                (**self).load(key)
            }

            fn store(&self, key: C::Key, value: Cached<C::Value>) {
                (**self).store(key, value);
            }
        }

        impl<C: AsyncCache> AsyncCache for $pointer {
            type Key = C::Key;
            type Value = C::Value;

            fn load(&self, key: &C::Key) -> impl Future<Output = Option<Cached<C::Value>>> + Send {
                (**self).load(key)
            }

            fn store(&self, key: C::Key, value: Cached<C::Value>) -> impl Future<Output = ()> + Send {
                (**self).store(key, value)
            }
        }
    )*};
}

through_pointers!(&C, Arc<C>, LazyLock<C>);
