//! State that calls share, and that has settings of its own.

use retry_core::internal::Hedge;
use retry_core::{Breaker, Budget, Pace};

use crate::calls::admission::{Concurrency, RateLimit};

/// State with settings: a budget, a circuit breaker, or a limit before an attempt.
pub trait Fresh {
    /// Creates another value with the same settings, as if no call had used it.
    #[must_use]
    fn fresh(&self) -> Self;
}

impl Fresh for Budget {
    fn fresh(&self) -> Self {
        Self::fresh(self)
    }
}

impl Fresh for Breaker {
    fn fresh(&self) -> Self {
        Self::fresh(self)
    }
}

impl Fresh for RateLimit {
    fn fresh(&self) -> Self {
        Self::fresh(self)
    }
}

impl Fresh for Pace {
    fn fresh(&self) -> Self {
        Self::fresh(self)
    }
}

impl Fresh for Concurrency {
    fn fresh(&self) -> Self {
        Self::fresh(self)
    }
}

impl Fresh for Hedge {
    fn fresh(&self) -> Self {
        Self::fresh(self)
    }
}
