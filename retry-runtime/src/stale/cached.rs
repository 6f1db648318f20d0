//! Value with its age.

use core::ops::Deref;
use core::time::Duration;

use retry_core::Moment;

/// Value of a call, or of an earlier one.
///
/// It dereferences to the value. A body returns a fresh one, by [`Cached::new`] or `.into()`; `fallback = stale(..)` marks one
/// of the cache with its age.
#[derive(Clone, Debug)]
pub struct Cached<T> {
    value: T,
    /// When it was stored; the origin before.
    stored_at: Moment,
    age: Option<Duration>,
}

impl<T> Cached<T> {
    /// Creates a fresh value.
    pub const fn new(value: T) -> Self {
        Self { value, stored_at: Moment::ORIGIN, age: None }
    }

    /// Returns the time since the call that returned the value.
    ///
    /// The result is `None` for a fresh value.
    pub const fn age(&self) -> Option<Duration> {
        self.age
    }

    /// Returns whether the value is one of an earlier call.
    pub const fn is_stale(&self) -> bool {
        self.age.is_some()
    }

    /// Returns the value without its age.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> From<T> for Cached<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T> Deref for Cached<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Success of a function with `fallback = stale(..)`: [`Cached`].
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be marked as stale",
    label = "`stale` returns a value with its age",
    note = "write `retry_runtime::stale::Cached<{Self}>` in the return type; the body returns one by `.into()`"
)]
pub trait CachedOutcome {
    /// The value without its age.
    type Value;

    /// Returns a copy to store, unless the value is that of an earlier call.
    fn to_stored(&self, now: fn() -> Moment) -> Option<Cached<Self::Value>>
    where
        Self::Value: Clone;

    /// Marks a stored value, unless it is older than `max_age`.
    fn from_stored(stored: Cached<Self::Value>, now: Moment, max_age: Option<Duration>) -> Option<(Self, Duration)>
    where
        Self: Sized;
}

impl<T> CachedOutcome for Cached<T> {
    type Value = T;

    fn to_stored(&self, now: fn() -> Moment) -> Option<Self>
    where
        T: Clone,
    {
        (!self.is_stale()).then(|| Self { value: self.value.clone(), stored_at: now(), age: None })
    }

    fn from_stored(stored: Self, now: Moment, max_age: Option<Duration>) -> Option<(Self, Duration)> {
        let age = now.since(stored.stored_at).as_duration();
        let is_usable = max_age.is_none_or(|most| age <= most);
        is_usable.then(|| (Self { age: Some(age), ..stored }, age))
    }
}
