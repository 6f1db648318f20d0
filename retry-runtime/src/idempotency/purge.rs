//! Removing what is over: at once, or every so often.

#[cfg(feature = "tokio")]
use core::convert::Infallible;
#[cfg(feature = "tokio")]
use core::time::Duration;

#[cfg(feature = "tokio")]
use crate::calls::random;
use crate::idempotency::{Review, StoreError};

/// Removes the finished keys that are over, so many at a time that others get between, until none is left, and how many
/// there were. Open keys are never over, and stay. A `batch` of 0 is one of 1; 500 is a good one.
///
/// # Errors
///
/// Where the store cannot answer. What was removed before that is gone; call it again.
pub async fn purge_all<S: Review + ?Sized>(store: &S, batch: usize) -> Result<usize, StoreError> {
    let batch = batch.max(1);
    let mut sum = 0;
    loop {
        let removed = store.purge(batch).await?;
        sum += removed;
        if removed < batch {
            return Ok(sum);
        }
    }
}

/// Keys that are removed at once: a store holds others up for as long.
#[cfg(feature = "tokio")]
const BATCH: usize = 500;

/// Purges the store about every so often, first after the first wait, until it is dropped. Each wait is half of `every` to
/// one and a half of it, by chance, so that many processes do not purge at once.
///
/// `report` is told what each batch of up to 500 came to: how many keys it has removed, or why it could not. An error does
/// not end it: it goes on after the next wait. A wait is at least 1 ms.
///
/// ```
/// # use core::time::Duration;
/// # use std::sync::Arc;
/// use retry_runtime::idempotency::{MemoryStore, keep_purged};
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// let store = Arc::new(MemoryStore::new(100_000));
/// let purging = tokio::spawn(async move {
///     keep_purged(&*store, Duration::from_secs(60), |removed| match removed {
///         Ok(keys) => println!("{keys} keys were over"),
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
/// It is made to be dropped. A batch that was begun may be removed or not.
#[cfg(feature = "tokio")]
pub async fn keep_purged<S: Review + ?Sized>(
    store: &S,
    every: Duration,
    mut report: impl FnMut(Result<usize, StoreError>),
) -> Infallible {
    loop {
        tokio::time::sleep(around(every, random::random())).await;
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

/// Half of it to one and a half of it.
#[cfg(feature = "tokio")]
fn around(every: Duration, chance: u64) -> Duration {
    let half = every / 2;
    let share = u128::from(chance >> 32);
    let added = (every.as_nanos() * share) >> 32;
    let added = Duration::from_nanos(u64::try_from(added).unwrap_or(u64::MAX));
    half.saturating_add(added).max(Duration::from_millis(1))
}
