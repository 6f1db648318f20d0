//! The ways to retry that are compared, and what travels between the services.

use retry_runtime::storm::CallTo;

use crate::operations::{self, Calls};

/// Retry setup of every service.
#[derive(Clone, Copy)]
pub(crate) struct Setup {
    pub(crate) name: &'static str,
    calls: fn() -> Calls,
    /// Requests carry the deadline of the call from outside, and abandoned requests are dropped.
    pub(crate) deadlines_travel: bool,
    /// Errors say that the sender's own operation gave up, and callers obey that.
    pub(crate) give_ups_travel: bool,
    /// Share of retries above which the leaf refuses them.
    pub(crate) refuses_above: Option<f64>,
}

pub(crate) const NAIVE: Setup = setup("naive", operations::naive::calls);
pub(crate) const BACKOFF: Setup = setup("backoff", operations::backoff::calls);
pub(crate) const JITTER: Setup = setup("+ jitter", operations::jitter::calls);
pub(crate) const BUDGET: Setup = setup("+ budget", operations::retry_defaults::calls);
pub(crate) const BREAKER: Setup = setup("+ breaker", operations::breaker::calls);

/// All that `#[retry]` and the adapters do unless they say otherwise.
pub(crate) const RETRY: Setup = travelling("#[retry]", operations::retry_defaults::calls);
pub(crate) const CANCELLING: Setup =
    Setup { deadlines_travel: true, ..setup("+ cancel", operations::retry_defaults::calls) };
pub(crate) const REFUSING: Setup = Setup { name: "+ refusal", refuses_above: Some(0.1), ..CANCELLING };
pub(crate) const INWARD: Setup = travelling("inward", operations::inward::calls);
pub(crate) const ONE_SECOND: Setup = travelling("open 1 s", operations::open_one_second::calls);
pub(crate) const TWO_SECONDS: Setup = travelling("open 1 s to 2 s", operations::breaker::calls);
pub(crate) const FIVE_SECONDS: Setup = travelling("open 5 s", operations::open_five_seconds::calls);

const fn setup(name: &'static str, calls: fn() -> Calls) -> Setup {
    Setup { name, calls, deadlines_travel: false, give_ups_travel: false, refuses_above: None }
}

const fn travelling(name: &'static str, calls: fn() -> Calls) -> Setup {
    Setup { deadlines_travel: true, give_ups_travel: true, ..setup(name, calls) }
}

impl Setup {
    /// The calls of front, b, c and leaf.
    pub(crate) fn calls(&self) -> Calls {
        (self.calls)()
    }

    /// The call of the leaf, by which a batch runs.
    pub(crate) fn leaf_call(&self) -> CallTo {
        let [_, _, _, leaf] = self.calls();
        leaf
    }
}
