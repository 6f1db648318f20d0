//! Heartbeat beside an async task: extends the lease while the body runs.

use core::future::{Future, pending, poll_fn};
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;

use tokio::time::{sleep, timeout};

use crate::protocol::{Ack, Store, Transition};
use crate::session::claim::Claim;
use crate::session::lease::LeaseClock;
use crate::support::now;

/// Runs the body while the lease is extended.
///
/// Drops the body and returns `None` if the lease ends first.
pub(crate) async fn hold<F: Future>(store: &dyn Store, claim: &Claim, lease: LeaseClock, body: F) -> Option<F::Output> {
    let mut body = pin!(body);
    let mut heartbeat = pin!(beat(store, claim, lease));
    poll_fn(|cx| {
        // The body first: one that has ended is not dropped.
        if let Poll::Ready(output) = body.as_mut().poll(cx) {
            return Poll::Ready(Some(output));
        }
        heartbeat.as_mut().poll(cx).map(|()| {
            claim.mark_lost();
            None
        })
    })
    .await
}

/// Extends the lease until it is lost.
async fn beat(store: &dyn Store, claim: &Claim, mut lease: LeaseClock) {
    loop {
        sleep(Duration::from_nanos(lease.extend_at().saturating_sub(now()))).await;
        let Some(extended) = extend(store, claim, lease).await else { return };
        lease = extended;
    }
}

/// Returns the extended lease, or `None` if the lease is lost.
async fn extend(store: &dyn Store, claim: &Claim, lease: LeaseClock) -> Option<LeaseClock> {
    let transition = Transition::Extend { lease: Duration::from_nanos(lease.nanos) };
    let mut was_sent = false;
    loop {
        // A key that is completed in a transaction is finished and not extended, and the extension would wait for its row
        // lock. The body is not dropped either, however late it is: it may be in its commit.
        if claim.is_completed() {
            pending::<()>().await;
        }
        let sent = now();
        let left = lease.end().saturating_sub(sent);
        // A process that was stopped for longer than the lease asks once: perhaps nobody has taken over.
        if left == 0 && was_sent {
            return None;
        }
        was_sent = true;
        let limit = if left == 0 { lease.nanos / 3 } else { left };
        match timeout(Duration::from_nanos(limit), store.transition(claim.lease(), transition)).await {
            Ok(Ok(Ack::Applied)) => return Some(LeaseClock { sent, ..lease }),
            Ok(Err(_)) => sleep(Duration::from_nanos(lease.retry_delay().min(left))).await,
            // The key was completed after the extension was sent.
            Ok(Ok(Ack::Lost)) | Err(_) if claim.is_completed() => {}
            Ok(Ok(Ack::Lost)) | Err(_) => return None,
        }
    }
}
