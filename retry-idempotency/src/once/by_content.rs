//! Keys from content, for clients that send none.

use core::time::Duration;

use serde::Serialize;

use crate::once::builder::{Once, once};
use crate::once::duplicates::Flag;
use crate::once::interrupted::Refuse;
use crate::protocol::{Fingerprint, Times};
use crate::support::{hash, hex};

/// Makes an effect once within a window, for clients that send no key.
///
/// The key is the hash of operation, client and content. It is kept for `window` from its first use, so every pair within
/// the window is found, wherever it lies in time.
///
/// Two coffees are two coffees: what looks like a repetition may be meant. Therefore a second use is refused and its
/// content recorded for review, unless you choose [`replay`](Once::replay), [`reject`](Once::reject) or
/// [`flag`](Once::flag).
///
/// ```
/// # use core::time::Duration;
/// # use retry_idempotency::{MemoryStore, OnceError, once_by_content};
/// let store = MemoryStore::new(1000);
/// let coffee = || {
///     once_by_content(&store, "orders::create", "customer-7", &("coffee", 1), Duration::from_secs(120))
///         .run_blocking(|_| Ok::<_, OnceError>(1))
/// };
/// assert_eq!(coffee().unwrap(), 1);
/// assert!(matches!(coffee(), Err(OnceError::Duplicate { .. })));
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
    // Content without JSON is refused when the key is used.
    let hash = match &fingerprint {
        Ok(fingerprint) => hash(&[operation.as_bytes(), client.as_bytes(), fingerprint.as_bytes()]),
        Err(_) => [0; 32],
    };
    let lease = Times::default().lease().min(window);
    once(store, hex(&hash))
        .scope(client)
        .fingerprint(content)
        .lease(lease)
        .keep(window)
        .made_from_content()
        .flag(|| json)
}
