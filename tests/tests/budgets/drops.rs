//! Tokens are neither made nor lost, however calls end: by success, by failure, or dropped at any moment.

use std::cell::Cell;
use std::cmp::Ordering;
use std::time::Duration;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use retry_runtime::{Budget, Moment, retry};
use retry_tests::Fault;
use tokio::time::{sleep, timeout};

const WORK: Duration = Duration::from_millis(300);

#[retry(max_attempts = 4, retry_on = Timeout, backoff = fixed(1s), budget = budget)]
async fn call(budget: &Budget, failures: u32, begun: &Cell<u32>) -> Result<(), Fault> {
    begun.set(begun.get() + 1);
    sleep(WORK).await;
    if begun.get() <= failures { Err(Fault::Timeout) } else { Ok(()) }
}

#[derive(Clone, Debug)]
struct Scripted {
    failures: u32,
    dropped_after: Option<u64>,
}

fn scripted() -> impl Strategy<Value = Scripted> {
    (0..6_u32, option::of(1..6000_u64)).prop_map(|(failures, dropped_after)| Scripted { failures, dropped_after })
}

/// Returns the tokens that a call leaves, computed from its attempts and its end alone.
///
/// A retry that finds too few tokens is a probe, and pays none.
fn after(mut tokens: u64, attempts: u32, has_succeeded: bool, rest: u64) -> u64 {
    for _ in 1..attempts {
        tokens = tokens.checked_sub(14).unwrap_or(tokens);
    }
    if has_succeeded && attempts > 1 {
        return (tokens + 21).min(500);
    }
    match tokens.cmp(&rest) {
        Ordering::Less if has_succeeded => tokens + 1,
        Ordering::Greater if has_succeeded => tokens - 1,
        _ => tokens,
    }
}

proptest! {
    #[test]
    fn a_budget_holds_what_the_attempts_of_its_calls_say(calls in vec(scripted(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let budget = Budget::credit();
            let rest = u64::from(Budget::rest_of(4));
            let mut tokens = rest;
            for Scripted { failures, dropped_after } in calls {
                let begun = Cell::new(0);
                let limit = dropped_after.map_or(Duration::from_hours(1), Duration::from_millis);
                let ended = timeout(limit, call(&budget, failures, &begun)).await;
                tokens = after(tokens, begun.get(), matches!(ended, Ok(Ok(()))), rest);
                prop_assert_eq!(budget.left(4, || Moment::ORIGIN), tokens);
                prop_assert!(tokens <= 500);
                if let Ok(Err(_)) = ended {
                    prop_assert!(begun.get() == 4 || tokens < 14, "it stopped at {} with {tokens} tokens", begun.get());
                }
            }
            Ok(())
        })?;
    }
}
