//! Clock, chance and wait: what the decision core is given.

mod blocking;
#[cfg(feature = "tokio")]
mod future;
#[cfg(not(feature = "tokio"))]
mod missing;
#[cfg(feature = "tokio")]
mod tokio;

use retry_core::{Failure, Policy, Progress};

pub use self::blocking::{Blocking, IsCancelled, Uncancelled};
#[cfg(feature = "tokio")]
pub use self::future::{AsyncDriver, Waiting};
#[cfg(not(feature = "tokio"))]
pub use self::missing::{NeedsDriver, NoDriver};
#[cfg(feature = "tokio")]
pub use self::tokio::{Cancel, Tokio};

/// Clock and chance of a call.
pub trait Driver {
    /// Monotonic time, in nanoseconds since one moment of this process.
    fn now() -> u64;

    /// What follows a failed attempt: the nanoseconds to wait, or `u64::MAX` to stop. Cold and not generic, so that a
    /// function's own code holds nothing but 'is it `Ok`?'.
    #[doc(hidden)]
    fn failed(progress: &mut Progress, policy: &Policy, failure: &Failure) -> u64;
}
