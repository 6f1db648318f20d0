//! Types that a call may name as its policy.

use std::borrow::Cow;
use std::boxed::Box;
use std::rc::Rc;
use std::sync::{Arc, LazyLock};

use retry_core::{Policy, TimedPolicy};

use crate::calls::from_stopped::MayCut;

/// Value of `policy = EXPRESSION`.
///
/// It is a [`Policy`] or a [`TimedPolicy`], or a pointer to one.
///
/// ```
/// use std::sync::LazyLock;
/// use retry_runtime::{Classify, Policy, retry};
///
/// static CONFIGURED: LazyLock<Policy> =
///     LazyLock::new(|| "retry_on = transient, max_attempts = 4".parse().expect("a policy"));
///
/// #[retry(policy = &CONFIGURED)]
/// fn load<E: Classify>() -> Result<u32, E> {
///     Ok(3)
/// }
///
/// assert_eq!(load::<std::io::Error>().unwrap(), 3);
/// ```
#[diagnostic::on_unimplemented(
    message = "`policy` is a `retry_runtime::Policy` or `TimedPolicy`, not `{Self}`",
    label = "this is not a policy",
    note = "write the path of a `const Policy`, or an expression that is a `Policy`, a reference to one or an `Arc` of one"
)]
pub trait AsPolicy {
    /// Type of the policy.
    type Policy: PolicyType;

    /// Returns the policy.
    fn as_policy(&self) -> &Self::Policy;

    /// Copies the policy.
    #[doc(hidden)]
    fn to_policy(&self) -> Self::Policy {
        self.as_policy().clone()
    }

    /// Copies the policy, if it is the same in every process.
    ///
    /// A policy behind any pointer but a reference may come from configuration.
    #[doc(hidden)]
    fn constant(&self) -> Option<TimedPolicy> {
        None
    }

    /// Copies the policy into one that may have an attempt timeout.
    #[doc(hidden)]
    fn to_timed(&self) -> TimedPolicy {
        self.as_policy().timed().clone()
    }
}

/// [`Policy`] or [`TimedPolicy`].
#[doc(hidden)]
pub trait PolicyType: AsPolicy<Policy = Self> + Clone {
    /// Answer to whether it may interrupt an attempt.
    type MayCut;
    /// True for a policy that may have an attempt timeout.
    const IS_TIMED: bool;

    /// Returns the policy as one that may have an attempt timeout.
    fn timed(&self) -> &TimedPolicy;
}

impl PolicyType for Policy {
    type MayCut = MayCut<false>;
    const IS_TIMED: bool = false;

    #[inline]
    fn timed(&self) -> &TimedPolicy {
        self.as_timed()
    }
}

impl PolicyType for TimedPolicy {
    type MayCut = MayCut<true>;
    const IS_TIMED: bool = true;

    #[inline]
    fn timed(&self) -> &TimedPolicy {
        self
    }
}

/// Policy of a blocking function: a [`Policy`].
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a blocking attempt cannot be cut, and a `{Self}` may have an `attempt_timeout`",
    label = "this policy may have an attempt timeout",
    note = "use a `retry_runtime::Policy`, and the timeout of the client that blocks, or make the function async"
)]
pub trait NeverCuts: PolicyType {}

impl NeverCuts for Policy {}

macro_rules! policies {
    ($($policy:ty),*) => {$(
        impl AsPolicy for $policy {
            type Policy = Self;

            #[inline]
            fn as_policy(&self) -> &Self {
                self
            }

            fn constant(&self) -> Option<TimedPolicy> {
                Some(self.timed().clone())
            }
        }
    )*};
}

policies!(Policy, TimedPolicy);

macro_rules! pointers {
    ($($pointer:ty),*) => {$(
        impl<T: AsPolicy + ?Sized> AsPolicy for $pointer {
            type Policy = T::Policy;

            #[inline]
            fn as_policy(&self) -> &T::Policy {
                (**self).as_policy()
            }
        }
    )*};
}

pointers!(&mut T, Arc<T>, Rc<T>, Box<T>);

impl<T: AsPolicy + ?Sized> AsPolicy for &T {
    type Policy = T::Policy;

    #[inline]
    fn as_policy(&self) -> &T::Policy {
        (**self).as_policy()
    }

    fn constant(&self) -> Option<TimedPolicy> {
        (**self).constant()
    }
}

impl<T: AsPolicy> AsPolicy for LazyLock<T> {
    type Policy = T::Policy;

    fn as_policy(&self) -> &T::Policy {
        (**self).as_policy()
    }
}

impl<T: AsPolicy + Clone> AsPolicy for Cow<'_, T> {
    type Policy = T::Policy;

    fn as_policy(&self) -> &T::Policy {
        (**self).as_policy()
    }
}
