//! Setters of a policy, each written once.
//!
//! They serve constants, and values that are known when the program runs.

use core::time::Duration;

use crate::backoff::Backoff;
use crate::class::validate as class_rule;
use crate::class::{Class, Classes};
use crate::error::{self, PolicyError, Rule, accept};
use crate::jitter::Jitter;
use crate::policy::{Policy, validate as rule};
use crate::units::{Span, UNBOUNDED};

/// Builds a [`Policy`] from values that are known when the program runs.
///
/// See [`Policy::builder`].
#[derive(Clone, Debug)]
#[must_use]
pub struct PolicyBuilder {
    policy: Policy,
    /// First broken rule.
    checked: Rule,
}

impl Policy {
    /// Starts a policy from configuration.
    ///
    /// The builder has the same options and rules as a constant policy, but it accepts a single attempt, which turns
    /// retries off. [`build`](PolicyBuilder::build) returns the first broken rule.
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
        PolicyBuilder { policy: Self::new(), checked: Ok(()) }
    }
}

impl PolicyBuilder {
    /// Builds the policy.
    ///
    /// # Errors
    ///
    /// Returns the first broken rule, with the message that the compiler has for a constant policy.
    pub fn build(self) -> Result<Policy, PolicyError> {
        self.checked?;
        rule::policy(&self.policy, false)?;
        Ok(self.policy)
    }
}

/// Defines each setter for `Policy` and for `PolicyBuilder`.
///
/// The one panics if the rule is broken, the other remembers it.
///
/// ```text
/// name(argument: Type) [check rule, else rule of the builder, panics "when"] |policy| { assignments }
/// ```
///
/// The bodies are inline, without a function between: the compiler interprets them for each policy, and a call costs it
/// about 20,000 instructions.
macro_rules! setters {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident($($argument:ident: $type:ty),*)
        $([check $rule:expr $(, else $builder_rule:expr)?, panics $panics:literal])?
        |$policy:ident| { $($assignment:expr;)+ }
    )*) => {
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
                pub const fn $name(mut self, $($argument: $type),*) -> Self {
                    $(accept($rule);)?
                    let $policy = &mut self;
                    $($assignment;)+
                    self
                }
            )*
        }

        impl PolicyBuilder {
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
    /// Sets the classes that are retried. Replaces those of an earlier call.
    retry_on(classes: Classes)
    [check class_rule::classes(&classes), panics "if the set was given a status outside `400..=599`"]
    |policy| {
        policy.retry_on = classes;
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

    /// Sets the largest number of attempts in one call, the first included: 2 to 100.
    ///
    /// A builder also accepts 1, which turns retries off.
    max_attempts(attempts: u32)
    [check rule::max_attempts(attempts), else rule::configured_attempts(attempts), panics "outside 2 to 100"]
    |policy| {
        policy.max_attempts = attempts;
    }

    /// Removes the limit of attempts: the deadline, or `cancel`, ends the call.
    unbounded() |policy| {
        policy.max_attempts = UNBOUNDED;
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

    /// Sets the end of each attempt, measured from its start: above zero, up to a day.
    attempt_timeout(timeout: Duration)
    [check error::some_duration(timeout), panics "at zero or above a day"]
    |policy| {
        policy.attempt_timeout = Span::from_duration(timeout);
    }

    /// Retries also failures on which an inner operation has given up.
    ///
    /// Without it such a failure ends the call with [`StopReason::Nested`](crate::StopReason::Nested), so that the
    /// retries of layers add and do not multiply.
    retry_nested() |policy| {
        policy.retries_nested = true;
    }
}
