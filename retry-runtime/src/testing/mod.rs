//! Scopes of tests, and a clock for blocking functions (feature `testing`).
//!
//! Turn it on in `[dev-dependencies]`. The page [testing](crate::guide::testing) shows it in use.
//!
//! | in a scope | method |
//! |---|---|
//! | failures and answers of your own | [`Scope::fail`], [`Scope::answer`], [`operation!`](operation) |
//! | assertions with the timeline of what happened | [`Scope::assert`], [`Calls`], [`Scope::timeline`] |
//! | delays that pass at once | [`Scope::delays_of`], [`Scope::elapsed`], [`Scope::advance`], [`Scope::real_delays`] |
//! | settings | [`Scope::at_most`], [`Scope::seed`] |
//! | state that is fresh | [`Scope::reset`], [`Scope::breaker`], [`Scope::budget`], [`Scope::rate_limit`], [`Scope::report`] |
//!
//! The calls of an operation share a budget, and perhaps a circuit breaker and a rate limit, with everything else in the
//! process, and so with the other tests. Inside a [`scope`] all of it is fresh, and the report and the events are those of
//! the scope:
//!
//! ```
//! use retry_runtime::{retry, testing};
//!
//! #[retry(max_attempts = 3, backoff = none, retry_on = transient)]
//! fn read(answers: &mut Vec<std::io::Result<u32>>) -> std::io::Result<u32> {
//!     answers.pop().unwrap()
//! }
//!
//! let timeout = || Err(std::io::ErrorKind::TimedOut.into());
//!
//! // One test: three attempts, and the error of the last one.
//! {
//!     let _scope = testing::scope();
//!     assert!(read(&mut vec![timeout(), timeout(), timeout()]).is_err());
//! }
//! // Another one, which the retries of the first do not disturb.
//! {
//!     let _scope = testing::scope();
//!     assert_eq!(read(&mut vec![Ok(7), timeout(), timeout()]).unwrap(), 7);
//! }
//! ```
//!
//! # State of a scope
//!
//! | in the program | inside a scope |
//! |---|---|
//! | an annotated function, a place that calls [`call`](crate::call()) | a replica with the same name and settings: its own budget, counters and history |
//! | a static that an option names: `budget = SHOP`, `breaker = SHOP`, `rate_limit = SHOP` | a replica with the same settings: full, closed, unused |
//! | a reference to a static: `breaker = &SHOP`, `budget = &LIMITS.reads`, also of a `LazyLock` | a replica, as above |
//! | [`Keyed`](crate::Keyed) | keys of the scope's own, in calls and in `get` |
//! | any other expression: `breaker = self.breaker` | the value itself: it belongs to the test that created it |
//! | [`report`](crate::report()), [`page`](crate::page), [`metrics::publish`](crate::metrics::publish) | only the operations of the scope |
//! | [`events::subscribe`](crate::events::subscribe), `tracing`, `metrics` | unchanged: they receive the events of all scopes |
//! | [`Scope::subscribe`] | receives the events of the scope |
//! | [`random`](crate::random), and so jitter | numbers of the scope's own, from the same seed in each scope |
//! | the time of calls | moves on by the delays, which [pass at once](#time-of-a-scope) |
//! | [`TaskBudget`](crate::TaskBudget) | unchanged: it belongs to a task |
//!
//! A reference to a static is one that the attribute sees: `&`, a path whose last name is in capitals, and perhaps fields of
//! it. A client whose field holds a reference to a static uses the static itself; give the client of a test a value of its own.
//!
//! `SHOP.state()` reads the static itself, which calls in the scope do not use. [`Scope::breaker`], [`Scope::budget`] and
//! [`Scope::rate_limit`] return the replica.
//!
//! # Reach of a scope
//!
//! A scope holds on the thread that entered it, or in the future that [`Scope::run_async`] returns. Tasks that a tokio
//! runtime polls on the same thread are inside too. Into tasks of a multi-threaded runtime, and into other threads, it
//! travels with [`propagate`](crate::propagate) and [`propagate_blocking`](crate::propagate_blocking), or by a clone of the
//! [`Scope`]. A call belongs to the scope in which it began, wherever its later attempts run.
//!
//! # Time of a scope
//!
//! A delay in a scope passes at once, after other tasks had their turn; so does a wait in line or for a rate limit. What was
//! skipped is added to the clock of the call's driver, so that deadlines, breakers and rate limits see time pass. Each flow of
//! code has its own sum: calls that are joined or run in other tasks and threads wait side by side. A call begins at the latest
//! time that the scope has reached. The delay of a hedge passes with the time of the first attempt, by delays inside it or by
//! the clock, and each of the two attempts then has its own sum. An [`Attempt`](crate::Attempt) sees this time; the body's own clocks and timers, and the
//! timer of an attempt timeout, do not. If a test has paused its clock by [`pause`], that clock moves too. A driver of your own
//! takes part if it reads the system's clock.
//!
//! # Costs
//!
//! Outside of a scope, the feature costs a call some reads of thread-locals, and 32 bytes of each future. A scope leaks what calls in it use, about two
//! kilobytes per operation and six more for one that fails, because a call may still run when its test ends. That is for
//! tests; do not enable the feature in a release build.

mod assertion;
mod handle;
mod operation_name;
pub(crate) mod scoped;
mod script;
mod settings;

pub use self::assertion::Calls;
pub use self::handle::{EnteredScope, Scope, scope};
#[doc(inline)]
pub use self::operation_name::operation;
pub use self::operation_name::{OperationName, OperationPath};
pub use crate::calls::env::paused::{Paused, clock_reads, pause};
