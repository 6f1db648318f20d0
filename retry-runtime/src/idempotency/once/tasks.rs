//! Extending a lease beside an async task, on tokio.

use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;

use tokio::time::{sleep, timeout};

use crate::idempotency::once::Claim;
use crate::idempotency::once::medium::{Lease, LeaseOver, now};
use crate::idempotency::{Change, Kept, Store};

/// Runs the body while the lease is extended; where it is over first, the body is dropped.
pub(crate) async fn hold<F: Future>(
    store: &dyn Store,
    claim: &Claim,
    lease: Lease,
    body: F,
) -> Result<F::Output, LeaseOver> {
    let mut body = pin!(body);
    let mut keeper = pin!(keep(store, claim, lease));
    poll_fn(|cx| {
        // The body first: what has ended is not cut.
        if let Poll::Ready(output) = body.as_mut().poll(cx) {
            return Poll::Ready(Ok(output));
        }
        keeper.as_mut().poll(cx).map(|()| {
            claim.lose();
            Err(LeaseOver)
        })
    })
    .await
}

/// Extends the lease again and again; ends when it is over.
async fn keep(store: &dyn Store, claim: &Claim, mut lease: Lease) {
    loop {
        sleep(Duration::from_nanos(lease.third().saturating_sub(now()))).await;
        let Some(extended) = extend(store, claim, lease).await else { return };
        lease = extended;
    }
}

/// The lease that follows, or `None` where there is none.
async fn extend(store: &dyn Store, claim: &Claim, lease: Lease) -> Option<Lease> {
    let change = Change::Extend { lease: Duration::from_nanos(lease.nanos) };
    let mut was_asked = false;
    loop {
        // Once the key is completed in a transaction, it is finished and not extended, and a step would wait for its lock.
        // It is not cut either, however late it is: it may be in its commit.
        if claim.is_completed() {
            core::future::pending::<()>().await;
        }
        let sent = now();
        let left = lease.end().saturating_sub(sent);
        // A process that was stopped for longer than the lease asks once: perhaps nobody has taken over.
        if left == 0 && was_asked {
            return None;
        }
        was_asked = true;
        let longest = if left == 0 { lease.nanos / 3 } else { left };
        match timeout(Duration::from_nanos(longest), store.change(claim.held(), change)).await {
            Ok(Ok(Kept::Yes)) => return Some(Lease { sent, ..lease }),
            Ok(Err(_)) => sleep(Duration::from_nanos(lease.pause().min(left))).await,
            // It was completed since the step was sent.
            Ok(Ok(Kept::Lost)) | Err(_) if claim.is_completed() => {}
            Ok(Ok(Kept::Lost)) | Err(_) => return None,
        }
    }
}
