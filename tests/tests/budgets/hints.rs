//! Properties of a delay after a server's hint, for all numbers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use retry_runtime::__internal::Span;
use retry_runtime::{
    Backoff, Class, Classes, Classify, Decision, Failure, Jitter, Moment, Policy, Progress, StopReason, random, retry,
};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::delays::{DAY, DAY_IN_NANOS, backoffs, jitters};

/// Decision after the first attempt, which failed with a hint and `left` before the deadline.
fn decide(policy: &Policy, hint: Duration, left: Option<Duration>, bits: u64) -> Decision {
    let mut progress = Progress::new();
    if let Some(left) = left {
        progress = progress.with_deadline(Moment::ORIGIN.after(left));
    }
    progress.begin_attempt();
    progress.decide(policy.as_timed(), Failure::new(Class::Timeout).retry_after(hint), || Moment::ORIGIN, || bits)
}

fn policy(backoff: Backoff, jitter: Jitter) -> Policy {
    let timeout = Classes::new().timeout();
    Policy::new().retry_on(timeout).backoff(backoff).jitter(jitter).max_retry_after(DAY)
}

fn spans() -> impl Strategy<Value = Duration> {
    prop_oneof![0..=DAY_IN_NANOS, 0..=1_000_000_000_u64, Just(0)].prop_map(Duration::from_nanos)
}

proptest! {
    #[test]
    fn a_hint_is_the_least_delay_and_jitter_adds_at_most_half_of_it_or_the_window(
        (backoff, _) in backoffs(), jitter in jitters(), hint in spans(), bits: u64,
    ) {
        let alone = jitter.delay(&backoff, 1, Span::ZERO, || bits).as_duration();
        let top = jitter.delay(&backoff, 1, Span::ZERO, || u64::MAX).as_duration();
        let Decision::Retry(delay) = decide(&policy(backoff, jitter), hint, None, bits) else {
            return Err(TestCaseError::fail("the call ended"));
        };
        prop_assert!(delay >= hint.max(alone), "{delay:?}");
        let most = if jitter == Jitter::none() { hint.max(alone) } else { top.max(hint + top.max(hint / 2)) };
        prop_assert!(delay <= most, "{delay:?} above {most:?}");
    }

    #[test]
    fn a_hint_of_zero_is_no_hint((backoff, _) in backoffs(), jitter in jitters(), bits: u64) {
        let alone = jitter.delay(&backoff, 1, Span::ZERO, || bits).as_duration();
        prop_assert_eq!(decide(&policy(backoff, jitter), Duration::ZERO, None, bits), Decision::Retry(alone));
    }

    #[test]
    fn the_deadline_ends_a_call_only_for_its_hint_or_its_backoff(
        (backoff, _) in backoffs(), jitter in jitters(), hint in spans(), left in spans(), bits: u64,
    ) {
        let left = left.max(Duration::from_nanos(1));
        let alone = jitter.delay(&backoff, 1, Span::ZERO, || bits).as_duration();
        match decide(&policy(backoff, jitter), hint, Some(left), bits) {
            Decision::Stop(reason) => {
                prop_assert_eq!(reason, StopReason::Deadline);
                prop_assert!(hint.max(alone) >= left);
            }
            Decision::Retry(delay) => {
                prop_assert!(delay < left);
                let room = left.saturating_sub(hint);
                prop_assert!(delay <= alone.max(left.saturating_sub(room / 4)), "{delay:?} leaves no time of {left:?} for the attempt");
            }
        }
    }
}

#[derive(Debug)]
struct SentAway;

impl Classify for SentAway {
    fn class(&self) -> Class {
        Class::Throttled
    }

    fn retry_after(&self) -> Option<Duration> {
        Some(Duration::from_secs(30))
    }
}

#[retry(max_attempts = 2, retry_on = Throttled)]
async fn ask(start: Instant, returned: &Mutex<BTreeMap<u128, u32>>) -> Result<(), SentAway> {
    if !start.elapsed().is_zero() {
        *returned.lock().unwrap().entry(start.elapsed().as_millis() / 100).or_default() += 1;
    }
    Err(SentAway)
}

/// 1,000 clients that failed at one moment and were sent away for 30 s return over 15 s.
#[tokio::test(start_paused = true)]
async fn clients_with_one_hint_do_not_return_together() {
    for seed in 1..=10 {
        random::seed(seed);
        let (start, returned) = (Instant::now(), Arc::new(Mutex::new(BTreeMap::new())));
        let mut clients = JoinSet::new();
        for _ in 0..1000 {
            let returned = Arc::clone(&returned);
            clients.spawn(async move { ask(start, &returned).await });
        }
        clients.join_all().await;
        let by_tenth = returned.lock().unwrap();
        assert_eq!(by_tenth.values().sum::<u32>(), 1000);
        assert!(by_tenth.keys().all(|tenth| (300..=450).contains(tenth)), "{by_tenth:?}");
        assert!(by_tenth.values().all(|&clients| clients <= 25), "{by_tenth:?}");
    }
}
