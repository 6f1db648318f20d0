//! An effect that is made once, whoever asks for it again.

mod build;
mod claim;
mod content;
pub(super) mod drive;
mod duplicates;
pub(super) mod fate;
mod interrupted;
pub(super) mod medium;
#[cfg(not(feature = "tokio"))]
mod missing;
mod refused;
mod run;
pub(super) mod settle;
mod steps;
#[cfg(feature = "tokio")]
mod tasks;
mod threads;
mod waiters;

pub use self::build::{Once, once};
pub use self::claim::{Claim, Completion};
pub use self::content::once_by_content;
pub use self::duplicates::{Duplicates, Flag, Merge, Reject, Replay};
pub use self::interrupted::{Check, CheckBlocking, Checked, Interrupted, InterruptedBlocking, Refuse, Rerun};
pub use self::refused::{FromRefused, Refused};
pub use self::steps::StepClaim;
