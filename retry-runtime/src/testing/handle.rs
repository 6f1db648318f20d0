//! Handle of a scope, and the guard that enters it.

use core::fmt;
use core::ops::Deref;
use std::sync::Arc;

use crate::calls::{Fresh, replica};
use crate::events::Event;
use crate::observe::subscribe;
#[cfg(feature = "report")]
use crate::report::{Report, report};
use crate::test_scope::{Entry, ScopeState, current};
use crate::{AsBreaker, AsBudget, AsRateLimit, Breaker, Budget, Operation, RateLimit};

/// Enters a new scope on this thread, until the guard is dropped.
///
/// Bind it to a variable, at the start of a test: `let scope = testing::scope();`.
///
/// ```
/// use retry_runtime::breaker::State;
/// use retry_runtime::{Breaker, retry, testing};
///
/// static SHOP: Breaker = Breaker::new().window_calls(4).minimum_calls(2);
///
/// #[retry(max_attempts = 2, backoff = none, retry_on = transient, breaker = SHOP)]
/// fn stock() -> std::io::Result<u32> {
///     Err(std::io::ErrorKind::TimedOut.into())
/// }
///
/// let scope = testing::scope();
/// assert!(stock().is_err());
/// assert_eq!(scope.breaker(&SHOP).state(), State::Open);
/// assert_eq!(SHOP.state(), State::Closed, "the static itself is not used");
/// ```
#[must_use = "the scope ends when its guard is dropped; write `let _scope = ..`"]
pub fn scope() -> EnteredScope {
    let mut entered = Scope::new().enter();
    entered.checks_scripts = true;
    entered
}

/// State of one test: fresh budgets, breakers, rate limits, report and events.
///
/// Clones are the same scope, and may enter it on other threads. A scope inside a scope hides the outer one.
#[derive(Clone)]
pub struct Scope {
    pub(super) state: Arc<ScopeState>,
}

impl Scope {
    /// Creates a scope, and does not enter it.
    #[must_use]
    pub fn new() -> Self {
        Self { state: ScopeState::new() }
    }

    /// Returns the innermost scope that the running code is in, if it is in one.
    #[must_use]
    pub fn current() -> Option<Self> {
        current().map(|state| Self { state })
    }

    /// Enters the scope on this thread, until the guard is dropped.
    #[must_use = "the scope ends when its guard is dropped; write `let _scope = ..`"]
    pub fn enter(&self) -> EnteredScope {
        EnteredScope { checks_scripts: false, entry: Some(Entry::new(self.state.clone())), scope: self.clone() }
    }

    /// Runs `body` in the scope.
    ///
    /// ```
    /// use retry_runtime::testing::Scope;
    ///
    /// let scope = Scope::new();
    /// let worker = scope.clone();
    /// std::thread::spawn(move || worker.run(|| assert!(Scope::current().is_some()))).join().unwrap();
    /// assert!(Scope::current().is_none());
    /// ```
    pub fn run<T>(&self, body: impl FnOnce() -> T) -> T {
        let _entry = Entry::new(self.state.clone());
        body()
    }

    /// Makes everything in the scope fresh again, for calls that begin from now on.
    ///
    /// Subscribers stay. A call that is under way ends with the state in which it began, and is not in the new report.
    /// Replicas that were returned before belong to the time before. Settings stay, and the random numbers begin again.
    ///
    /// # Panics
    ///
    /// If a script was not used, as at the end of the scope.
    ///
    /// ```
    /// use retry_runtime::{Budget, retry, testing};
    ///
    /// static SHOP: Budget = Budget::credit();
    ///
    /// #[retry(max_attempts = 3, backoff = none, retry_on = transient, budget = SHOP)]
    /// fn stock() -> std::io::Result<u32> {
    ///     Err(std::io::ErrorKind::TimedOut.into())
    /// }
    ///
    /// let scope = testing::scope();
    /// let full = scope.budget(&SHOP).to_string();
    /// for _ in 0..3 {
    ///     assert!(stock().is_err());
    ///     scope.reset();
    ///     assert_eq!(scope.budget(&SHOP).to_string(), full);
    /// }
    /// ```
    #[track_caller]
    pub fn reset(&self) {
        self.assert_scripts_used();
        self.state.reset();
    }

    /// Returns the report of the calls in the scope.
    ///
    /// It counts from the start of the scope, or from its last [`reset`](Self::reset).
    ///
    /// ```
    /// use retry_runtime::{retry, testing};
    ///
    /// #[retry(backoff = none, retry_on = transient, name = "shop::stock")]
    /// fn stock() -> std::io::Result<u32> {
    ///     Ok(3)
    /// }
    ///
    /// stock()?;
    /// let scope = testing::scope();
    /// stock()?;
    /// assert_eq!(scope.report().operation("shop::stock").unwrap().calls, 1);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[cfg(feature = "report")]
    #[must_use]
    pub fn report(&self) -> Report {
        self.run(report)
    }

    /// Calls `subscriber` with every event of the scope.
    ///
    /// It stays as long as there is a handle of the scope. It runs on the thread of the event, before the call goes on, and after the subscribers of the process.
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use retry_runtime::events::EventKind;
    /// use retry_runtime::{Class, retry, testing};
    ///
    /// #[retry(max_attempts = 2, backoff = none, retry_on = transient)]
    /// fn stock() -> std::io::Result<u32> {
    ///     Err(std::io::ErrorKind::TimedOut.into())
    /// }
    ///
    /// let scope = testing::scope();
    /// let (sender, events) = mpsc::channel();
    /// scope.subscribe(move |event| sender.send(*event).unwrap());
    /// assert!(stock().is_err());
    /// drop(scope);
    /// let failed = |kind| matches!(kind, EventKind::AttemptFailed { class: Class::Timeout, .. });
    /// assert_eq!(events.iter().filter(|event| failed(event.kind())).count(), 2);
    /// ```
    pub fn subscribe(&self, subscriber: impl Fn(&Event) + Send + Sync + 'static) {
        subscribe::subscribe_in(&self.state, Arc::new(subscriber));
    }

    /// Returns the scope's replica of an operation that is a static of your own.
    #[must_use]
    pub fn operation(&self, operation: &'static Operation) -> &'static Operation {
        operation.replica(self.state.generation())
    }

    /// Returns the scope's replica of a static breaker.
    ///
    /// Read its state in an assertion, or force it open or closed. Calls in the scope use it if their option names the static.
    ///
    /// ```
    /// use retry_runtime::{Breaker, Stopped, retry, testing};
    ///
    /// static SHOP: Breaker = Breaker::new();
    ///
    /// #[retry(retry_on = transient, breaker = SHOP)]
    /// fn stock() -> std::io::Result<u32> {
    ///     Ok(3)
    /// }
    ///
    /// let scope = testing::scope();
    /// scope.breaker(&SHOP).force_open();
    /// assert!(stock().is_err());
    /// scope.reset();
    /// assert!(stock().is_ok());
    /// ```
    #[must_use]
    pub fn breaker<B: AsBreaker + ?Sized>(&self, breaker: &'static B) -> &'static Breaker {
        self.replica(breaker.as_breaker())
    }

    /// Returns the scope's replica of a static budget.
    ///
    /// Calls in the scope use it if their option names the static.
    #[must_use]
    pub fn budget<B: AsBudget + ?Sized>(&self, budget: &'static B) -> &'static Budget {
        self.replica(budget.as_budget())
    }

    /// Returns the scope's replica of a static rate limit.
    ///
    /// Calls in the scope use it if their option names the static.
    #[must_use]
    pub fn rate_limit<L: AsRateLimit + ?Sized>(&self, limit: &'static L) -> &'static RateLimit {
        self.replica(limit.as_rate_limit())
    }

    fn replica<T: Fresh + Send + Sync>(&self, original: &'static T) -> &'static T {
        replica(self.state.generation(), original)
    }
}

impl Default for Scope {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Scope").finish_non_exhaustive()
    }
}

/// Scope that this thread is in: returned by [`scope`] and [`Scope::enter`].
///
/// The thread leaves the scope when this is dropped. It dereferences to the [`Scope`].
#[derive(Debug)]
pub struct EnteredScope {
    scope: Scope,
    entry: Option<Entry>,
    /// True for the guard of [`scope`], whose end is that of the test.
    checks_scripts: bool,
}

/// Leaves the scope.
///
/// # Panics
///
/// If the guard is that of [`scope`] and a script was not used, unless the thread panics already.
impl Drop for EnteredScope {
    fn drop(&mut self) {
        drop(self.entry.take());
        if self.checks_scripts && !std::thread::panicking() {
            self.scope.assert_scripts_used();
        }
    }
}

impl Deref for EnteredScope {
    type Target = Scope;

    fn deref(&self) -> &Scope {
        &self.scope
    }
}
