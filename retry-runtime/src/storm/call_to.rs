//! An operation by which a service calls another one.

use core::time::Duration;
use std::sync::Arc;

use crate::names::FunctionPath;
use crate::{Breaker, Budget, Class, TimedPolicy};

/// Operation by which a service calls another one.
///
/// [`op!`](crate::storm::op) makes one of an annotated function: policy, attempt timeout, deadline, budget and breaker are those of
/// its attribute. Retries that are not annotated, of an SDK or a proxy, are [`CallTo::with_policy`].
#[derive(Clone, Debug)]
pub struct CallTo {
    pub(super) operation: OperationSource,
    pub(super) to: &'static str,
    pub(super) share: f64,
    pub(super) is_optional: bool,
    pub(super) class: Option<Class>,
    pub(super) given: Given,
}

/// Source of an operation's policy.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // a storm has few of them, and constants have no boxes
pub(super) enum OperationSource {
    Function(FunctionPath),
    Named(&'static str),
    Policy(&'static str, TimedPolicy),
}

/// Values that replace those of the attribute, or that it has per call.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    pub(super) policy: Option<TimedPolicy>,
    pub(super) attempt_timeout: Option<Duration>,
    pub(super) deadline: Option<Duration>,
    pub(super) budget: GivenBudget,
    pub(super) breaker: Option<Arc<Breaker>>,
}

#[derive(Clone, Debug, Default)]
pub(super) enum GivenBudget {
    /// The budget of the attribute.
    #[default]
    Unchanged,
    None,
    Some(Arc<Budget>),
}

impl CallTo {
    const fn new(operation: OperationSource, to: &'static str) -> Self {
        let given = Given {
            policy: None,
            attempt_timeout: None,
            deadline: None,
            budget: GivenBudget::Unchanged,
            breaker: None,
        };
        Self { operation, to, share: 1.0, is_optional: false, class: None, given }
    }

    /// Creates the call that [`op!`](crate::storm::op) prints.
    #[doc(hidden)]
    pub fn of_function<F>(function: &F, to: &'static str) -> Self {
        Self::new(OperationSource::Function(FunctionPath::of(function)), to)
    }

    /// Creates a call to the service `to` by the operation of this name.
    ///
    /// It is that of an annotated function.
    ///
    /// ```
    /// use retry_runtime::retry;
    /// use retry_runtime::storm::CallTo;
    ///
    /// #[retry(retry_on = transient, name = "shop.price")]
    /// fn price() -> std::io::Result<u32> {
    ///     Ok(7)
    /// }
    ///
    /// let call = CallTo::named("shop.price", "pricing");
    /// # let _ = (price, call);
    /// ```
    pub const fn named(operation: &'static str, to: &'static str) -> Self {
        Self::new(OperationSource::Named(operation), to)
    }

    /// Creates a call to the service `to` that is not an annotated function.
    ///
    /// It has the default budget, and no breaker, unless they are set. So the retries of an SDK or a proxy take part.
    ///
    /// ```
    /// use core::time::Duration;
    /// use retry_runtime::storm::CallTo;
    /// use retry_runtime::{Classes, TimedPolicy};
    ///
    /// let policy = TimedPolicy::new().retry_on(Classes::new().transient()).attempt_timeout(Duration::from_secs(1));
    /// let sdk = CallTo::with_policy("sdk::get_object", policy, "objects").without_budget();
    /// # let _ = sdk;
    /// ```
    pub const fn with_policy(name: &'static str, policy: TimedPolicy, to: &'static str) -> Self {
        Self::new(OperationSource::Policy(name, policy), to)
    }

    /// Sets the share of requests that make this call, above 0 and at most 1.
    #[must_use]
    pub const fn share(mut self, share: f64) -> Self {
        self.share = share;
        self
    }

    /// Lets the request go on if the call fails, as with a `fallback`.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.is_optional = true;
        self
    }

    /// Sets the failure class of an error of the service.
    ///
    /// Unless it is set, it is the first of `Unavailable`, `Status(503)`, `Connect`, `Status(500)` and `Throttled` that the policy
    /// retries, and `Unavailable` if it retries none of them.
    #[must_use]
    pub const fn fails_with(mut self, class: Class) -> Self {
        self.class = Some(class);
        self
    }

    /// Sets the policy, if each call has one, or settings replace it.
    #[must_use]
    pub fn policy(mut self, policy: TimedPolicy) -> Self {
        self.given.policy = Some(policy);
        self
    }

    /// Sets the attempt timeout, if it is an expression, or one of the client.
    #[must_use]
    pub const fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.given.attempt_timeout = Some(timeout);
        self
    }

    /// Sets the deadline, if it is an expression.
    #[must_use]
    pub const fn deadline(mut self, deadline: Duration) -> Self {
        self.given.deadline = Some(deadline);
        self
    }

    /// Sets the budget, if it is an expression.
    ///
    /// Each process has one with these settings.
    #[must_use]
    pub fn budget(mut self, budget: Budget) -> Self {
        self.given.budget = GivenBudget::Some(Arc::new(budget));
        self
    }

    /// Removes the budget.
    #[must_use]
    pub fn without_budget(mut self) -> Self {
        self.given.budget = GivenBudget::None;
        self
    }

    /// Sets the breaker, if it is an expression.
    ///
    /// Each process has one with these settings.
    #[must_use]
    pub fn breaker(mut self, breaker: Breaker) -> Self {
        self.given.breaker = Some(Arc::new(breaker));
        self
    }
}

/// Names the annotated function by which a service calls another one.
///
/// It is written `op!(FUNCTION => "SERVICE")`. The compiler checks the path. A generic function is written with its types, and a method with its type, as in
/// `op!(Client::quote => "pricing")`.
///
/// ```
/// use retry_runtime::retry;
/// use retry_runtime::storm::{Service, op};
///
/// #[retry(retry_on = transient, attempt_timeout = 1s)]
/// async fn price() -> std::io::Result<u32> {
///     Ok(7)
/// }
///
/// let web = Service::new("web", 10).calls(op!(price => "pricing").share(0.5));
/// # let _ = web;
/// ```
#[macro_export]
#[doc(hidden)]
macro_rules! __storm_op {
    ($function:expr => $to:expr) => {
        $crate::storm::CallTo::of_function(&$function, $to)
    };
}

#[doc(inline)]
pub use __storm_op as op;
