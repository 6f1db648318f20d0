//! The key of one call, as the attribute prints it.

use std::sync::OnceLock;

use retry_core::StopReason;

use crate::calls::key::current::{self, CurrentKey, DerivedCallGuard, KeyScope};
use crate::calls::key::idempotency_key::IdempotencyKey;

/// Key of one call: the expansion of `idempotency_key`.
///
/// Inside a keyed attempt it also marks its operation as running, until the call is dropped.
#[derive(Debug)]
pub struct CallKey {
    key: OnceLock<Result<IdempotencyKey, StopReason>>,
    guard: OnceLock<DerivedCallGuard>,
}

/// Text that an `idempotency_key` expression may evaluate to.
#[diagnostic::on_unimplemented(
    message = "an idempotency key is text, not `{Self}`",
    label = "this is not text",
    note = "write `.to_string()` behind it, or name a field that is a string"
)]
pub trait KeyText {
    #[doc(hidden)]
    fn text(&self) -> &str;
}

impl<T: AsRef<str> + ?Sized> KeyText for T {
    fn text(&self) -> &str {
        self.as_ref()
    }
}

impl CallKey {
    /// Creates a call's key from `text`.
    ///
    /// An invalid key ends the call before its first attempt with [`StopReason::InvalidKey`].
    pub fn new(text: &(impl KeyText + ?Sized)) -> Self {
        let key = IdempotencyKey::new(text.text()).map_err(|_| StopReason::InvalidKey);
        Self { key: key.into(), guard: OnceLock::new() }
    }

    /// Creates a key that is generated when the call begins.
    ///
    /// It is a UUID of version 7 from the operating system's randomness, or of version 8 derived from the key of the attempt
    /// around.
    pub const fn generate() -> Self {
        Self { key: OnceLock::new(), guard: OnceLock::new() }
    }

    /// Generates the key of a call of `operation` if it has none yet.
    ///
    /// # Errors
    ///
    /// The reason why the call cannot have a key.
    pub(crate) fn begin(&self, operation: &'static str) -> Result<(), StopReason> {
        let key = self.key.get_or_init(|| match CurrentKey::get() {
            None => Ok(IdempotencyKey::generate()),
            Some(current) => {
                let (key, guard) = current.derive(operation).ok_or(StopReason::ConcurrentKey)?;
                let _ = self.guard.set(guard);
                Ok(key)
            }
        });
        key.as_ref().map(|_| ()).map_err(|reason| *reason)
    }

    /// Returns the key of a call that has begun; `None` if it cannot have one.
    pub fn get(&self) -> Option<&IdempotencyKey> {
        self.key.get()?.as_ref().ok()
    }

    /// Wraps the body of an attempt so that it runs under the key.
    pub fn scope<F: Future>(&self, body: F) -> KeyScope<F> {
        current::scope(self.get().cloned(), body)
    }

    /// Runs the blocking body of an attempt under the key.
    pub fn scope_blocking<T>(&self, body: impl FnOnce() -> T) -> T {
        match self.get() {
            Some(key) => key.scope_blocking(body),
            None => body(),
        }
    }
}
