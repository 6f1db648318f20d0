//! Heartbeat beside an async task: extends the lease while the body runs.

use core::future::{Future, pending, poll_fn};
use core::pin::Pin;
use core::task::Poll;
use core::time::Duration;

use tokio::time::{sleep, timeout};

use crate::protocol::{Ack, Store, StoreError, Transition};
use crate::session::claim::Claim;
use crate::session::error::OnceError;
use crate::session::lease::LeaseClock;
use crate::session::nesting::Inside;
use crate::support::now;

/// Runs the body while the lease is extended.
///
/// Returns why if the lease is lost or ends first. The caller drops the body then.
pub(crate) async fn hold<F: Future>(
    store: &dyn Store,
    claim: &Claim,
    lease: LeaseClock,
    mut body: Pin<&mut F>,
) -> Result<F::Output, OnceError> {
    // Many bodies end at once. Boxed, because it would be most of the state.
    let mut heartbeat = None;
    poll_fn(|cx| {
        // The body first: one that has ended is not dropped.
        let inside = Inside::enter(claim);
        if let Poll::Ready(output) = body.as_mut().poll(cx) {
            return Poll::Ready(Ok(output));
        }
        drop(inside);
        let heartbeat = heartbeat.get_or_insert_with(|| Box::pin(beat(store, claim, lease)));
        heartbeat.as_mut().poll(cx).map(|why| {
            claim.mark_lost();
            Err(why)
        })
    })
    .await
}

/// Extends the lease until it is lost or has ended, and returns why.
async fn beat(store: &dyn Store, claim: &Claim, mut lease: LeaseClock) -> OnceError {
    loop {
        sleep(Duration::from_nanos(lease.extend_at().saturating_sub(now()))).await;
        match extend(store, claim, lease).await {
            Ok(extended) => lease = extended,
            Err(why) => return why,
        }
    }
}

/// Returns the extended lease, or why it was not extended.
async fn extend(store: &dyn Store, claim: &Claim, lease: LeaseClock) -> Result<LeaseClock, OnceError> {
    let transition = Transition::Extend { lease: Duration::from_nanos(lease.nanos) };
    let mut why = None;
    loop {
        // A key that is completed in a transaction is finished and not extended, and the extension would wait for its row
        // lock. The body is not dropped either, however late it is: it may be in its commit.
        if claim.is_completed() {
            pending::<()>().await;
        }
        let sent = now();
        let left = lease.end().saturating_sub(sent);
        // A process that was stopped for longer than the lease asks once: perhaps nobody has taken over.
        if let (0, Some(why)) = (left, &why) {
            return Err(OnceError::LeaseEnded { why: StoreError::clone(why) });
        }
        let third = lease.nanos / 3;
        let limit = Duration::from_nanos(if left == 0 { third } else { left.min(third) });
        match timeout(limit, store.transition(claim.lease(), transition)).await {
            Ok(Ok(Ack::Applied)) => return Ok(LeaseClock { sent, ..lease }),
            // The key was completed after the extension was sent.
            Ok(Ok(Ack::Lost)) if claim.is_completed() => {}
            Ok(Ok(Ack::Lost)) => return Err(OnceError::Lost),
            Ok(Err(error)) => {
                why = Some(error);
                sleep(Duration::from_nanos(lease.retry_delay().min(left))).await;
            }
            // The store's own reason says more.
            Err(_) => why = why.or(Some(StoreError::no_answer(limit))),
        }
    }
}
