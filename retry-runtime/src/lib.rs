//! Retries that are bounded, spread out and visible.
#![no_std]

#[cfg(feature = "std")]
extern crate std;

mod classify;
mod outcome;
mod stopped;

pub use retry_core::{
    Backoff, Class, Classes, Decision, Failure, InvalidPolicy, Jitter, Policy, PolicyBuilder, Progress, StopReason,
};

pub use crate::classify::Classify;
pub use crate::outcome::{Missing, Outcome};
pub use crate::stopped::{FromStopped, Stopped};
