//! An effect that is made once, whoever asks for it again.

mod build;
mod claim;
mod content;
mod drive;
mod duplicates;
mod fate;
mod interrupted;
mod medium;
mod refused;
mod run;
mod settle;
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
