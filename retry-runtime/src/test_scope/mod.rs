//! Scopes of tests (feature `testing`).
//!
//! This floor has the scope that the running code is in, and the state that is fresh inside it.
//!
//! Operations, budgets, breakers and rate limits are statics of a program. Inside a scope a call uses replicas of them,
//! which are found by the address of the static. Only a `&'static` has a replica: its address is never that of another
//! value of the type. The owner of any other value decides when it is fresh.
//!
//! ```text
//! thread  -- stack of entries -->  ScopeState  -- generation -->  Generation -- replicas, list of operations
//!                                      ^  subscribers                 |
//!                                      +------------ weak ------------+
//! ```

pub(crate) mod clock;
mod flow;
pub(crate) mod race;
pub(crate) mod record;
pub(crate) mod script;
mod stack;
mod state;

pub(crate) use self::stack::{Entry, current, current_generation, is_entered};
pub(crate) use self::state::{Generation, ScopeState};
