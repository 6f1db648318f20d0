//! Heartbeat beside a thread: another thread extends the lease.

use core::future::Future;
use core::time::Duration;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

use crate::protocol::{Ack, BlockingStore, Transition};
use crate::session::blocking::poll_once;
use crate::session::claim::Claim;
use crate::session::lease::LeaseClock;
use crate::session::nesting::Inside;
use crate::support::now;

/// Runs the body while another thread extends the lease.
pub(crate) fn hold<F: Future>(store: &dyn BlockingStore, claim: &Claim, lease: LeaseClock, body: F) -> F::Output {
    let end = BodyEnd::default();
    thread::scope(|scope| {
        // The scope waits for the heartbeat, so it is woken however the body ends, also by a panic.
        let _guard = EndGuard(&end);
        scope.spawn(|| beat(store, claim, lease, &end));
        let _inside = Inside::enter(claim);
        poll_once(body)
    })
}

/// Signal that the body has ended.
#[derive(Default)]
struct BodyEnd {
    has_ended: Mutex<bool>,
    changed: Condvar,
}

/// Sends the signal when it is dropped.
struct EndGuard<'a>(&'a BodyEnd);

impl Drop for EndGuard<'_> {
    fn drop(&mut self) {
        *self.0.has_ended.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.changed.notify_all();
    }
}

impl BodyEnd {
    /// Waits for at most `nanos`, and returns true if the body has ended.
    fn wait(&self, nanos: u64) -> bool {
        let has_ended = self.has_ended.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(has_ended, Duration::from_nanos(nanos), |ended| !*ended);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// Extends the lease until the body ends.
///
/// A thread cannot be stopped, so a lost lease is only marked in the claim.
fn beat(store: &dyn BlockingStore, claim: &Claim, mut lease: LeaseClock, end: &BodyEnd) {
    let transition = Transition::Extend { lease: Duration::from_nanos(lease.nanos) };
    let mut next = lease.extend_at();
    while !end.wait(next.saturating_sub(now())) && !claim.is_completed() {
        let sent = now();
        match store.transition_blocking(claim.lease(), transition) {
            Ok(Ack::Applied) => {
                lease = LeaseClock { sent, ..lease };
                next = lease.extend_at();
            }
            Err(_) if sent < lease.end() => next = sent.saturating_add(lease.retry_delay()),
            Ok(Ack::Lost) | Err(_) => {
                if !claim.is_completed() {
                    claim.mark_lost();
                }
                return;
            }
        }
    }
}
