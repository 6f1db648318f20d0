//! Timeouts of the operations of a store on a network.

use core::time::Duration;

/// Timeouts of the operations of a store on a network.
///
/// A connection can fall silent without an error: its cable was cut, or a firewall has forgotten it. Only a timeout finds out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StepTimeouts {
    /// Timeout of a claim and of a transition.
    step: Duration,
    /// Timeout of an operation of the operators' interface.
    admin: Duration,
}

/// Shortest timeout.
const MIN: Duration = Duration::from_millis(1);

impl StepTimeouts {
    pub(crate) const DEFAULT: Self = Self { step: Duration::from_secs(2), admin: Duration::from_secs(30) };

    pub(crate) fn with_step(self, timeout: Duration) -> Self {
        Self { step: timeout.max(MIN), ..self }
    }

    pub(crate) fn with_admin(self, timeout: Duration) -> Self {
        Self { admin: timeout.max(MIN), ..self }
    }

    pub(crate) const fn step(self) -> Duration {
        self.step
    }

    pub(crate) const fn admin(self) -> Duration {
        self.admin
    }

    /// Returns the timeout of an extension.
    ///
    /// At most a third of the lease, so that there is time for another attempt.
    pub(crate) fn extension(self, lease: Duration) -> Duration {
        self.step.min(lease / 3).max(MIN)
    }
}
