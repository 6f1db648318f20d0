//! A call: one invocation of an operation, from its first attempt to its outcome.
//!
//! ```text
//! asynchronous, blocking     methods that an expansion or a loop of its own calls
//! futures/                   attempt and wait as futures, over any async driver
//! stepwise                   attempt, decision, hook and wait as separate steps
//! start                      the start of a retry whose delay is over, and its wait in line
//! transition                 the decision after an attempt, the same for every driver
//! retry_budget               limits that a retry must pass
//! limited                    data of a call with a rate limit, a pace or a concurrency limit
//! hedged                       second attempt that joins a slow first one
//! no_state, state, permits   data that a call keeps between attempts, and holds of shared limits
//! probe, injection           record of a call, and outcomes that replace its attempts (features `testing`, `chaos`)
//! ```

mod asynchronous;
mod blocking;
mod classifier;
mod feature_stubs;
mod futures;
mod hedged;
mod hooks;
mod injection;
mod limited;
mod no_state;
mod options;
mod permits;
mod probe;
mod retry_budget;
mod stale;
mod start;
mod state;
mod stepwise;
mod transition;

cfg_default_runtime! {
    mod on_default;
}
#[cfg(all(target_family = "wasm", target_os = "unknown", not(target_feature = "atomics")))]
mod no_threads;
cfg_threads! {
    mod on_thread;
}
cfg_no_runtime! {
    mod no_runtime;

    pub use self::no_runtime::NeedsDriver;
}

use core::fmt;
use core::marker::PhantomData;

use retry_core::internal::Span;
use retry_core::{Moment, Progress, TimedPolicy};

pub use self::classifier::AttemptResult;
#[cfg(not(feature = "idempotency-key"))]
pub use self::feature_stubs::CallKey;
pub use self::hedged::{HedgedAttempt, HedgedContext};
pub use self::hooks::{HookFuture, HookResult};
use self::no_state::NoState;
use self::probe::Probe;
pub use self::stale::{stale_key, stale_key_async};
use self::state::CallState;
pub use self::stepwise::{AttemptDecision, FinishedAttempt};
use crate::calls::attempt::Attempt;
use crate::calls::context;
use crate::calls::driver::Driver;
use crate::calls::operation::Operation;
use crate::outcome::Outcome;

/// One invocation of an operation by its caller.
///
/// `R` is the type that an attempt returns, `D` the driver, and `T` the data that the call keeps between attempts. The
/// attribute prints all uses of it; read the methods as the expansion of a function.
pub struct Call<R, D, T = NoState> {
    operation: &'static Operation,
    /// Position of the call, if there is anything to keep.
    ///
    /// There is if the call has a deadline or a context, or if its first attempt was not an immediate success. Most
    /// calls are over before.
    progress: Option<Progress>,
    driver: D,
    state: T,
    probe: Probe<R>,
    outcome: PhantomData<fn() -> R>,
}

impl<R, D: Driver + Default> Call<R, D> {
    /// Begins a call with the policy of its operation.
    #[inline]
    pub(crate) fn begin(operation: &'static Operation) -> Self {
        let operation = operation.in_scope();
        let probe = Probe::begin(operation);
        let state = NoState::new(operation, D::now);
        if !state.policy_in_use(operation).deadline_span().is_never() | !context::is_plain() {
            return Self::begin_in_context(operation, state, probe);
        }
        Self { operation, progress: None, driver: D::default(), state, probe, outcome: PhantomData }
    }

    /// Begins a call that has a deadline, or is inside the attempt of another call.
    #[cold]
    #[inline(never)]
    fn begin_in_context(operation: &'static Operation, state: NoState, probe: Probe<R>) -> Self {
        let progress = Some(progress_until(state.policy_in_use(operation).deadline_span(), D::now));
        Self { operation, progress, driver: D::default(), state, probe, outcome: PhantomData }
    }
}

/// Returns the progress of a call that begins now.
///
/// The call ends after `length`, or with the call around it.
#[cold]
fn progress_until(length: Span, now: fn() -> Moment) -> Progress {
    let (outer, seen) = context::enclosing_call();
    let end = if length.is_never() { outer } else { now().plus(length).min(outer) };
    Progress::new().with_give_ups_before(seen).with_deadline(end)
}

/// Returns the progress of a call whose first attempt has begun.
const fn first_attempt() -> Progress {
    let mut progress = Progress::new();
    progress.begin_attempt();
    progress
}

impl<R, D, T> Call<R, D, T> {
    /// Returns the operation of the call.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    fn progress(&self) -> &Progress {
        self.progress.as_ref().unwrap_or(const { &Progress::new() })
    }

    /// Returns the progress of a call whose first attempt has begun, to change it.
    fn progress_mut(&mut self) -> &mut Progress {
        self.progress.get_or_insert_with(first_attempt)
    }

    fn with_driver<E>(self, driver: E) -> Call<R, E, T> {
        let Self { operation, progress, state, probe, .. } = self;
        Call { operation, progress, driver, state, probe, outcome: PhantomData }
    }

    fn map_state<S>(self, change: impl FnOnce(T) -> S) -> Call<R, D, S> {
        let Self { operation, progress, driver, state, probe, .. } = self;
        Call { operation, progress, driver, state: change(state), probe, outcome: PhantomData }
    }
}

impl<R: Outcome, D: Driver, T: CallState<R>> Call<R, D, T> {
    /// Returns the policy of the call.
    #[inline]
    pub fn policy(&self) -> &TimedPolicy {
        self.state.policy(self.operation)
    }

    /// Describes the attempt that begins next, for its body.
    pub fn context(&self) -> Attempt {
        let timeout = self.state.attempt_timeout();
        let cut = if timeout.is_never() { Moment::NEVER } else { D::now().plus(timeout) };
        let mut attempt = self.describe(self.progress().attempt().saturating_add(1), Span::ZERO);
        attempt.until = attempt.until.min(cut);
        attempt
    }

    /// Describes the last attempt of a call that has ended, for `fallback`.
    pub fn ended(&self) -> Attempt {
        self.describe(self.progress().attempt(), Span::ZERO)
    }

    fn describe(&self, number: u32, next_delay: Span) -> Attempt {
        let progress = self.progress();
        Attempt {
            number,
            max_attempts: self.policy().attempt_limit().min(self.operation.max_attempts_in_scope()),
            last_class: progress.last_class(),
            start_time: self.state.start_time(),
            until: progress.deadline(),
            clock: D::now,
            next_delay,
            stop_reason: progress.stop_reason(),
            budget_denial: progress.budget_denial(),
            #[cfg(feature = "idempotency-key")]
            key: self.state.key(),
        }
    }
}

impl<R, D, T> fmt::Debug for Call<R, D, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Call")
            .field("operation", &self.operation.name())
            .field("progress", self.progress())
            .finish_non_exhaustive()
    }
}
