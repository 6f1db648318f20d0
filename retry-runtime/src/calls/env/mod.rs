//! The environment of calls: time, randomness, and the kind of thread.

pub(crate) mod clock;
pub mod random;
#[cfg(feature = "events")]
pub(crate) mod runtime_detect;
#[cfg(feature = "test-util")]
pub mod test_util;
