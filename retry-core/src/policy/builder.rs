//! Setters of a policy, each written once.
//!
//! They serve constants, and values that are known when the program runs.

use core::fmt;
use core::marker::PhantomData;
use core::time::Duration;

use crate::backoff::Backoff;
use crate::class::validate as class_rule;
use crate::class::{Class, ClassLimit, ClassLimits, Classes};
use crate::error::{self, PolicyError, Rule, accept};
use crate::jitter::Jitter;
use crate::policy::{DEFAULT_ATTEMPTS, Policy, TimedPolicy, validate as rule};
use crate::units::{Span, UNBOUNDED};

/// Builds a policy from values that are known when the program runs.
///
/// `P` is the type that [`build`](Self::build) returns: [`Policy`], or [`TimedPolicy`] once an attempt timeout was set. See
/// [`Policy::builder`] and [`TimedPolicy::builder`].
#[must_use]
pub struct PolicyBuilder<P = Policy> {
    policy: TimedPolicy,
    /// First broken rule.
    checked: Rule,
    built: PhantomData<fn() -> P>,
}

impl<P> Clone for PolicyBuilder<P> {
    fn clone(&self) -> Self {
        Self { policy: self.policy.clone(), checked: self.checked, built: PhantomData }
    }
}

impl<P> fmt::Debug for PolicyBuilder<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PolicyBuilder")
            .field("policy", &self.policy)
            .field("checked", &self.checked)
            .finish_non_exhaustive()
    }
}

impl Policy {
    /// Starts a policy from configuration.
    ///
    /// The builder has the same options and rules as a constant policy, but it accepts a single attempt, which turns
    /// retries off. [`build`](PolicyBuilder::build) returns the first broken rule. With
    /// [`attempt_timeout`](PolicyBuilder::attempt_timeout) it builds a [`TimedPolicy`].
    ///
    /// ```
    /// use core::time::Duration;
    /// use retry_runtime::{Backoff, Classes, Policy};
    ///
    /// # fn main() -> Result<(), retry_runtime::PolicyError> {
    /// let (attempts, base) = (5, Duration::from_millis(20)); // from a file
    /// let policy = Policy::builder()
    ///     .retry_on(Classes::new().transient())
    ///     .max_attempts(attempts)
    ///     .backoff(Backoff::exponential(base, Duration::from_secs(1)))
    ///     .build()?;
    /// # let _ = policy;
    /// # Ok(())
    /// # }
    /// ```
    pub const fn builder() -> PolicyBuilder {
        PolicyBuilder { policy: TimedPolicy::new(), checked: Ok(()), built: PhantomData }
    }
}

impl TimedPolicy {
    /// Starts a policy whose configuration may contain an attempt timeout.
    ///
    /// ```
    /// use core::time::Duration;
    /// use retry_runtime::TimedPolicy;
    ///
    /// let timeout = Some(Duration::from_secs(2)); // from a file
    /// let mut policy = TimedPolicy::builder();
    /// if let Some(timeout) = timeout {
    ///     policy = policy.attempt_timeout(timeout);
    /// }
    /// let policy = policy.build()?;
    /// assert_eq!(policy.get_attempt_timeout(), timeout);
    /// # Ok::<(), retry_runtime::PolicyError>(())
    /// ```
    pub const fn builder() -> PolicyBuilder<Self> {
        PolicyBuilder { policy: Self::new(), checked: Ok(()), built: PhantomData }
    }
}

impl PolicyBuilder {
    /// Builds the policy.
    ///
    /// # Errors
    ///
    /// Returns the first broken rule, with the message that the compiler has for a constant policy.
    pub fn build(self) -> Result<Policy, PolicyError> {
        self.checked()?.try_into()
    }
}

impl PolicyBuilder<TimedPolicy> {
    /// Builds the policy.
    ///
    /// # Errors
    ///
    /// Returns the first broken rule, with the message that the compiler has for a constant policy.
    pub fn build(self) -> Result<TimedPolicy, PolicyError> {
        self.checked()
    }
}

/// Fails if there is an attempt timeout.
impl TryFrom<TimedPolicy> for Policy {
    type Error = PolicyError;

    fn try_from(policy: TimedPolicy) -> Result<Self, PolicyError> {
        rule::no_attempt_timeout(&policy)?;
        Ok(Self(policy))
    }
}

impl<P> PolicyBuilder<P> {
    /// Continues a policy that was built before.
    pub(crate) const fn from_policy(policy: TimedPolicy) -> Self {
        Self { policy, checked: Ok(()), built: PhantomData }
    }

    /// Returns the policy; checks its values, and no rule over several of them.
    pub(crate) fn with_checked_values(self) -> Result<TimedPolicy, PolicyError> {
        self.checked.map(|()| self.policy)
    }

    fn checked(self) -> Result<TimedPolicy, PolicyError> {
        self.checked?;
        rule::policy(&self.policy, false)?;
        Ok(self.policy)
    }

    /// Sets the end of each attempt, measured from its start: above zero, up to a day.
    ///
    /// [`build`](Self::build) returns a [`TimedPolicy`] then.
    pub fn attempt_timeout(mut self, timeout: Duration) -> PolicyBuilder<TimedPolicy> {
        let checked = self.checked.and(error::some_duration(timeout));
        self.policy.attempt_timeout = Span::from_duration(timeout);
        self.policy.attempt_timeouts = None;
        PolicyBuilder { policy: self.policy, checked, built: PhantomData }
    }

    /// Sets the end of each attempt by its number, as a backoff has retry k.
    ///
    /// [`build`](Self::build) returns a [`TimedPolicy`] then, or the error of a backoff that is none of timeouts.
    pub fn attempt_timeouts(self, timeouts: Backoff) -> PolicyBuilder<TimedPolicy> {
        let checked = self.checked.and(rule::attempt_timeouts(&timeouts));
        let policy = self.policy.with_attempt_timeouts(timeouts);
        PolicyBuilder { policy, checked, built: PhantomData }
    }
}

impl TimedPolicy {
    /// Sets the end of each attempt, measured from its start: above zero, up to a day.
    ///
    /// # Panics
    ///
    /// Panics at zero or above a day; in a constant this is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn attempt_timeout(mut self, timeout: Duration) -> Self {
        accept(error::some_duration(timeout));
        self.attempt_timeout = Span::from_duration(timeout);
        self.attempt_timeouts = None;
        self
    }
}

impl Policy {
    /// Sets the end of each attempt, measured from its start: above zero, up to a day.
    ///
    /// # Panics
    ///
    /// Panics at zero or above a day; in a constant this is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn attempt_timeout(self, timeout: Duration) -> TimedPolicy {
        self.0.attempt_timeout(timeout)
    }
}

/// Defines each setter for both policies and for `PolicyBuilder`.
///
/// Those of a policy panic if the rule is broken, the builder remembers it.
///
/// ```text
/// name(argument: Type) [check rule, else rule of the builder, panics "when"] |policy| { assignments }
/// ```
///
/// The bodies for `TimedPolicy`, which the attribute prints, are inline, without a function between: the compiler
/// interprets them for each annotated function, and a call costs it about 20,000 instructions.
macro_rules! setters {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident($($argument:ident: $type:ty),*)
        $([check $rule:expr $(, else $builder_rule:expr)?, panics $panics:literal])?
        |$policy:ident| { $($assignment:expr;)+ }
    )*) => {
        impl TimedPolicy {
            $(
                $(#[doc = $doc])*
                $(
                    ///
                    /// # Panics
                    ///
                    #[doc = concat!("Panics ", $panics, "; in a constant this is a compile error.")]
                )?
                #[must_use]
                #[track_caller]
                pub const fn $name(mut self, $($argument: $type),*) -> Self {
                    $(accept($rule);)?
                    let $policy = &mut self;
                    $($assignment;)+
                    self
                }
            )*
        }

        impl Policy {
            $(
                $(#[doc = $doc])*
                $(
                    ///
                    /// # Panics
                    ///
                    #[doc = concat!("Panics ", $panics, "; in a constant this is a compile error.")]
                )?
                #[must_use]
                #[track_caller]
                pub const fn $name(self, $($argument: $type),*) -> Self {
                    Self(self.0.$name($($argument),*))
                }
            )*
        }

        impl<P> PolicyBuilder<P> {
            $(
                $(#[doc = $doc])*
                pub fn $name(mut self, $($argument: $type),*) -> Self {
                    $(
                        let checked = setters!(@last $rule $(, $builder_rule)?);
                        self.checked = self.checked.and(checked);
                    )?
                    let $policy = &mut self.policy;
                    $($assignment;)+
                    self
                }
            )*
        }
    };
    (@last $rule:expr) => { $rule };
    (@last $rule:expr, $builder_rule:expr) => { $builder_rule };
}

setters! {
    /// Sets the classes that are retried.
    ///
    /// Replaces those of an earlier call, and removes their limits.
    retry_on(classes: Classes)
    [check class_rule::classes(&classes), panics "if the set was given a status outside `400..=599`"]
    |policy| {
        policy.retry_on = classes;
        policy.max_attempts = if policy.limits.beside_attempts { policy.max_attempts } else { DEFAULT_ATTEMPTS };
        policy.limits = ClassLimits { beside_attempts: policy.limits.beside_attempts, ..ClassLimits::NONE };
        policy.removes_classes = false;
        policy.removes_timeout = false;
    }

    /// Removes classes from those that are retried.
    except(classes: Classes)
    [check class_rule::classes(&classes), panics "if the set was given a status outside `400..=599`"]
    |policy| {
        policy.removes_classes |= !policy.retry_on.is_empty();
        policy.removes_timeout |= classes.contains(Class::Timeout);
        policy.retry_on = policy.retry_on.minus(&classes);
    }

    /// Limits the attempts of a call that fail as one of `classes`.
    ///
    /// They are one class, one range of statuses, or `transient`, and are among those of [`retry_on`](Self::retry_on), which is set before. A policy has at most four limits. If
    /// `max_attempts` is not set, up to three attempts may fail as classes without a limit.
    limit(classes: Classes, limit: ClassLimit)
    [check class_rule::limit(limit), panics "outside 2 to 100 attempts, at a time of zero, or above a day"]
    |policy| {
        policy.limits = policy.limits.with(&classes, limit);
        policy.max_attempts =
            if policy.limits.beside_attempts { policy.max_attempts } else { policy.attempts_within_limits() };
    }

    /// Sets the largest number of attempts in one call, the first included: 2 to 100.
    ///
    /// A builder also accepts 1, which turns retries off.
    max_attempts(attempts: u32)
    [check rule::max_attempts(attempts), else rule::configured_attempts(attempts), panics "outside 2 to 100"]
    |policy| {
        policy.max_attempts = attempts;
        policy.limits.beside_attempts = true;
    }

    /// Removes the limit of attempts: the deadline, or `cancel`, ends the call.
    unbounded() |policy| {
        policy.max_attempts = UNBOUNDED;
        policy.limits.beside_attempts = true;
    }

    /// Sets the delay before each retry.
    backoff(backoff: Backoff)
    [check rule::backoff(&backoff), panics "at a zero base, a cap below the base, a factor outside 1 to 1000, or more than a day"]
    |policy| {
        policy.backoff = backoff;
    }

    /// Sets the delay before each retry that follows throttling.
    ///
    /// Throttling is a failure that [`Throttled`](Class::Throttled) covers.
    throttled_backoff(backoff: Backoff)
    [check rule::backoff(&backoff), panics "at a zero base, a cap below the base, a factor outside 1 to 1000, or more than a day"]
    |policy| {
        policy.throttled_backoff = backoff;
    }

    /// Sets the randomization of the delays.
    jitter(jitter: Jitter)
    [check rule::jitter(jitter), panics "at a share outside 0 to 1, or an addition of more than a day"]
    |policy| {
        policy.jitter = jitter;
    }

    /// Sets the longest delay that a server may ask for, up to a day.
    ///
    /// A longer one ends the call. With jitter the delay is longer than the hint by up to half of it, or by up to the
    /// longest delay of the backoff, whichever is more, so that callers with one hint do not return together.
    max_retry_after(longest: Duration)
    [check error::duration(longest), panics "above a day"]
    |policy| {
        policy.max_retry_after = Span::from_duration(longest);
    }

    /// Sets the end of the whole call: above zero, up to a day.
    ///
    /// It is measured from the start of the call.
    deadline(after: Duration)
    [check error::some_duration(after), panics "at zero or above a day"]
    |policy| {
        policy.deadline = Span::from_duration(after);
    }

    /// Retries also failures on which an inner operation has given up.
    ///
    /// Without it such a failure ends the call with [`StopReason::Nested`](crate::StopReason::Nested), so that the
    /// retries of layers add and do not multiply.
    retry_nested() |policy| {
        policy.retries_nested = true;
    }
}
