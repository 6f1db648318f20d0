//! The context of the running attempt: deadline, nesting, and frames.
//!
//! A thread has one context word, which is set only while an attempt runs, and a stack of frames for what a word cannot
//! hold. An async attempt sets the word in each poll, restores the old one afterwards and saves its own, so the context is
//! right across `.await`, `join!`, `select!` and threads.

mod context_word;
mod current;
mod frame;
mod isolated;
mod propagate;
mod propagation;
mod scope;
mod stack;
mod task_budget;

pub(crate) use self::context_word::{has_frames, is_plain};
pub(crate) use self::current::{
    enclosing_call, give_up, is_inside_retry, isolated, refund_retry, refund_retry_of, running_attempt, succeed,
    take_retry,
};
pub(crate) use self::frame::Frame;
pub(crate) use self::isolated::Isolated;
pub use self::propagate::{Propagated, propagate, propagate_blocking};
#[cfg(feature = "tower")]
pub(crate) use self::propagation::ServerContext;
pub use self::propagation::{Outgoing, Serving, serve};
pub(crate) use self::scope::SavedContext;
pub(crate) use self::scope::{AttemptScope, ContextExit, NestedCalls};
pub(crate) use self::stack::innermost;
pub use self::task_budget::{TaskBudget, TaskBudgetScope};
