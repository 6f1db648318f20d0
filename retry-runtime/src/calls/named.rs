//! Types of a `static` that an attribute names by its path.
//!
//! The operation's `static` holds a reference to it, which a constant expression makes. It cannot call a method of a trait.
//! So the type is an argument of its own, and the compiler reports a wrong one in words of ours, and once.

use core::fmt;
use core::marker::PhantomData;

use retry_core::{Breaker, Budget, Pace};

use crate::calls::admission::{Concurrency, RateLimit};

/// Type of a `static`.
pub struct TypeOf<T>(PhantomData<fn(T)>);

/// Returns the type of a `static`.
pub const fn type_of<T>(_item: &T) -> TypeOf<T> {
    TypeOf(PhantomData)
}

impl<T> fmt::Debug for TypeOf<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TypeOf")
    }
}

/// Implemented for [`Budget`] alone.
#[diagnostic::on_unimplemented(
    message = "`budget` is a `retry_runtime::Budget`, not `{Self}`",
    label = "this is not a budget",
    note = "write `budget = credit(500)`, or the path of a `static Budget`",
    note = "a `KeyedBudget` needs a key, as in `budget = PER_USER.get(&user)`, and a `LazyLock` an `&`, as in `budget = &PAYMENTS`"
)]
pub trait NamedBudget {
    /// The type itself.
    type Itself;
}

impl NamedBudget for Budget {
    type Itself = Self;
}

/// Implemented for [`Breaker`] alone.
#[diagnostic::on_unimplemented(
    message = "`breaker` is a `retry_runtime::Breaker`, not `{Self}`",
    label = "this is not a breaker",
    note = "write the path of a `static Breaker`, as in `static SHOP: Breaker = Breaker::new();`",
    note = "a `KeyedBreaker` needs a key, as in `breaker = PER_HOST.get(host)`, and a `LazyLock` an `&`, as in `breaker = &SHOP`"
)]
pub trait NamedBreaker {
    /// The type itself.
    type Itself;
}

impl NamedBreaker for Breaker {
    type Itself = Self;
}

/// Implemented for [`RateLimit`] alone.
#[diagnostic::on_unimplemented(
    message = "`rate_limit` is a `retry_runtime::RateLimit`, not `{Self}`",
    label = "this is not a rate limit",
    note = "write the path of a `static RateLimit`, as in `static SHOP: RateLimit = RateLimit::per_second(50);`",
    note = "a `KeyedRateLimit` needs a key, as in `rate_limit = PER_HOST.get(host)`, and a `LazyLock` an `&`, as in `rate_limit = &SHOP`"
)]
pub trait NamedRateLimit {
    /// Returns the rate limit.
    fn named(&self) -> &RateLimit;
}

impl NamedRateLimit for RateLimit {
    #[inline]
    fn named(&self) -> &RateLimit {
        self
    }
}

/// Implemented for [`Pace`] alone.
#[diagnostic::on_unimplemented(
    message = "`pace` is a `retry_runtime::Pace`, not `{Self}`",
    label = "this is not a pace",
    note = "write the path of a `static Pace`, as in `static OPENAI: Pace = Pace::new();`",
    note = "a `KeyedPace` needs a key, as in `pace = ACCOUNTS.get(account)`, and a `LazyLock` an `&`, as in `pace = &OPENAI`"
)]
pub trait NamedPace {
    /// Returns the pace.
    fn named(&self) -> &Pace;
}

impl NamedPace for Pace {
    #[inline]
    fn named(&self) -> &Pace {
        self
    }
}

/// Implemented for [`Concurrency`] alone.
#[diagnostic::on_unimplemented(
    message = "`concurrency` is a `retry_runtime::Concurrency`, not `{Self}`",
    label = "this is not a concurrency limit",
    note = "write a number, as in `concurrency = 20`, a constant as in `concurrency = limit(PLACES)`, or the path of a `static Concurrency`",
    note = "a `KeyedConcurrency` needs a key, as in `concurrency = PER_HOST.get(host)`, and a `LazyLock` an `&`, as in `concurrency = &DB`"
)]
pub trait NamedConcurrency {
    /// Returns the concurrency limit.
    fn named(&self) -> &Concurrency;
}

impl NamedConcurrency for Concurrency {
    #[inline]
    fn named(&self) -> &Concurrency {
        self
    }
}
