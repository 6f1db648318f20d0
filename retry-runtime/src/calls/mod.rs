//! Calls as they run: the drivers, what they own (clock, chance, wait), and what they tell the body and the hooks.

mod attempt;
mod call;
mod clock;
mod context;
mod driver;
mod expression;
mod hook;
mod judge;
mod operation;
pub mod random;
#[cfg(feature = "test-util")]
pub mod test_util;
mod track;
mod waits;

pub use self::attempt::Attempt;
pub use self::call::{Call, Ran};
pub use self::driver::*;
pub use self::expression::*;
pub use self::hook::{Failed, HookResult, Step};
pub use self::judge::{ByClass, ByQuestion, Ended, Judge};
pub use self::operation::Operation;
pub use self::track::{Begun, Cuttable, Track, Untracked};
pub use self::waits::Waits;
