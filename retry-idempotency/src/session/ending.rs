//! End of a key, sent until the store answers.

use core::time::Duration;

use retry_runtime::{Classes, Classify};

use crate::protocol::{Ack, Lease, StoreError, Transition};
use crate::session::claim::Claim;
use crate::session::store_handle::StoreHandle;
use crate::support::{nanos, now, random};

/// Classes of failures after which the end of a key is sent again.
const PASSING: Classes = Classes::new().transient();
/// Bounds of the delay between two attempts, in nanoseconds.
///
/// The first doubles up to the second, and each is randomized between half of it and all of it.
const FIRST_DELAY: u64 = 50_000_000;
const MAX_DELAY: u64 = 1_000_000_000;
/// Attempts to take back a claim that the store does not have.
///
/// The claim may still wait in a connection that was given up, and arrive after the first of them.
#[cfg(feature = "tokio")]
const MAX_UNKNOWN: u32 = 6;

/// End of a key, sent until the store answers.
///
/// The body has ended or has not begun, so nothing else records its result. A deadline around the call does not end
/// this, and neither does a budget.
pub(crate) struct Ending {
    lease: Lease,
    end: End,
    /// Time after which it is given up, in nanoseconds.
    until: u64,
}

/// Transition that owns its bytes.
pub(crate) enum End {
    Finish { result: Vec<u8>, keep: Duration },
    Step { name: Box<str>, result: Vec<u8> },
    Forget,
    Release,
}

impl End {
    pub(super) fn transition(&self) -> Transition<'_> {
        match self {
            Self::Finish { result, keep } => Transition::Finish { result, keep: *keep },
            Self::Step { name, result } => Transition::Step { name, result },
            Self::Forget => Transition::Forget,
            Self::Release => Transition::Release,
        }
    }
}

impl Ending {
    /// Creates an end that is sent for at most `limit` from now.
    pub(crate) fn new(lease: Lease, end: End, limit: Duration) -> Self {
        Self { lease, end, until: now().saturating_add(nanos(limit)) }
    }

    /// Creates an end that is sent for as long as a lease of this claim.
    pub(crate) fn of_claim(claim: &Claim, end: End) -> Self {
        Self::new(claim.lease().clone(), end, claim.lease_time())
    }

    /// Sends the end as often as other operations.
    pub(crate) async fn send_once(&self, store: StoreHandle<'_>) {
        let _ = store.transition(&self.lease, self.end.transition()).await;
    }

    /// Sends the end until the store answers.
    pub(crate) async fn send(&self, store: StoreHandle<'_>) -> Result<Ack, StoreError> {
        let mut delay = Delay(FIRST_DELAY);
        loop {
            match store.attempt(&self.lease, self.end.transition(), self.until).await {
                Err(error) if PASSING.contains(error.class()) && now() < self.until => {
                    delay.wait(store, self.until).await;
                }
                answered => return answered,
            }
        }
    }

    /// Takes back a claim whose answer was lost.
    ///
    /// An answer that the store does not have the claim is not believed at once.
    #[cfg(feature = "tokio")]
    pub(crate) async fn take_back(&self, store: StoreHandle<'_>) {
        let mut delay = Delay(FIRST_DELAY);
        for _ in 0..MAX_UNKNOWN {
            if !matches!(self.send(store).await, Ok(Ack::Lost)) {
                return;
            }
            delay.wait(store, u64::MAX).await;
        }
    }
}

/// Delay between two attempts, in nanoseconds.
struct Delay(u64);

impl Delay {
    async fn wait(&mut self, store: StoreHandle<'_>, until: u64) {
        let randomized = self.0 / 2 + random() % (self.0 / 2);
        store.sleep(randomized.min(until.saturating_sub(now()))).await;
        self.0 = (self.0 * 2).min(MAX_DELAY);
    }
}
