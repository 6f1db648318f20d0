//! Session: one use of a key, from its claim to its completion.
//!
//! `once` and the HTTP layer are built on it.
//!
//! ```text
//! Session::open ---> Opened::Finished(record)         the caller replays it
//!              \---> Opened::Running(Running)         Running::hold runs the body while a heartbeat extends the lease;
//!                                                     then finish, forget or release, by the failure policy
//! ```
//!
//! The rules are written once, for async tasks and for threads: [`StoreHandle`] asks the store in either way.

mod background;
mod blocking;
mod claim;
#[cfg(feature = "tokio")]
mod drain;
mod ending;
mod error;
mod failure_policy;
mod finish;
#[cfg(feature = "tokio")]
mod heartbeat_async;
mod heartbeat_blocking;
mod lease;
mod nesting;
mod open;
mod replay_event;
mod store_handle;
mod waiters;

pub(crate) use self::background::{OnDrop, Purpose, settle};
pub(crate) use self::blocking::poll_once;
pub use self::claim::{Claim, Completion};
#[cfg(feature = "tokio")]
pub use self::drain::Drain;
#[cfg(feature = "axum")]
pub(crate) use self::drain::{Entered, HasDrain};
pub(crate) use self::ending::{End, Ending};
pub use self::error::{FromOnceError, OnceError};
pub(crate) use self::failure_policy::Mode;
pub(crate) use self::finish::Running;
pub(crate) use self::open::{Opened, Session};
pub(crate) use self::replay_event::{Replayer, key_replayed};
pub(crate) use self::store_handle::StoreHandle;
