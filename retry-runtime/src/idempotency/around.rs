//! The key of the attempt around the code that runs now: set only while a keyed attempt runs, so that others pay nothing.

use core::cell::RefCell;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread_local;
use std::vec::Vec;

use pin_project_lite::pin_project;

use crate::idempotency::Key;

thread_local! {
    static AROUND: RefCell<Option<Arc<Around>>> = const { RefCell::new(None) };
}

/// An attempt with a key, and the calls inside it whose keys are derived from it.
#[derive(Debug)]
pub(crate) struct Around {
    key: Key,
    made: Mutex<Vec<Made>>,
}

/// The calls of one operation.
#[derive(Debug)]
struct Made {
    operation: &'static str,
    number: u32,
    is_running: bool,
}

impl Around {
    fn new(key: Key) -> Arc<Self> {
        Arc::new(Self { key, made: Mutex::default() })
    }

    /// That of the code that runs now; a thread that is ending has none any more.
    pub(crate) fn here() -> Option<Arc<Self>> {
        AROUND.try_with(|around| around.borrow().clone()).unwrap_or_default()
    }

    /// Runs code inside the attempt.
    pub(crate) fn run<T>(self: &Arc<Self>, code: impl FnOnce() -> T) -> T {
        let _scope = Scope(replace(Some(self.clone())));
        code()
    }

    /// The key of the next call of an operation inside the attempt: by its ordinal, so that it is the same when the attempt
    /// is repeated. `None` while another one runs, since their order would be chance.
    pub(crate) fn derive(self: &Arc<Self>, operation: &'static str) -> Option<(Key, Running)> {
        let mut made = self.made();
        let at = made.iter().position(|made| made.operation == operation).unwrap_or(made.len());
        if at == made.len() {
            made.push(Made { operation, number: 0, is_running: false });
        }
        let calls = &mut made[at];
        if calls.is_running {
            return None;
        }
        calls.is_running = true;
        let key = self.key.derive(operation, calls.number);
        calls.number += 1;
        drop(made);
        Some((key, Running { around: self.clone(), operation }))
    }

    fn made(&self) -> MutexGuard<'_, Vec<Made>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call inside a keyed attempt, until it is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    around: Arc<Around>,
    operation: &'static str,
}

impl Drop for Running {
    fn drop(&mut self) {
        for made in self.around.made().iter_mut().filter(|made| made.operation == self.operation) {
            made.is_running = false;
        }
    }
}

fn replace(around: Option<Arc<Around>>) -> Option<Arc<Around>> {
    AROUND.try_with(|current| current.replace(around)).unwrap_or_default()
}

/// Dropped, also by a panic, it puts back what was around.
struct Scope(Option<Arc<Around>>);

impl Drop for Scope {
    fn drop(&mut self) {
        replace(self.0.take());
    }
}

impl Key {
    /// The key of the attempt around the code that runs now; `None` where there is none.
    ///
    /// Operations inside that have no key of their own run under it too.
    ///
    /// ```
    /// use retry_runtime::idempotency::Key;
    ///
    /// let key = Key::new("order-31")?;
    /// assert_eq!(key.during_blocking(Key::current), Some(key));
    /// assert_eq!(Key::current(), None);
    /// # Ok::<(), retry_runtime::idempotency::Invalid>(())
    /// ```
    pub fn current() -> Option<Self> {
        Around::here().map(|around| around.key.clone())
    }

    /// Runs blocking code with this key as the [current](Key::current) one, as an attempt of a keyed call does.
    pub fn during_blocking<T>(&self, code: impl FnOnce() -> T) -> T {
        Around::new(self.clone()).run(code)
    }

    /// The same future, with this key as the [current](Key::current) one whenever it runs, on whichever thread.
    ///
    /// # Cancel safety
    ///
    /// It may be dropped at any time; the key is set only while it is polled.
    pub fn during<F: Future>(self, future: F) -> During<F> {
        During { around: Some(Around::new(self)), future }
    }
}

/// The same future, inside an attempt with this key, if there is one.
pub(crate) fn during<F: Future>(key: Option<Key>, future: F) -> During<F> {
    During { around: key.map(Around::new), future }
}

pin_project! {
    /// A future that runs with a key: what [`Key::during`] returns.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless they are awaited"]
    pub struct During<F> {
        around: Option<Arc<Around>>,
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for During<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        match this.around {
            Some(around) => around.run(|| this.future.poll(context)),
            None => this.future.poll(context),
        }
    }
}
