//! Names beside what calls share: nothing of the expansion sees or is seen by the user's.
#![allow(clippy::all, clippy::pedantic)] // the shapes are what people write, not what they should

use std::io;
use std::time::Duration;

use retry_runtime::{Breaker, Budget, RateLimit, retry};
use retry_tests::Flaky;

static PAYMENTS: Budget = Budget::aws();
static SHOP: Breaker = Breaker::new().window_calls(1000).minimum_calls(1000);
static FAST: RateLimit = RateLimit::per_second(1_000_000);
const WINDOW: Duration = Duration::from_secs(10);

mod statics {
    pub(crate) static SHOP: retry_runtime::Breaker =
        retry_runtime::Breaker::new().window_calls(1000).minimum_calls(1000);
    pub(crate) const REST: u32 = 500;
}

mod renamed {
    use super::{FAST, Flaky, SHOP, io};
    extern crate retry_runtime as rt;

    #[rt::retry(retry_on = transient, backoff = none, budget = credit(500), breaker = SHOP, rate_limit = FAST, crate = crate::shared_names::renamed::rt)]
    pub(super) fn blocking(flaky: &Flaky) -> io::Result<u32> {
        flaky.work()
    }

    #[rt::retry(retry_on = transient, backoff = none, budget = credit(super::statics::REST), breaker = super::statics::SHOP, rate_limit = FAST, crate = crate::shared_names::renamed::rt)]
    pub(super) async fn waiting(flaky: &Flaky) -> io::Result<u32> {
        flaky.work()
    }
}

mod names_like_ours {
    use super::{Flaky, RateLimit, io, retry};

    const REST: u32 = 500;
    const SHARE_OF_CALLS: f64 = 1.0;
    const BUDGET: u32 = 500;
    static OPERATION: retry_runtime::Breaker = retry_runtime::Breaker::new().window_calls(1000).minimum_calls(1000);
    static POLICY: retry_runtime::Budget = retry_runtime::Budget::aws();
    static CALL: RateLimit = RateLimit::per_second(1_000_000);
    #[allow(dead_code)]
    struct Budget;
    #[allow(dead_code)]
    struct Operation;

    #[retry(retry_on = transient, backoff = none, budget = credit(BUDGET), breaker = OPERATION, rate_limit = CALL)]
    pub(super) fn constants(flaky: &Flaky) -> io::Result<u32> {
        flaky.work().map(|found| found + BUDGET + REST)
    }

    #[retry(retry_on = transient, backoff = none, budget = in_flight(SHARE_OF_CALLS, REST))]
    pub(super) fn more_constants(flaky: &Flaky) -> io::Result<[u8; BUDGET as usize]> {
        flaky.work().map(|_| [0; BUDGET as usize])
    }

    #[retry(retry_on = transient, backoff = none, budget = POLICY)]
    pub(super) async fn statics(flaky: &Flaky) -> io::Result<u32> {
        flaky.work()
    }

    #[retry(retry_on = transient, backoff = none, budget = limit, breaker = OPERATION, rate_limit = CALL)]
    pub(super) async fn arguments(
        budget: u32,
        breaker: u32,
        call: u32,
        limit: &retry_runtime::Budget,
        flaky: &Flaky,
    ) -> io::Result<u32> {
        let _ = limit;
        flaky.work().map(|found| found + budget + breaker + call)
    }

    #[retry(retry_on = transient, backoff = none, budget = credits)]
    pub(super) fn near_a_shape(credits: &retry_runtime::Budget, flaky: &Flaky) -> io::Result<u32> {
        flaky.work()
    }
}

macro_rules! annotated {
    ($name:ident, $budget:expr, $breaker:path, $limit:expr, $nested:ident) => {
        #[retry(retry_on = transient, backoff = none, budget = $budget, breaker = $breaker, rate_limit = $limit, nested = $nested)]
        fn $name(flaky: &Flaky) -> io::Result<u32> {
            flaky.work()
        }
    };
    ($name:ident, $budget:ident, |$argument:ident| $body:expr) => {
        #[retry(retry_on = transient, backoff = none, budget = $budget)]
        async fn $name($argument: &Flaky) -> io::Result<u32> {
            $body
        }
    };
}

annotated!(of_fragments, ratio(1, WINDOW), SHOP, FAST, retry);
annotated!(of_more_fragments, &PAYMENTS, statics::SHOP, FAST, stop);
annotated!(of_a_name, PAYMENTS, |flaky| flaky.work());

#[test]
fn blocking_functions_share() {
    let (flaky, budget) = (Flaky::new, Budget::credit);
    assert_eq!(renamed::blocking(&flaky()).unwrap(), 3);
    assert_eq!(names_like_ours::constants(&flaky()).unwrap(), 1003);
    assert_eq!(names_like_ours::more_constants(&flaky()).unwrap().len(), 500);
    assert_eq!(names_like_ours::near_a_shape(&budget(), &flaky()).unwrap(), 3);
    assert_eq!(of_fragments(&flaky()).unwrap(), 3);
    assert_eq!(of_more_fragments(&flaky()).unwrap(), 3);
}

#[tokio::test]
async fn async_functions_share() {
    let (flaky, budget) = (Flaky::new, Budget::credit);
    assert_eq!(renamed::waiting(&flaky()).await.unwrap(), 3);
    assert_eq!(names_like_ours::statics(&flaky()).await.unwrap(), 3);
    assert_eq!(names_like_ours::arguments(1, 1, 1, &budget(), &flaky()).await.unwrap(), 6);
    assert_eq!(of_a_name(&flaky()).await.unwrap(), 3);
}
