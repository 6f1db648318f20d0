//! The key of the attempt around the running code.
//!
//! It is set only while a keyed attempt runs, so other calls pay nothing.

use core::cell::RefCell;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread_local;
use std::vec::Vec;

use pin_project_lite::pin_project;

use crate::calls::key::idempotency_key::IdempotencyKey;

thread_local! {
    static CURRENT: RefCell<Option<Arc<CurrentKey>>> = const { RefCell::new(None) };
}

/// Key of a running attempt, with the calls whose keys derive from it.
#[derive(Debug)]
pub(crate) struct CurrentKey {
    key: IdempotencyKey,
    derived: Mutex<Vec<DerivedCalls>>,
}

/// Calls of one operation inside the attempt.
#[derive(Debug)]
struct DerivedCalls {
    operation: &'static str,
    /// Ordinal of the next call.
    next: u32,
    is_running: bool,
}

impl CurrentKey {
    fn new(key: IdempotencyKey) -> Arc<Self> {
        Arc::new(Self { key, derived: Mutex::default() })
    }

    /// Returns the key of the running code.
    ///
    /// Returns `None` outside a keyed attempt, and on a thread that is ending.
    pub(crate) fn get() -> Option<Arc<Self>> {
        CURRENT.try_with(|current| current.borrow().clone()).unwrap_or_default()
    }

    /// Runs `code` inside the attempt.
    pub(crate) fn run<T>(self: &Arc<Self>, code: impl FnOnce() -> T) -> T {
        let _restore = Restore(replace(Some(self.clone())));
        code()
    }

    /// Returns the key of the next call of `operation` inside the attempt.
    ///
    /// It depends on the ordinal of the call, so a repeated attempt derives the same keys. Returns `None` while another
    /// call of the operation runs, because the order of concurrent calls is not repeatable.
    pub(crate) fn derive(self: &Arc<Self>, operation: &'static str) -> Option<(IdempotencyKey, DerivedCallGuard)> {
        let mut derived = self.derived();
        let at = derived.iter().position(|calls| calls.operation == operation).unwrap_or(derived.len());
        if at == derived.len() {
            derived.push(DerivedCalls { operation, next: 0, is_running: false });
        }
        let calls = &mut derived[at];
        if calls.is_running {
            return None;
        }
        calls.is_running = true;
        let key = self.key.derive(operation, calls.next);
        calls.next += 1;
        drop(derived);
        Some((key, DerivedCallGuard { current: self.clone(), operation }))
    }

    fn derived(&self) -> MutexGuard<'_, Vec<DerivedCalls>> {
        self.derived.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Marks a call inside a keyed attempt as running until it is dropped.
#[derive(Debug)]
pub(crate) struct DerivedCallGuard {
    current: Arc<CurrentKey>,
    operation: &'static str,
}

impl Drop for DerivedCallGuard {
    fn drop(&mut self) {
        for calls in self.current.derived().iter_mut().filter(|calls| calls.operation == self.operation) {
            calls.is_running = false;
        }
    }
}

fn replace(key: Option<Arc<CurrentKey>>) -> Option<Arc<CurrentKey>> {
    CURRENT.try_with(|current| current.replace(key)).unwrap_or_default()
}

/// Restores the previous key when dropped, also by a panic.
struct Restore(Option<Arc<CurrentKey>>);

impl Drop for Restore {
    fn drop(&mut self) {
        replace(self.0.take());
    }
}

impl IdempotencyKey {
    /// Returns the key of the running attempt, or `None` if it has none.
    ///
    /// Operations inside the attempt that have no key of their own also run under it.
    ///
    /// ```
    /// use retry_runtime::IdempotencyKey;
    ///
    /// let key = IdempotencyKey::new("order-31")?;
    /// assert_eq!(key.scope_blocking(IdempotencyKey::current), Some(key));
    /// assert_eq!(IdempotencyKey::current(), None);
    /// # Ok::<(), retry_runtime::KeyError>(())
    /// ```
    pub fn current() -> Option<Self> {
        CurrentKey::get().map(|current| current.key.clone())
    }

    /// Runs blocking code with this key as the [current](Self::current) one.
    pub fn scope_blocking<T>(&self, code: impl FnOnce() -> T) -> T {
        CurrentKey::new(self.clone()).run(code)
    }

    /// Wraps `future` so that it runs with this key as the current one.
    ///
    /// # Cancel safety
    ///
    /// The future may be dropped at any time; the key is set only while it is polled.
    pub fn scope<F: Future>(self, future: F) -> KeyScope<F> {
        scope(Some(self), future)
    }
}

/// Wraps `future` in the scope of `key`; without a key it runs as it is.
pub(crate) fn scope<F: Future>(key: Option<IdempotencyKey>, future: F) -> KeyScope<F> {
    KeyScope { current: key.map(CurrentKey::new), future }
}

pin_project! {
    /// Future that runs with a key: returned by [`IdempotencyKey::scope`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless they are awaited"]
    pub struct KeyScope<F> {
        current: Option<Arc<CurrentKey>>,
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for KeyScope<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        match this.current {
            Some(current) => current.run(|| this.future.poll(context)),
            None => this.future.poll(context),
        }
    }
}
