//! Types that a call may name as its budget, circuit breaker or limit.

use std::boxed::Box;
use std::rc::Rc;
use std::sync::{Arc, LazyLock};

use retry_core::{Breaker, Budget, Pace};

use crate::calls::admission::{Concurrency, RateLimit};

/// Value of `budget = EXPRESSION`: a [`Budget`], or a pointer to one.
#[diagnostic::on_unimplemented(
    message = "`budget` is a `retry_runtime::Budget`, not `{Self}`",
    label = "this is not a budget",
    note = "write `budget = credit(500)`, the path of a `static`, or an expression that is a `Budget`, a reference to one or an `Arc` of one",
    note = "a `KeyedBudget` needs a key, as in `budget = self.per_user.get(&user)`"
)]
pub trait AsBudget {
    /// Returns the budget.
    fn as_budget(&self) -> &Budget;
}

/// Value of `breaker = EXPRESSION`: a [`Breaker`], or a pointer to one.
///
/// ```
/// use retry_runtime::{Breaker, Stopped, retry};
///
/// struct Node {
///     breaker: Breaker, // one per node, made from configuration
/// }
///
/// impl Node {
///     #[retry(retry_on = transient, breaker = self.breaker)]
///     async fn load(&self) -> std::io::Result<u32> {
///         Ok(3)
///     }
/// }
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
/// let node = Node { breaker: Breaker::builder().failure_rate(0.4).build().expect("0.4 is a rate") };
/// assert_eq!(runtime.block_on(node.load()).unwrap(), 3);
/// ```
#[diagnostic::on_unimplemented(
    message = "`breaker` is a `retry_runtime::Breaker`, not `{Self}`",
    label = "this is not a breaker",
    note = "write the path of a `static Breaker`, or an expression that is a `Breaker`, a reference to one or an `Arc` of one",
    note = "a `KeyedBreaker` needs a key, as in `breaker = self.per_host.get(host)`"
)]
pub trait AsBreaker {
    /// Returns the breaker.
    fn as_breaker(&self) -> &Breaker;
}

/// Value of `rate_limit = EXPRESSION`: a [`RateLimit`], or a pointer to one.
#[diagnostic::on_unimplemented(
    message = "`rate_limit` is a `retry_runtime::RateLimit`, not `{Self}`",
    label = "this is not a rate limit",
    note = "write the path of a `static RateLimit`, or an expression that is a `RateLimit`, a reference to one or an `Arc` of one",
    note = "a `KeyedRateLimit` needs a key, as in `rate_limit = self.per_host.get(host)`"
)]
pub trait AsRateLimit {
    /// Returns the rate limit.
    fn as_rate_limit(&self) -> &RateLimit;
}

/// Value of `pace = EXPRESSION`: a [`Pace`], or a pointer to one.
#[diagnostic::on_unimplemented(
    message = "`pace` is a `retry_runtime::Pace`, not `{Self}`",
    label = "this is not a pace",
    note = "write the path of a `static Pace`, or an expression that is a `Pace`, a reference to one or an `Arc` of one",
    note = "a `KeyedPace` needs a key, as in `pace = self.accounts.get(account)`"
)]
pub trait AsPace {
    /// Returns the pace.
    fn as_pace(&self) -> &Pace;
}

/// Value of `concurrency = EXPRESSION`: a [`Concurrency`], or a pointer to one.
#[diagnostic::on_unimplemented(
    message = "`concurrency` is a `retry_runtime::Concurrency`, not `{Self}`",
    label = "this is not a concurrency limit",
    note = "write a number, a constant as in `concurrency = limit(PLACES)`, the path of a `static Concurrency`, or an expression that is a `Concurrency`, a reference to one or an `Arc` of one",
    note = "a `KeyedConcurrency` needs a key, as in `concurrency = self.per_host.get(host)`"
)]
pub trait AsConcurrency {
    /// Returns the concurrency limit.
    fn as_concurrency(&self) -> &Concurrency;
}

/// Implements a trait for the type itself and for pointers to it.
macro_rules! through_pointers {
    ($as_shared:ident, $method:ident, $shared:ty) => {
        impl $as_shared for $shared {
            #[inline]
            fn $method(&self) -> &$shared {
                self
            }
        }
        through_pointers!($as_shared, $method, $shared, &T, &mut T, Arc<T>, Rc<T>, Box<T>);

        impl<T: $as_shared> $as_shared for LazyLock<T> {
            fn $method(&self) -> &$shared {
                (**self).$method()
            }
        }
    };
    ($as_shared:ident, $method:ident, $shared:ty, $($pointer:ty),*) => {$(
        impl<T: $as_shared + ?Sized> $as_shared for $pointer {
            #[inline]
            fn $method(&self) -> &$shared {
                (**self).$method()
            }
        }
    )*};
}

through_pointers!(AsBudget, as_budget, Budget);
through_pointers!(AsBreaker, as_breaker, Breaker);
through_pointers!(AsRateLimit, as_rate_limit, RateLimit);
through_pointers!(AsPace, as_pace, Pace);
through_pointers!(AsConcurrency, as_concurrency, Concurrency);
