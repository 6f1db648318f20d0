//! Settings of a scope: delays, random numbers, and the most attempts of a call.

use core::time::Duration;
use std::string::{String, ToString};
use std::vec::Vec;

use crate::test_scope::clock;
use crate::test_scope::record::Timeline;
use crate::testing::handle::Scope;
use crate::testing::operation_name::{OperationName, found};

impl Scope {
    /// Lets delays take their time, by the timer of their driver.
    ///
    /// Otherwise they pass at once, and only the [time of the scope](crate::testing#time-of-a-scope) moves. Write it in a
    /// test that measures tokio's paused clock, or whose code has a timeout of its own around a call.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
    /// use core::time::Duration;
    /// use retry_runtime::{retry, testing};
    ///
    /// #[retry(max_attempts = 2, backoff = fixed(5s), jitter = none, retry_on = transient)]
    /// async fn stock() -> std::io::Result<u32> {
    ///     Err(std::io::ErrorKind::TimedOut.into())
    /// }
    ///
    /// // In a test: #[tokio::test(start_paused = true)]
    /// let scope = testing::scope();
    /// scope.real_delays();
    /// assert!(tokio::time::timeout(Duration::from_secs(1), stock()).await.is_err());
    /// # });
    /// ```
    pub fn real_delays(&self) {
        self.state.keep_delays();
    }

    /// Limits each call to `max_attempts` attempts, the first included.
    ///
    /// A policy that allows fewer stays as it is.
    ///
    /// # Panics
    ///
    /// If `max_attempts` is 0.
    ///
    /// ```
    /// use retry_runtime::{StopReason, retry, testing};
    ///
    /// #[retry(max_attempts = 9, retry_on = transient, name = "shop::stock")]
    /// fn stock() -> std::io::Result<u32> {
    ///     Err(std::io::ErrorKind::TimedOut.into())
    /// }
    ///
    /// let scope = testing::scope();
    /// scope.at_most(2);
    /// assert!(stock().is_err());
    /// scope.assert("shop::stock").attempts(2).gave_up(StopReason::Attempts);
    /// ```
    #[track_caller]
    pub fn at_most(&self, max_attempts: u32) {
        assert!(max_attempts > 0, "`at_most(0)` allows no attempt; write at least 1, which is the first");
        self.state.limit_attempts(max_attempts);
    }

    /// Sets the seed of the scope's random numbers, and so of its jitter.
    ///
    /// Each scope begins with the same seed: the delays of a test are the same in each run, unless calls run at the same
    /// time.
    ///
    /// ```
    /// use retry_runtime::{retry, testing};
    ///
    /// #[retry(max_attempts = 4, retry_on = transient, name = "shop::stock")]
    /// fn stock() -> std::io::Result<u32> {
    ///     Err(std::io::ErrorKind::TimedOut.into())
    /// }
    ///
    /// let delays = |seed| {
    ///     let scope = testing::scope();
    ///     scope.seed(seed);
    ///     assert!(stock().is_err());
    ///     scope.delays_of("shop::stock")
    /// };
    /// assert_eq!(delays(7), delays(7));
    /// assert_ne!(delays(7), delays(8));
    /// ```
    pub fn seed(&self, seed: u64) {
        self.state.seed(seed);
    }

    /// Returns the planned delays of an operation's calls, with their jitter.
    ///
    /// They are in the order of the calls, those of one call after the other. A delay that a cancellation cut is among
    /// them.
    ///
    /// # Panics
    ///
    /// If there is no such operation.
    #[track_caller]
    #[must_use]
    pub fn delays_of(&self, operation: impl OperationName) -> Vec<Duration> {
        let records = &self.state.generation().records;
        records.of(found(operation, records)).iter().flat_map(|call| call.delays()).collect()
    }

    /// Returns the time that delays in the scope have skipped.
    ///
    /// Calls that waited at the same time have waited once.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.run(clock::latest)
    }

    /// Moves the time of the scope, for example until a breaker is half-open.
    ///
    /// Calls that run on other threads or in other tasks do not notice.
    ///
    /// ```
    /// use core::time::Duration;
    /// use retry_runtime::breaker::State;
    /// use retry_runtime::{Breaker, Stopped, retry, testing};
    ///
    /// static SHOP: Breaker = Breaker::consecutive(2).open_for(Duration::from_secs(60));
    ///
    /// #[retry(max_attempts = 2, retry_on = transient, breaker = SHOP, name = "shop::stock")]
    /// fn stock() -> std::io::Result<u32> {
    ///     Ok(3)
    /// }
    ///
    /// let scope = testing::scope();
    /// let timeout = || std::io::Error::from(std::io::ErrorKind::TimedOut);
    /// scope.fail("shop::stock", [timeout(), timeout()]);
    /// assert!(stock().is_err());
    /// assert_eq!(scope.breaker(&SHOP).state(), State::Open);
    /// scope.advance(Duration::from_secs(600));
    /// assert_eq!(stock().unwrap(), 3);
    /// ```
    pub fn advance(&self, by: Duration) {
        clock::advance(&self.state, retry_core::units::from(by));
    }

    /// Returns what every call of the scope did, as assertions print it.
    #[must_use]
    pub fn timeline(&self) -> String {
        let records = &self.state.generation().records;
        let mut names: Vec<_> = records.all().iter().map(|call| call.operation()).collect();
        names.sort_unstable();
        names.dedup();
        names.into_iter().map(|operation| Timeline { operation, calls: records.of(operation) }.to_string()).collect()
    }

    /// Injects the faults of `plan` into the calls of the scope, and `None` no longer.
    ///
    /// The plan that is active in the process does not reach into scopes.
    ///
    /// # Errors
    ///
    /// The same as those of [`chaos::start`](crate::chaos::start), without the conditions of the environment.
    #[cfg(feature = "chaos")]
    pub fn chaos(&self, plan: impl Into<Option<crate::chaos::Plan>>) -> Result<(), crate::chaos::ChaosError> {
        let plan = plan.into().map(crate::chaos::Plan::active).transpose()?;
        self.state.set_chaos(plan);
        Ok(())
    }
}
