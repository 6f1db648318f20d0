//! Keys from content, where a client sends none.

use core::time::Duration;
use std::vec::Vec;

use serde::Serialize;

use crate::__internal;
use crate::idempotency::once::duplicates::Flag;
use crate::idempotency::once::interrupted::Refuse;
use crate::idempotency::once::{Once, once};
use crate::idempotency::{Fingerprint, Times};

/// Makes an effect once within a window, for clients that send no key: the key is the hash of operation, client and
/// content, and is remembered for `window` from its first use.
///
/// Two coffees are two coffees: what looks like a repetition may be meant. So a second use is refused and noted for review,
/// with its content, unless you say otherwise: [`replay`](Once::replay), [`reject`](Once::reject), [`flag`](Once::flag).
///
/// The window is no raster: a pair that is closer than the window is always found, wherever it lies.
///
/// ```
/// # use core::time::Duration;
/// # use retry_runtime::idempotency::{MemoryStore, Refused, once_by_content};
/// let store = MemoryStore::new(1000);
/// let coffee = || {
///     once_by_content(&store, "orders::create", "customer-7", &("coffee", 1), Duration::from_secs(120))
///         .run_blocking(|_| Ok::<_, Refused>(1))
/// };
/// assert_eq!(coffee().unwrap(), 1);
/// assert!(matches!(coffee(), Err(Refused::Duplicate { .. })));
/// ```
pub fn once_by_content<'a, S: ?Sized, T: Serialize + ?Sized>(
    store: &'a S,
    operation: &str,
    client: &'a str,
    content: &T,
    window: Duration,
) -> Once<'a, S, Refuse, Flag<impl FnOnce() -> Vec<u8> + use<S, T>>> {
    let json = serde_json::to_vec(content).unwrap_or_default();
    let fingerprint = Fingerprint::of(content);
    let hash = match &fingerprint {
        Ok(fingerprint) => __internal::hash(&[operation.as_bytes(), client.as_bytes(), fingerprint.as_bytes()]),
        Err(_) => [0; 32],
    };
    let lease = Times::default().lease().min(window);
    once(store, __internal::hex(&hash))
        .scope(client)
        .fingerprint(content)
        .lease(lease)
        .keep(window)
        .kept_from_first()
        .flag(|| json)
}
