//! Retries that the default budget grants to a healthy and to a dead service. Decisions and withdrawals are the real
//! ones, on a simulated clock.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::time::Duration;

use retry_runtime::{
    Backoff, Budget, Class, Classes, Decision, Failure, Moment, Progress, StopReason, TimedPolicy, Withdrawal,
};

/// Chance from a seed (`SplitMix64`).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// True in this share of all cases.
    fn falls(&mut self, share: f64) -> bool {
        f64::from((self.next() >> 32) as u32) < share * f64::from(u32::MAX)
    }
}

const POLICY: TimedPolicy = TimedPolicy::new()
    .retry_on(Classes::new().transient())
    .max_attempts(3)
    .backoff(Backoff::exponential(Duration::from_millis(100), Duration::from_secs(10)));

struct Simulated {
    succeeded: u32,
    retries: u32,
    refused: u32,
}

/// So many calls at so many a second, each with the decisions of the real core, whose attempts take no time and fail
/// by chance.
fn simulate(budget: &Budget, calls: u32, per_second: f64, failing: f64, seed: u64) -> Simulated {
    let mut chance = Chance(seed);
    let mut result = Simulated { succeeded: 0, retries: 0, refused: 0 };
    let mut waiting: BinaryHeap<Reverse<(u64, u32)>> = BinaryHeap::new();
    let mut under_way: HashMap<u32, (Progress, Withdrawal)> = HashMap::new();
    let apart = u64::try_from(Duration::from_secs_f64(1.0 / per_second).as_nanos()).expect("short");
    let mut begun = 0;
    loop {
        let next_call = (begun < calls).then(|| u64::from(begun) * apart);
        let next_retry = waiting.peek().map(|Reverse((at, _))| *at);
        let (now, call) = match (next_call, next_retry) {
            (None, None) => return result,
            (Some(at), retry) if retry.is_none_or(|retry| at <= retry) => {
                under_way.insert(begun, (Progress::new(), budget.begin(|| Moment::from_nanos(at))));
                begun += 1;
                (at, begun - 1)
            }
            _ => waiting.pop().expect("one waits").0,
        };
        let (mut progress, mut receipt) = under_way.remove(&call).expect("under way");
        progress.begin_attempt();
        if !chance.falls(failing) {
            result.succeeded += 1;
            if progress.attempt() == 1 {
                budget.record_first_success();
            } else {
                budget.record_success(&mut receipt, 3);
            }
            budget.end(&mut receipt);
            continue;
        }
        match progress.decide(&POLICY, Failure::new(Class::Unavailable), || Moment::from_nanos(now), || chance.next()) {
            Decision::Retry(_) if !budget.withdraw(&mut receipt, Class::Unavailable, 3, || Moment::from_nanos(now)) => {
                result.refused += 1;
                budget.end(&mut receipt);
            }
            Decision::Retry(wait) => {
                result.retries += 1;
                waiting.push(Reverse((now + u64::try_from(wait.as_nanos()).expect("short"), call)));
                under_way.insert(call, (progress, receipt));
            }
            Decision::Stop(reason) => {
                assert_eq!(reason, StopReason::Attempts);
                budget.end(&mut receipt);
            }
        }
    }
}

#[test]
fn a_healthy_service_hardly_notices_the_default() {
    const CALLS: u32 = 200_000;
    for (failing, promised) in [(0.01, 99.99), (0.05, 99.8), (0.2, 98.5)] {
        for (seed, per_second) in [0.5, 50.0, 500.0, 5000.0].into_iter().enumerate() {
            let result = simulate(&Budget::credit(), CALLS, per_second, failing, seed as u64 + 1);
            let succeeded = 100.0 * f64::from(result.succeeded) / f64::from(CALLS);
            let refused = result.refused;
            println!("{failing} failing, {per_second} calls/s: {succeeded:.3} %, {refused} retries refused");
            assert!(succeeded >= promised, "{succeeded} % at {failing} and {per_second} calls/s");
        }
    }
}

#[test]
fn a_service_that_is_down_gets_three_retries() {
    for per_second in [0.5, 50.0, 5000.0] {
        let result = simulate(&Budget::credit(), 50_000, per_second, 1.0, 1);
        assert_eq!((result.retries, result.succeeded), (3, 0));
    }
    let result = simulate(&Budget::credit_of(500), 50_000, 50.0, 1.0, 1);
    assert_eq!(result.retries, 35);
}

/// Failing now and then before it goes down: what was lent to it while retries succeeded is all that it gets then.
#[test]
fn a_service_that_degrades_first_gets_no_more_than_the_capacity() {
    let budget = Budget::credit();
    simulate(&budget, 2000, 50.0, 0.2, 7);
    let result = simulate(&budget, 50_000, 50.0, 1.0, 8);
    assert!(result.retries <= 35, "{} retries", result.retries);
}
