//! [`once`]: makes an effect once, however often it is requested.
//!
//! The options of a call are types: [`Interrupted`] chooses how an interrupted key continues ([`Refuse`], [`Rerun`],
//! [`Check`], [`CheckBlocking`]), and [`Duplicates`] what a finished key returns ([`Replay`], [`Reject`], [`Merge`],
//! [`Flag`]).

mod builder;
mod by_content;
mod duplicates;
mod execute;
#[cfg(not(feature = "tokio"))]
mod feature_stubs;
mod interrupted;
mod run;
mod step_claim;

pub use self::builder::{Once, once};
pub use self::by_content::once_by_content;
pub use self::duplicates::{Duplicates, Flag, Merge, Reject, Replay};
#[cfg(not(feature = "tokio"))]
pub use self::feature_stubs::NeedsTokio;
pub use self::interrupted::{Check, CheckBlocking, Checked, Interrupted, InterruptedBlocking, Refuse, Rerun};
pub use self::step_claim::StepClaim;
