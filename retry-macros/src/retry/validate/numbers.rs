//! Numbers of the policy, as far as a rule can see them.

use retry_core::{Backoff, Jitter, TimedPolicy};

use crate::retry::draft::{DraftLimits, Read};
use crate::retry::model::{BackoffSpec, JitterSpec};

/// Number of the policy as far as a rule can see it.
pub(super) enum Seen<T> {
    Value(T),
    /// The option is missing, so its default holds.
    Default,
    /// The value is an expression, is at fault, or comes from a policy elsewhere.
    Unknown,
}

impl<T> Seen<T> {
    pub(super) fn set(
        self,
        policy: TimedPolicy,
        setter: impl FnOnce(TimedPolicy, T) -> TimedPolicy,
    ) -> Option<TimedPolicy> {
        match self {
            Self::Value(value) => Some(setter(policy, value)),
            Self::Default => Some(policy),
            Self::Unknown => None,
        }
    }
}

pub(super) struct Numbers<'a> {
    pub(super) limits: &'a DraftLimits,
    pub(super) has_defaults: bool,
}

impl Numbers<'_> {
    pub(super) fn seen<T, V>(&self, read: &Read<V>, literal: impl FnOnce(&V) -> Option<T>) -> Seen<T> {
        match read {
            Read::Value(given) => literal(&given.value).map_or(Seen::Unknown, Seen::Value),
            Read::Missing if self.has_defaults => Seen::Default,
            Read::Missing | Read::Faulty => Seen::Unknown,
        }
    }

    pub(super) fn backoff(&self) -> Seen<Backoff> {
        self.seen(&self.limits.backoff, BackoffSpec::literal)
    }

    pub(super) fn throttled_backoff(&self) -> Seen<Backoff> {
        self.seen(&self.limits.throttled_backoff, BackoffSpec::literal)
    }

    pub(super) fn jitter(&self) -> Seen<Jitter> {
        self.seen(&self.limits.jitter, JitterSpec::literal)
    }
}
