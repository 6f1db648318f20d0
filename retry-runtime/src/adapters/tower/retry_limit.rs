//! The limit on retries that a server serves.

use core::time::Duration;
use std::sync::Arc;

use retry_core::internal::UNBOUNDED;
use retry_core::{Budget, Class, PolicyError, Withdrawal};

use crate::calls::env::clock;

/// Time over which the share of retries is measured.
const WINDOW: Duration = Duration::from_secs(1);

/// Limit on the share of retries that a server serves.
#[derive(Clone, Debug)]
pub(super) struct RetryLimit(Arc<Budget>);

impl RetryLimit {
    /// Creates a limit of `share` retries per first attempt.
    ///
    /// # Errors
    ///
    /// If `share` is outside 0 to 1.
    pub(super) fn new(share: f64) -> Result<Self, PolicyError> {
        Ok(Self(Arc::new(Budget::try_ratio(share, WINDOW, 1.0)?)))
    }

    /// Counts a first attempt, or withdraws a retry.
    ///
    /// Returns whether to serve the request.
    pub(super) fn admit(&self, attempt: u32) -> bool {
        if attempt > 1 {
            // A ratio budget uses neither the class nor the attempts.
            return self.0.withdraw(&mut Withdrawal::new(), Class::Unclassified, UNBOUNDED, clock::now);
        }
        let mut withdrawal = self.0.begin(clock::now);
        self.0.end(&mut withdrawal);
        true
    }
}
