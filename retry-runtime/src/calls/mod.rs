//! Calls as they run: the drivers, what they own (clock, chance, wait), and what they tell the body and the hooks.

mod attempt;
mod between;
mod call;
mod carry;
pub(crate) mod clock;
mod context;
mod decided;
mod driver;
mod expression;
mod held;
mod hook;
mod judge;
#[cfg(feature = "idempotency-key")]
pub(crate) mod key;
#[cfg(feature = "governor")]
mod limit;
mod missing;
mod node;
mod of;
mod operation;
mod place;
pub mod random;
mod source;
#[cfg(feature = "test-util")]
pub mod test_util;
mod track;
mod waits;
#[cfg(feature = "events")]
mod worker;

pub use self::attempt::Attempt;
#[cfg(feature = "tower")]
pub(crate) use self::between::Served;
pub use self::between::{Outgoing, Serving, serve};
pub use self::call::Call;
pub use self::carry::{Carried, Scoped, TaskBudget, carry, carry_blocking};
pub use self::driver::*;
pub use self::expression::*;
pub use self::held::Purse;
pub use self::hook::{Decided, HookFuture, HookResult, Ran};
pub use self::judge::{ByClass, ByQuestion, Ended, Judge};
#[cfg(feature = "governor")]
pub use self::limit::RateLimit;
#[cfg(not(feature = "tokio"))]
pub use self::missing::NeedsDriver;
#[cfg(not(feature = "idempotency-key"))]
pub use self::missing::{CallKey as CallKeyStub, NeedsIdempotency};
#[cfg(not(feature = "governor"))]
pub use self::missing::{NeedsGovernor, RateLimit};
pub use self::of::{Fails, Of};
pub use self::operation::Operation;
pub use self::source::AsBudget;
pub use self::track::{Begun, Track, Tracked, Untracked};
pub use self::waits::Waits;
