//! The ways to retry that are compared.

use std::time::Duration;

use retry_runtime::{Backoff, Breaker, Budget, Classes, Jitter, TimedPolicy};

use crate::model::{Instance, Operation, RetryBudget};
use crate::time::{MILLISECOND, SECOND};

/// Retry setup of every service.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) name: &'static str,
    max_attempts: u32,
    backoff: Backoff,
    jitter: Jitter,
    timeouts: Timeouts,
    /// Each process has the budget that an operation has by default.
    budget: bool,
    /// Per process.
    breaker: Option<fn() -> Breaker>,
    /// Budget for retries at an instance of the leaf.
    pub(crate) allowance: Option<fn() -> Budget>,
    /// Requests carry the deadline of the call from outside, and abandoned requests are dropped.
    pub(crate) carries: bool,
    /// Errors carry a mark when the sender's own operation gave up, and callers obey it.
    pub(crate) marks: bool,
}

/// The ends of the attempts of front, b, c and leaf.
#[derive(Clone, Copy, Debug)]
enum Timeouts {
    /// 1 s each.
    Equal,
    /// 4 s, 2.5 s, 1.2 s and 250 ms.
    ShorterInward,
}

/// The policy that `#[retry(retry_on = transient)]` gives.
const MADE: TimedPolicy = TimedPolicy::new().retry_on(Classes::new().transient());

/// One attempt and nothing else: what retries are measured against.
pub(crate) const ONE_ATTEMPT: Setup = Setup { name: "one attempt", max_attempts: 1, ..NAIVE };

/// A loop as people write it: four attempts, at once.
pub(crate) const NAIVE: Setup = Setup {
    name: "naive",
    max_attempts: 4,
    backoff: Backoff::none(),
    jitter: Jitter::none(),
    timeouts: Timeouts::Equal,
    budget: false,
    breaker: None,
    allowance: None,
    carries: false,
    marks: false,
};

/// Three attempts, with the waits of `#[retry]` but not their jitter.
pub(crate) const BACKOFF: Setup = Setup {
    name: "backoff",
    max_attempts: 3,
    backoff: Backoff::exponential(Duration::from_millis(100), Duration::from_secs(10)),
    ..NAIVE
};

pub(crate) const JITTER: Setup = Setup { name: "+ jitter", jitter: Jitter::full(), ..BACKOFF };

pub(crate) const BUDGET: Setup = Setup { name: "+ budget", budget: true, ..JITTER };

pub(crate) const BREAKER: Setup = Setup { name: "+ breaker", breaker: Some(Breaker::new), ..BUDGET };

/// All that `#[retry]` does where nobody says otherwise.
pub(crate) const RETRY: Setup = Setup { name: "#[retry]", carries: true, marks: true, ..BUDGET };

impl Setup {
    pub(crate) const fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// Timeouts that are shorter the further inward, so that who is nearer to a failure knows of it first.
    pub(crate) const fn shorter_inward(mut self) -> Self {
        self.timeouts = Timeouts::ShorterInward;
        self
    }

    /// Requests carry deadlines, and those that nobody waits for are dropped.
    pub(crate) const fn carrying(mut self) -> Self {
        self.carries = true;
        self
    }

    pub(crate) const fn with_breaker(mut self, breaker: fn() -> Breaker) -> Self {
        self.breaker = Some(breaker);
        self
    }

    /// The leaf refuses retries beyond a tenth of the first attempts of the last second, and marks the refusal.
    pub(crate) const fn refusing(mut self) -> Self {
        self.allowance = Some(|| Budget::ratio(0.1, Duration::from_secs(1)).reserve(0.0));
        self
    }

    pub(crate) fn policy(&self) -> TimedPolicy {
        if self.max_attempts == 1 {
            return TimedPolicy::builder()
                .max_attempts(1)
                .build()
                .expect("one attempt is legal in a policy that is built");
        }
        MADE.max_attempts(self.max_attempts).backoff(self.backoff).jitter(self.jitter)
    }

    pub(crate) fn operation(&self, timeout: u64) -> Operation {
        Operation { policy: self.policy(), timeout }
    }

    pub(crate) fn instance(&self) -> Instance {
        Instance {
            budget: self.budget.then(|| RetryBudget::new(self.max_attempts)),
            breaker: self.breaker.map(|breaker| Box::new(breaker())),
            ..Instance::default()
        }
    }

    pub(crate) const fn timeouts(&self) -> [u64; 4] {
        match self.timeouts {
            Timeouts::Equal => [SECOND; 4],
            Timeouts::ShorterInward => [4 * SECOND, 2500 * MILLISECOND, 1200 * MILLISECOND, 250 * MILLISECOND],
        }
    }
}
