//! The key of the attempt around the code that runs now: set only while a keyed attempt runs, so that others pay nothing.

use core::cell::RefCell;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::thread_local;

use pin_project_lite::pin_project;

use crate::idempotency::Key;

thread_local! {
    static KEY: RefCell<Option<Key>> = const { RefCell::new(None) };
}

/// A thread that is ending has no key any more.
fn replace(key: Option<Key>) -> Option<Key> {
    KEY.try_with(|around| around.replace(key)).unwrap_or_default()
}

/// The key around is this one; dropped, also by a panic, it puts the old one back.
struct Scope(Option<Key>);

impl Scope {
    fn enter(key: &Key) -> Self {
        Self(replace(Some(key.clone())))
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        replace(self.0.take());
    }
}

impl Key {
    /// The key of the attempt around the code that runs now; `None` where there is none.
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
        KEY.try_with(|around| around.borrow().clone()).unwrap_or_default()
    }

    /// Runs blocking code with this key as the [current](Key::current) one.
    pub fn during_blocking<T>(&self, code: impl FnOnce() -> T) -> T {
        let _scope = Scope::enter(self);
        code()
    }

    /// The same future, with this key as the [current](Key::current) one whenever it runs, on whichever thread.
    ///
    /// # Cancel safety
    ///
    /// It may be dropped at any time; the key is set only while it is polled.
    pub fn during<F: Future>(self, future: F) -> During<F> {
        During { key: self, future }
    }
}

pin_project! {
    /// A future that runs with a key: what [`Key::during`] returns.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless they are awaited"]
    pub struct During<F> {
        key: Key,
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for During<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _scope = Scope::enter(this.key);
        this.future.poll(context)
    }
}
