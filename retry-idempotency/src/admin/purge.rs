//! Removal of expired keys, once or periodically.

#[cfg(feature = "tokio")]
use core::convert::Infallible;
#[cfg(feature = "tokio")]
use core::time::Duration;

use crate::admin::Admin;
use crate::protocol::StoreError;
#[cfg(feature = "tokio")]
use crate::support::random;

/// Removes all finished keys that have expired, and returns their number.
///
/// It removes `batch` keys at a time, so that other operations get in between; 500 is a good batch, and 0 counts as 1.
/// Open keys never expire, and stay.
///
/// # Errors
///
/// Returns an error if the store cannot answer. The batches before it are removed; call it again.
///
/// # Cancel safety
///
/// May be dropped at any time. The batch that was begun may be removed or not.
pub async fn purge_all<S: Admin + ?Sized>(store: &S, batch: usize) -> Result<usize, StoreError> {
    let batch = batch.max(1);
    let (mut sum, mut at) = (0, 0);
    loop {
        let part = store.purge_part(batch, at).await?;
        sum += part.removed;
        match part.next {
            Some(next) => at = next,
            None => return Ok(sum),
        }
    }
}

/// Keys per batch: a store delays other operations while it removes one.
#[cfg(feature = "tokio")]
const BATCH: usize = 500;

/// Purges the store periodically, until the future is dropped.
///
/// The first purge follows the first delay.
///
/// Each delay is random between half of `every` and one and a half of it, and at least 1 ms, so that many processes do not
/// purge at once. `report` receives the number of removed keys of each batch of up to 500, or the error. After an error the
/// task continues with the next delay.
///
/// ```
/// # use core::time::Duration;
/// # use std::sync::Arc;
/// use retry_idempotency::MemoryStore;
/// use retry_idempotency::admin::keep_purged;
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// let store = Arc::new(MemoryStore::new(100_000));
/// let purging = tokio::spawn(async move {
///     keep_purged(&*store, Duration::from_secs(60), |removed| match removed {
///         Ok(keys) => println!("removed {keys} expired keys"),
///         Err(error) => eprintln!("the keys were not purged: {error}"),
///     })
///     .await
/// });
/// # purging.abort();
/// # });
/// ```
///
/// # Cancel safety
///
/// May be dropped at any time. The batch that was begun may be removed or not.
#[cfg(feature = "tokio")]
pub async fn keep_purged<S: Admin + ?Sized>(
    store: &S,
    every: Duration,
    mut report: impl FnMut(Result<usize, StoreError>),
) -> Infallible {
    loop {
        tokio::time::sleep(randomized(every, random())).await;
        loop {
            let removed = store.purge(BATCH).await;
            let is_full = removed.as_ref().is_ok_and(|removed| *removed >= BATCH);
            report(removed);
            if !is_full {
                break;
            }
        }
    }
}

/// Returns a delay between half of `every` and one and a half of it.
#[cfg(feature = "tokio")]
fn randomized(every: Duration, random: u64) -> Duration {
    let half = every / 2;
    let share = u128::from(random >> 32);
    let added = (every.as_nanos() * share) >> 32;
    let added = Duration::from_nanos(u64::try_from(added).unwrap_or(u64::MAX));
    half.saturating_add(added).max(Duration::from_millis(1))
}
