//! The environment of calls: clock, randomness, the test clock, and the detection of async runtimes.

pub(crate) mod clock;
pub mod random;
#[cfg(feature = "events")]
pub(crate) mod runtime_detect;
#[cfg(feature = "test-util")]
pub mod test_util;
