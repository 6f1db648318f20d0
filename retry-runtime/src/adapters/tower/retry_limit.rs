//! The limit on retries that a server serves.

use core::fmt;
use core::time::Duration;
use std::string::String;
use std::sync::Arc;

use ::http::Request;
use ::http::request::Parts;
use retry_core::internal::UNBOUNDED;
use retry_core::{Budget, Class, PolicyError, Withdrawal};

use crate::calls::env::clock;
use crate::per_key::KeyedBudget;

/// Time over which the share of retries is measured.
const WINDOW: Duration = Duration::from_secs(1);

/// Limit on the share of retries that a server serves.
#[derive(Clone)]
pub(super) struct RetryLimit {
    /// Requests without a known client.
    shared: Arc<Budget>,
    clients: Arc<KeyedBudget<String>>,
}

/// Function that returns the client of a request.
#[derive(Clone)]
pub(super) struct ClientOf(Arc<NameClient>);

type NameClient = dyn Fn(&Parts) -> Option<String> + Send + Sync;

impl RetryLimit {
    /// Creates a limit of `share` retries per first attempt.
    ///
    /// # Errors
    ///
    /// If `share` is outside 0 to 1.
    pub(super) fn new(share: f64) -> Result<Self, PolicyError> {
        let budget = || Budget::try_ratio(share, WINDOW, 1.0);
        Ok(Self { shared: Arc::new(budget()?), clients: Arc::new(KeyedBudget::new(budget()?)) })
    }

    /// Counts a first attempt, or withdraws a retry, of the client of the request.
    ///
    /// Returns whether to serve the request.
    pub(super) fn admit(&self, client: Option<&str>, attempt: u32) -> bool {
        match client {
            Some(client) => admit(&self.clients.get(client), attempt),
            None => admit(&self.shared, attempt),
        }
    }
}

fn admit(budget: &Budget, attempt: u32) -> bool {
    if attempt > 1 {
        // A ratio budget uses neither the class nor the attempts.
        return budget.withdraw(&mut Withdrawal::new(), Class::Unclassified, UNBOUNDED, clock::now);
    }
    let mut withdrawal = budget.begin(clock::now);
    budget.end(&mut withdrawal);
    true
}

impl ClientOf {
    pub(super) fn new(name: impl Fn(&Parts) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(name))
    }

    /// Returns the client, and the request unchanged.
    pub(super) fn name<B>(&self, request: Request<B>) -> (Option<String>, Request<B>) {
        let (parts, body) = request.into_parts();
        let client = (self.0)(&parts);
        (client, Request::from_parts(parts, body))
    }
}

impl fmt::Debug for RetryLimit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RetryLimit").field("shared", &self.shared).finish_non_exhaustive()
    }
}

impl fmt::Debug for ClientOf {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ClientOf(..)")
    }
}
