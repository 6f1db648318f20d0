//! Lines of calls whose retries wait for the tokens of a credit.
//!
//! The order of the calls is here, and how they are woken; `retry-core` decides who goes, who probes and who leaves.
//! There is a line only while a call waits: a budget at rest has none.

mod lines;
mod queue;
mod thread_waker;

pub(crate) use self::lines::{Waiting, first_attempt_failed, retry_ended, tokens_given};
pub(crate) use self::queue::Step;
#[cfg(feature = "storm")]
pub(crate) use self::queue::{Patience, Place, Queue};
pub(crate) use self::thread_waker::thread_waker;
