//! Atomics of budgets, breakers, rate limits and nesting, and the lock of a pace.
//!
//! Those of `core` and `std`; of portable-atomic on a target without 64-bit ones; of loom under `--cfg loom`.

#[cfg(all(not(loom), target_has_atomic = "64"))]
pub(crate) use core::sync::atomic::{AtomicU16, AtomicU32, AtomicU64, Ordering};

#[cfg(all(not(loom), not(target_has_atomic = "64")))]
pub(crate) use portable_atomic::{AtomicU16, AtomicU32, AtomicU64, Ordering};
#[cfg(all(not(loom), feature = "std"))]
pub(crate) use std::sync::{Mutex, MutexGuard, PoisonError};

#[cfg(all(loom, feature = "std"))]
pub(crate) use self::model::{Mutex, MutexGuard, PoisonError};

#[cfg(loom)]
pub(crate) use self::model::{AtomicU16, AtomicU32, AtomicU64, Ordering};

/// Atomics that are made at their first use.
///
/// Loom makes one only while a model runs, never in a constant. A test reads a budget or a breaker once before it
/// starts threads, so that no thread is the first.
#[cfg(loom)]
mod model {
    extern crate std;

    use std::sync::OnceLock;

    pub(crate) use loom::sync::atomic::Ordering;
    #[cfg(feature = "std")]
    pub(crate) use {loom::sync::MutexGuard, std::sync::PoisonError};

    /// Lock that is made at its first use.
    #[cfg(feature = "std")]
    pub(crate) struct Mutex<T> {
        first: T,
        made: OnceLock<loom::sync::Mutex<T>>,
    }

    #[cfg(feature = "std")]
    impl<T: Copy> Mutex<T> {
        pub(crate) const fn new(first: T) -> Self {
            Self { first, made: OnceLock::new() }
        }

        pub(crate) fn lock(&self) -> std::sync::LockResult<MutexGuard<'_, T>> {
            self.made.get_or_init(|| loom::sync::Mutex::new(self.first)).lock()
        }
    }

    macro_rules! atomic {
        ($name:ident of $value:ty) => {
            #[derive(Debug)]
            pub(crate) struct $name {
                first: $value,
                made: OnceLock<loom::sync::atomic::$name>,
            }

            impl $name {
                pub(crate) const fn new(first: $value) -> Self {
                    Self { first, made: OnceLock::new() }
                }

                fn made(&self) -> &loom::sync::atomic::$name {
                    self.made.get_or_init(|| loom::sync::atomic::$name::new(self.first))
                }

                pub(crate) fn load(&self, order: Ordering) -> $value {
                    self.made().load(order)
                }

                pub(crate) fn compare_exchange_weak(
                    &self,
                    current: $value,
                    new: $value,
                    success: Ordering,
                    failure: Ordering,
                ) -> Result<$value, $value> {
                    self.made().compare_exchange_weak(current, new, success, failure)
                }
            }
        };
    }

    atomic!(AtomicU16 of u16);
    atomic!(AtomicU32 of u32);
    atomic!(AtomicU64 of u64);

    impl AtomicU64 {
        pub(crate) fn fetch_add(&self, more: u64, order: Ordering) -> u64 {
            self.made().fetch_add(more, order)
        }

        pub(crate) fn store(&self, value: u64, order: Ordering) {
            self.made().store(value, order);
        }

        pub(crate) fn fetch_or(&self, bits: u64, order: Ordering) -> u64 {
            self.made().fetch_or(bits, order)
        }

        pub(crate) fn compare_exchange(
            &self,
            current: u64,
            new: u64,
            success: Ordering,
            failure: Ordering,
        ) -> Result<u64, u64> {
            self.made().compare_exchange(current, new, success, failure)
        }

        pub(crate) fn fetch_sub(&self, less: u64, order: Ordering) -> u64 {
            self.made().fetch_sub(less, order)
        }
    }
}
