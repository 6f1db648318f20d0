//! Parts of a call's state that concern limits by class.

use super::Progress;
use crate::policy::TimedPolicy;
use crate::stop_reason::StopReason;
use crate::units::{Moment, Span, UNBOUNDED};

impl Progress {
    /// Returns the time that is left for the delay.
    ///
    /// Also returns the reason for which the call ends after it.
    ///
    /// # Errors
    ///
    /// The reason for which the call ends now.
    #[inline]
    pub(super) fn time_left(
        &mut self,
        policy: &TimedPolicy,
        now: impl FnOnce() -> Moment,
    ) -> Result<(Span, StopReason), StopReason> {
        if policy.has_limits() {
            return self.left_within_limits(policy, now);
        }
        let left = if self.deadline.is_never() { Span::NEVER } else { self.deadline.since(now()) };
        Ok((left, StopReason::Deadline))
    }

    /// Counts the failure at hand for the limit of its class.
    ///
    /// Returns the time that is left for the retry, and the reason for which the call ends after it.
    ///
    /// # Errors
    ///
    /// The reason for which the call ends now.
    #[cold]
    #[inline(never)]
    fn left_within_limits(
        &mut self,
        policy: &TimedPolicy,
        now: impl FnOnce() -> Moment,
    ) -> Result<(Span, StopReason), StopReason> {
        let limit = policy.limits.of(self.class);
        let is_ended = match limit.map(|(index, limit)| (index, limit.get_attempts())) {
            Some((index, Some(most))) => self.counts.add(index) >= u64::from(most),
            Some((_, None)) => false,
            None => self.counts.add_other() >= u64::from(policy.others_limit()),
        };
        if is_ended {
            return Err(if limit.is_some() { StopReason::ClassAttempts } else { StopReason::Attempts });
        }
        let time = limit.and_then(|(index, limit)| Some((index, limit.span()?)));
        if time.is_none() && self.deadline.is_never() {
            return Ok((Span::NEVER, StopReason::Deadline));
        }
        let now = now();
        let before_deadline = if self.deadline.is_never() { Span::NEVER } else { self.deadline.since(now) };
        let of_class = time.map_or(Span::NEVER, |(index, limit)| self.counts.left(index, limit, now));
        match (of_class < before_deadline, of_class) {
            (true, Span::ZERO) => Err(StopReason::ClassTime),
            (true, _) => Ok((of_class, StopReason::ClassTime)),
            (false, _) => Ok((before_deadline, StopReason::Deadline)),
        }
    }

    /// Returns the reason for the end of a call that has no attempts left.
    ///
    /// A number that follows from the limits by class is reached together with the last of them.
    #[cold]
    pub(super) fn last_limit(&self, policy: &TimedPolicy) -> StopReason {
        let is_of_class = !policy.limits.beside_attempts && policy.limits.of(self.class).is_some();
        if is_of_class { StopReason::ClassAttempts } else { StopReason::Attempts }
    }

    /// Returns the end of the limit of time of the class; `now` if it is over.
    ///
    /// The result is [`Moment::NEVER`] if the class has no such limit.
    #[doc(hidden)]
    pub fn class_end(&self, policy: &TimedPolicy, now: Moment) -> Moment {
        let time = policy.limits.of(self.class).and_then(|(index, limit)| Some((index, limit.span()?)));
        let mut counts = self.counts;
        time.map_or(Moment::NEVER, |(index, limit)| now.plus(counts.left(index, limit, now)))
    }

    /// Returns the number of attempts that may follow within the limit of the class.
    ///
    /// The result is [`UNBOUNDED`] if no number limits them.
    pub(super) fn left_of_class(&self, policy: &TimedPolicy) -> u32 {
        if !policy.has_limits() {
            return UNBOUNDED;
        }
        match policy.limits.of(self.class) {
            None if policy.others_limit() == UNBOUNDED => UNBOUNDED,
            None => policy.others_limit().saturating_sub(self.counts.others()),
            Some((index, limit)) => {
                limit.get_attempts().map_or(UNBOUNDED, |most| most.saturating_sub(self.counts.failures(index)))
            }
        }
    }
}
