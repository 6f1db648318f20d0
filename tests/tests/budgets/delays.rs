//! Properties of every backoff under every jitter, for all numbers.

use std::time::Duration;

use proptest::prelude::*;
use retry_runtime::__internal::Span;
use retry_runtime::{Backoff, Class, Classes, Decision, Failure, Jitter, Moment, Progress, TimedPolicy};

pub(crate) const DAY: Duration = Duration::from_hours(24);
pub(crate) const DAY_IN_NANOS: u64 = 86_400_000_000_000;

fn wait_before(retry: u32) -> Duration {
    Duration::from_millis(7).saturating_mul(retry)
}

/// A backoff of each kind, and its cap.
pub(crate) fn backoffs() -> impl Strategy<Value = (Backoff, Duration)> {
    let base = (1..=DAY_IN_NANOS).prop_map(Duration::from_nanos);
    let short = (1_u64..1_000_000_000).prop_map(Duration::from_nanos);
    let bases = prop_oneof![base, short];
    (bases.clone(), bases, 1.0_f64..1000.0, 0..6_usize).prop_map(|(a, b, factor, kind)| {
        let (base, cap) = (a.min(b), a.max(b));
        match kind {
            0 => (Backoff::exponential(base, cap), cap),
            1 => (Backoff::exponential(base, cap).factor(factor), cap),
            2 => (Backoff::linear(base, a, cap), cap),
            3 => (Backoff::fibonacci(base, cap), cap),
            4 => (Backoff::fixed(base), DAY),
            _ => (Backoff::custom(wait_before), DAY),
        }
    })
}

pub(crate) fn jitters() -> impl Strategy<Value = Jitter> {
    prop_oneof![
        Just(Jitter::full()),
        Just(Jitter::equal()),
        (0.0..=1.0).prop_map(Jitter::proportional),
        (0_u64..=1_000_000_000).prop_map(|nanos| Jitter::additive(Duration::from_nanos(nanos))),
        Just(Jitter::decorrelated()),
        Just(Jitter::none()),
    ]
}

fn retries() -> impl Strategy<Value = u32> {
    prop_oneof![1..=100_u32, any::<u32>().prop_map(|n| n.max(1)), Just(33), Just(64), Just(1000), Just(u32::MAX)]
}

proptest! {
    #[test]
    fn no_wait_passes_the_cap(
        (backoff, cap) in backoffs(), jitter in jitters(), retry in retries(), previous: u64, chance: u64,
    ) {
        let wait = jitter.delay(&backoff, retry, Span::from_nanos(previous), || chance).as_duration();
        prop_assert!(wait <= cap, "{wait:?} above {cap:?}");
    }

    #[test]
    fn waits_without_jitter_never_shrink((backoff, _) in backoffs(), retry in retries()) {
        prop_assert!(backoff.delay(retry) <= backoff.delay(retry.saturating_add(1)));
    }

    #[test]
    fn jitter_does_not_vanish_at_the_cap(base in 1_000_u64..DAY_IN_NANOS / 4, times in 1_u64..4, retry in 40..=u32::MAX) {
        let (base, cap) = (Duration::from_nanos(base), Duration::from_nanos(base * times));
        let backoff = Backoff::exponential(base, cap);
        prop_assert_eq!(backoff.delay(retry), cap);
        let kinds = [
            (Jitter::full(), Duration::ZERO),
            (Jitter::equal(), cap / 2),
            (Jitter::proportional(0.25), cap.mul_f64(0.6)),
            (Jitter::additive(base / 2), cap.saturating_sub(base / 2)),
        ];
        for (jitter, expected_low) in kinds {
            let low = jitter.delay(&backoff, retry, Span::ZERO, || 0).as_duration();
            let high = jitter.delay(&backoff, retry, Span::ZERO, || u64::MAX).as_duration();
            // Whole nanoseconds and a share of 32 bits: a few parts in a billion.
            let slack = Duration::from_nanos(2) + cap / 1_000_000_000;
            prop_assert!(low.abs_diff(expected_low) <= slack, "{jitter:?}: {low:?}, not {expected_low:?}");
            prop_assert!(high.abs_diff(cap) <= slack, "{jitter:?}: {high:?}, not {cap:?}");
        }
    }

    #[test]
    fn decorrelated_waits_grow_from_the_base_by_three(base in 1_u64..1_000_000_000, previous in 0_u64..10_000_000_000) {
        let cap = DAY;
        let backoff = Backoff::exponential(Duration::from_nanos(base), cap);
        let before = Span::from_nanos(previous);
        let window = |chance| Jitter::decorrelated().delay(&backoff, 7, before, || chance).as_nanos();
        prop_assert_eq!(window(0), base);
        let top = previous.max(base) * 3;
        prop_assert!(top - window(u64::MAX) <= 1);
    }

    /// Nothing panics, whatever the numbers, also those that a policy refuses.
    #[test]
    fn nothing_overflows(a: u64, b: u64, factor: f64, share: f64, retry: u32, previous: u64, chance: u64) {
        let (a, b) = (Duration::from_nanos(a), Duration::from_nanos(b));
        let backoffs = [
            Backoff::exponential(a, b),
            Backoff::exponential(a, b).factor(factor),
            Backoff::exponential(Duration::MAX, Duration::MAX).factor(factor),
            Backoff::linear(a, b, Duration::MAX),
            Backoff::fibonacci(a, Duration::MAX),
            Backoff::fixed(a),
            Backoff::none(),
            Backoff::custom(|_| Duration::MAX),
        ];
        let jitters = [
            Jitter::full(), Jitter::equal(), Jitter::proportional(share), Jitter::additive(b),
            Jitter::additive(Duration::MAX), Jitter::decorrelated(), Jitter::none(),
        ];
        for (backoff, jitter) in backoffs.iter().flat_map(|backoff| jitters.iter().map(move |jitter| (backoff, jitter))) {
            jitter.delay(backoff, retry, Span::from_nanos(previous), || chance);
        }
    }
}

/// The numbers at which other libraries overflowed: `base << attempt` at 33 and 64, `2^attempt` as a float at 1000.
#[test]
fn attempts_far_out_wait_as_long_as_the_cap() {
    let cap = Duration::from_secs(30);
    let policy = TimedPolicy::new()
        .retry_on(Classes::new().timeout())
        .backoff(Backoff::exponential(Duration::from_nanos(1), cap))
        .jitter(Jitter::none())
        .deadline(DAY)
        .unbounded();
    for attempts in [36, 64, 65, 1000, 1_000_000] {
        let mut progress = Progress::new();
        (0..attempts).for_each(|_| progress.begin_attempt());
        let decision = progress.decide(&policy, Failure::new(Class::Timeout), || Moment::ORIGIN, || 0);
        assert_eq!(decision, Decision::Retry(cap), "attempt {attempts}");
    }
    for retry in [1, 64, 65, u32::MAX] {
        assert_eq!(Backoff::exponential(Duration::ZERO, cap).delay(retry), Duration::ZERO, "refused, and harmless");
    }
    for retry in [u32::MAX - 1, u32::MAX] {
        assert_eq!(Backoff::exponential(Duration::from_nanos(1), cap).delay(retry), cap);
        assert_eq!(Backoff::exponential(Duration::from_nanos(1), cap).factor(1.5).delay(retry), cap);
        assert_eq!(Backoff::fibonacci(Duration::from_nanos(1), cap).delay(retry), cap);
        assert_eq!(Backoff::linear(Duration::from_nanos(1), cap, cap).delay(retry), cap);
    }
}

#[test]
fn each_backoff_is_its_formula() {
    let millis = |backoff: Backoff, n: u32| -> Vec<u128> { (1..=n).map(|k| backoff.delay(k).as_millis()).collect() };
    let ms = Duration::from_millis;
    assert_eq!(millis(Backoff::exponential(ms(100), ms(1000)), 6), [100, 200, 400, 800, 1000, 1000]);
    assert_eq!(millis(Backoff::exponential(ms(100), ms(1000)).factor(3.0), 4), [100, 300, 900, 1000]);
    assert_eq!(millis(Backoff::exponential(ms(100), ms(1000)).factor(1.5), 4), [100, 150, 225, 337]);
    assert_eq!(millis(Backoff::exponential(ms(100), ms(1000)).factor(1.0), 3), [100, 100, 100]);
    assert_eq!(millis(Backoff::linear(ms(100), ms(50), ms(220)), 4), [100, 150, 200, 220]);
    assert_eq!(millis(Backoff::fibonacci(ms(10), ms(70)), 7), [10, 10, 20, 30, 50, 70, 70]);
    assert_eq!(millis(Backoff::fixed(ms(10)), 3), [10, 10, 10]);
    assert_eq!(millis(Backoff::none(), 2), [0, 0]);
    assert_eq!(millis(Backoff::custom(wait_before), 3), [7, 14, 21]);
}
