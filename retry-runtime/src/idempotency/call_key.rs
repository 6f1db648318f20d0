//! The key of one call, as the attribute prints it.

use std::sync::OnceLock;

use retry_core::StopReason;

use crate::idempotency::Key;
use crate::idempotency::around::{self, Around, During, Running};

/// The key of one call: what `idempotency_key` prints. It lives as long as the call, and so does its place among the calls
/// of its operation inside a keyed attempt.
#[derive(Debug)]
pub struct CallKey {
    key: OnceLock<Result<Key, StopReason>>,
    running: OnceLock<Running>,
}

/// What can be a key.
#[diagnostic::on_unimplemented(
    message = "an idempotency key is text, not `{Self}`",
    label = "this is no text",
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
    /// The key that an expression gives. One that is empty, longer than 255 characters or not printable ASCII ends the call
    /// before its first attempt, for [`StopReason::InvalidKey`].
    #[allow(clippy::needless_pass_by_value)] // the attribute hands over a borrow
    pub fn of(text: impl KeyText) -> Self {
        let key = Key::new(text.text()).map_err(|_| StopReason::InvalidKey);
        Self { key: key.into(), running: OnceLock::new() }
    }

    /// A key of the call's own: a version-7 UUID, or inside an attempt with a key one that is derived from that.
    pub const fn generate() -> Self {
        Self { key: OnceLock::new(), running: OnceLock::new() }
    }

    /// The key of a call of this operation, or why it can have none.
    pub(crate) fn begin(&self, operation: &'static str) -> Result<(), StopReason> {
        let made = self.key.get_or_init(|| match Around::here() {
            None => Ok(Key::generate()),
            Some(around) => {
                let (key, running) = around.derive(operation).ok_or(StopReason::ConcurrentKey)?;
                let _ = self.running.set(running);
                Ok(key)
            }
        });
        made.as_ref().map(|_| ()).map_err(|reason| *reason)
    }

    /// The key, once the call has begun; `None` where it can have none.
    pub fn get(&self) -> Option<&Key> {
        self.key.get()?.as_ref().ok()
    }

    /// Runs the body of an attempt under the key.
    pub fn during<F: Future>(&self, body: F) -> During<F> {
        around::during(self.get().cloned(), body)
    }

    /// As [`during`](Self::during), for a blocking body.
    pub fn during_blocking<T>(&self, body: impl FnOnce() -> T) -> T {
        match self.get() {
            Some(key) => key.during_blocking(body),
            None => body(),
        }
    }
}
