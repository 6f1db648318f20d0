//! Options that may end an attempt without a result.

use proc_macro2::Span;

use crate::retry::model::Model;

/// Option that may end an attempt without a result, and its place.
pub(crate) struct Interruption {
    pub(crate) name: &'static str,
    pub(crate) place: Span,
}

impl Model {
    /// Returns the first option that may end an attempt without a result.
    ///
    /// A policy from elsewhere is not among them: its type or its value decides.
    pub(crate) fn interruption(&self) -> Option<Interruption> {
        let guards = &self.guards;
        let options = [
            ("attempt_timeout", self.limits.attempt_timeout.as_ref().map(|given| given.key)),
            ("cancel", self.cancel.as_ref().map(|given| given.key)),
            ("breaker", guards.breaker.as_ref().map(|given| given.key)),
            ("rate_limit", guards.rate_limit.as_ref().map(|given| given.key)),
            ("pace", guards.pace.as_ref().map(|given| given.key)),
            ("concurrency", guards.concurrency.as_ref().map(|given| given.key)),
            ("idempotency_key", self.effects.key.as_ref().map(|given| given.key)),
        ];
        options.into_iter().find_map(|(name, place)| Some(Interruption { name, place: place? }))
    }

    /// Returns whether a policy per call may interrupt attempts, whatever its type.
    ///
    /// An option beside it needs `From<Stopped>` then, and the policy does not ask a second time.
    pub(crate) fn takes_timed_policy(&self) -> bool {
        self.is_async() && self.interruption().is_some()
    }

    /// Returns whether a timer may end attempts.
    pub(crate) fn has_attempt_timeout(&self) -> bool {
        self.limits.attempt_timeout.is_some()
            || (!self.base.is_new() && self.is_async())
            || (self.has_settings && self.takes_timed_policy())
    }
}
