//! The environment of calls: time, randomness, and the kind of thread.

pub(crate) mod clock;
#[cfg(feature = "testing")]
pub(crate) mod paused;
pub mod random;
#[cfg(feature = "events")]
pub(crate) mod runtime_detect;
