//! Extending a lease beside a thread.

use core::future::Future;
use core::time::Duration;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

use crate::idempotency::once::Claim;
use crate::idempotency::once::medium::{Lease, at_once, now};
use crate::idempotency::{BlockingStore, Change, Kept};

/// Runs the body while another thread extends the lease.
pub(crate) fn hold<F: Future>(store: &dyn BlockingStore, claim: &Claim, lease: Lease, body: F) -> F::Output {
    let over = Over::default();
    thread::scope(|scope| {
        // However the body ends, also by a panic, the other thread is told, which the scope waits for.
        let _tells = Tells(&over);
        scope.spawn(|| keep(store, claim, lease, &over));
        at_once(body)
    })
}

/// Whether the body is over.
#[derive(Default)]
struct Over {
    is: Mutex<bool>,
    told: Condvar,
}

struct Tells<'a>(&'a Over);

impl Drop for Tells<'_> {
    fn drop(&mut self) {
        *self.0.is.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.told.notify_all();
    }
}

impl Over {
    /// Waits so long, or until it is.
    fn wait(&self, nanos: u64) -> bool {
        let is = self.is.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.told.wait_timeout_while(is, Duration::from_nanos(nanos), |is| !*is);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// Extends the lease until the body is over. A thread cannot be stopped: where the lease is over first, the claim says so.
fn keep(store: &dyn BlockingStore, claim: &Claim, mut lease: Lease, over: &Over) {
    let change = Change::Extend { lease: Duration::from_nanos(lease.nanos) };
    let mut wait = lease.third();
    while !over.wait(wait.saturating_sub(now())) && !claim.is_completed() {
        let sent = now();
        match store.change_blocking(claim.held(), change) {
            Ok(Kept::Yes) => {
                lease = Lease { sent, ..lease };
                wait = lease.third();
            }
            Err(_) if sent < lease.end() => wait = sent.saturating_add(lease.pause()),
            Ok(Kept::Lost) | Err(_) => {
                if !claim.is_completed() {
                    claim.lose();
                }
                return;
            }
        }
    }
}
