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

/// Returns a handle that waits for the keys that this process still ends.
///
/// A call whose future was dropped after its body had ended records the result in a task of its own. The same is done for a
/// claim that has to be taken back.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// retry_idempotency::once::drain().wait().await; // after the server has stopped
/// # });
/// ```
#[cfg(feature = "tokio")]
pub fn drain() -> crate::session::Drain {
    crate::session::Drain::process().clone()
}
