//! Properties of a budget under any sequence of calls.

use std::time::Duration;

use proptest::prelude::*;
use retry_runtime::{Budget, Class, Moment, Withdrawal};

const SECOND: u64 = 1_000_000_000;

/// The next step of one of several calls.
#[derive(Clone, Copy, Debug)]
enum Act {
    Draw(Class),
    PutBack,
    Succeed,
    FirstSuccess,
    End,
}

fn acts() -> impl Strategy<Value = Vec<(usize, Act)>> {
    let act = prop_oneof![
        6 => Just(Act::Draw(Class::Timeout)),
        2 => Just(Act::Draw(Class::Throttled)),
        1 => Just(Act::PutBack),
        4 => Just(Act::Succeed),
        4 => Just(Act::FirstSuccess),
        2 => Just(Act::End),
    ];
    prop::collection::vec((0..4_usize, act), 0..400)
}

/// A credit, its rest, what it holds, what it takes after throttling, and what it gives back, if that is fixed.
fn credits() -> impl Strategy<Value = (Budget, u64, u64, u64, Option<u64>)> {
    (0..3_u8, 14..=2000_u32).prop_map(|(kind, rest)| match kind {
        0 => (Budget::credit(), 42, 500, 14, Some(21)),
        1 => (Budget::aws(), 500, 500, 5, None),
        _ => (Budget::credit_of(rest), u64::from(rest), u64::from(rest).max(500), 14, Some(21)),
    })
}

proptest! {
    /// The book kept beside it: never below zero, never above its capacity, and every token accounted for.
    #[test]
    fn a_credit_keeps_its_books((budget, rest, capacity, throttled, refund) in credits(), acts in acts()) {
        let attempts = 3;
        let mut receipts: [Withdrawal; 4] = Default::default();
        let mut took = [0_u64; 4];
        let mut tokens = rest;
        for (call, act) in acts {
            let receipt = &mut receipts[call];
            match act {
                Act::Draw(class) => {
                    let cost = if class == Class::Throttled { throttled } else { 14 };
                    let drawn = budget.withdraw(receipt, class, attempts, || panic!("a credit asked the time"));
                    prop_assert_eq!(drawn, tokens >= cost);
                    if drawn {
                        tokens -= cost;
                        took[call] = cost;
                    }
                }
                Act::PutBack => {
                    budget.refund(receipt, attempts, || panic!("a credit asked the time"));
                    tokens = (tokens + took[call]).min(capacity);
                    took[call] = 0;
                }
                Act::Succeed if took[call] > 0 => {
                    budget.record_success(receipt, attempts);
                    tokens = (tokens + refund.unwrap_or(took[call])).min(capacity);
                    took[call] = 0;
                }
                Act::Succeed | Act::FirstSuccess => {
                    if took[call] == 0 { budget.record_success(receipt, attempts) } else { budget.record_first_success() }
                    tokens = if tokens < rest { tokens + 1 } else { tokens - u64::from(tokens > rest) };
                }
                Act::End => {
                    budget.end(receipt);
                    took[call] = 0;
                }
            }
            prop_assert_eq!(budget.left(attempts, || Moment::ORIGIN), tokens);
            prop_assert!(tokens <= capacity);
        }
    }

    /// Calls with different policies may share a credit that rests by the call: what one sees is never above its own
    /// capacity, and however they draw, a service that is down gets one call's worth of the greatest, plus nothing.
    #[test]
    fn calls_of_different_policies_share_a_credit(attempts in prop::collection::vec(1..=100_u32, 1..300)) {
        let budget = Budget::credit();
        let mut granted = 0;
        for &attempts in &attempts {
            let before = budget.left(attempts, || Moment::ORIGIN);
            prop_assert!(before <= u64::from(Budget::rest_of(attempts)));
            let drawn = budget.withdraw(&mut Withdrawal::new(), Class::Timeout, attempts, || Moment::ORIGIN);
            prop_assert_eq!(drawn, before >= 14);
            granted += u32::from(drawn);
        }
        let most = attempts.iter().map(|&attempts| Budget::rest_of(attempts)).max().unwrap_or(0) / 14;
        prop_assert!(granted <= most, "{granted} granted, {most} promised");
    }

    /// Against a list of all that happened: what is in the last ten tenths of a window counts, and nothing else.
    #[test]
    fn a_ratio_is_the_sum_of_its_window(
        shares in 0..=20_u32, reserve in 0..=50_u32, steps in prop::collection::vec((0..3_u32, 0..4000_u64), 1..400),
        start in prop_oneof![Just(0), 0..1_000_000 * SECOND],
    ) {
        prop_assume!(shares + reserve > 0);
        // In twentieths of a retry, which are exact in whole numbers; the window of 10 s has buckets of 1 s.
        let share = i64::from(shares);
        let budget = Budget::try_ratio(f64::from(shares) / 20.0, Duration::from_secs(10), f64::from(reserve) / 20.0).unwrap();
        let mut now = start / SECOND * SECOND + SECOND / 2;
        let mut book: Vec<(u64, i64)> = Vec::new();
        let mut receipt = Withdrawal::new();
        for (act, millis) in steps {
            now += millis * 1_000_000;
            // Not within 20 ms of a bucket's end, where a slot is a multiplication's, not a division's.
            if now % SECOND < 20_000_000 || now % SECOND > SECOND - 20_000_000 {
                now += 50_000_000;
            }
            let slot = now / SECOND;
            let balance = |book: &[(u64, i64)]| {
                let sum: i64 = book.iter().filter(|(at, _)| at + 10 > slot).map(|(_, amount)| amount).sum();
                sum + i64::from(reserve) * 10
            };
            match act {
                0 => {
                    receipt = budget.begin(|| Moment::from_nanos(now));
                    book.push((slot, share));
                }
                1 => {
                    let expected = balance(&book) >= 20;
                    prop_assert_eq!(budget.withdraw(&mut receipt, Class::Timeout, 3, || Moment::from_nanos(now)), expected);
                    if expected {
                        book.push((slot, -20));
                    }
                }
                _ if balance(&book) % 20 == 0 => {
                    prop_assert_eq!(budget.left(3, || Moment::from_nanos(now)), u64::try_from(balance(&book) / 20).unwrap_or(0));
                }
                _ => {}
            }
        }
    }

    /// Never more than `max(share of the calls, least)` retries at once, and none is left over when all have ended.
    #[test]
    fn in_flight_is_a_share_of_what_is_under_way(share in 0..=10_u32, least in 0..5_u32, acts in acts()) {
        prop_assume!(share + least > 0);
        let budget = Budget::in_flight(f64::from(share) / 10.0, least);
        let mut calls: [Option<(Withdrawal, bool)>; 4] = Default::default();
        for (call, act) in acts {
            let under_way = calls.iter().flatten().count();
            let retrying = calls.iter().flatten().filter(|(_, retry)| *retry).count();
            let most = (under_way * share as usize / 10).max(least as usize);
            prop_assert_eq!(budget.left(3, || Moment::ORIGIN), most.saturating_sub(retrying) as u64);
            match (&mut calls[call], act) {
                (slot @ None, _) => *slot = Some((budget.begin(|| panic!("asked the time")), false)),
                (Some((receipt, retry)), Act::Draw(class)) => {
                    let others = retrying - usize::from(*retry);
                    let drawn = budget.withdraw(receipt, class, 3, || panic!("asked the time"));
                    prop_assert_eq!(drawn, others < most);
                    *retry |= drawn;
                }
                (Some((receipt, retry)), Act::PutBack) => {
                    budget.refund(receipt, 3, || Moment::ORIGIN);
                    *retry = false;
                }
                (Some((receipt, _)), Act::Succeed) => budget.record_success(receipt, 3),
                (Some(_), Act::FirstSuccess) => budget.record_first_success(),
                (slot, Act::End) => {
                    let (mut receipt, _) = slot.take().expect("a call");
                    budget.end(&mut receipt);
                    budget.end(&mut receipt);
                }
            }
        }
        calls.iter_mut().flatten().for_each(|(receipt, _)| budget.end(receipt));
        prop_assert_eq!(budget.left(3, || Moment::ORIGIN), u64::from(least));
    }

    /// Nothing panics or overflows, whatever the numbers.
    #[test]
    fn nothing_overflows(share: f64, reserve: f64, window: u64, rest: u32, least: u32, attempts: u32, times: [u64; 4]) {
        let made = [
            Budget::try_credit_of(rest).ok(),
            Budget::try_ratio(share, Duration::from_nanos(window), reserve).ok(),
            Budget::try_in_flight(share, least).ok(),
            Some(Budget::ratio(1.0, Duration::from_secs(1)).reserve(10_000.0)),
            Some(Budget::credit()),
        ];
        for budget in made.into_iter().flatten() {
            for now in times {
                let mut receipt = budget.begin(|| Moment::from_nanos(now));
                let drawn = budget.withdraw(&mut receipt, Class::Timeout, attempts, || Moment::from_nanos(now));
                let _ = (drawn, budget.left(attempts, || Moment::from_nanos(now)));
                budget.record_success(&mut receipt, attempts);
                budget.refund(&mut receipt, attempts, || Moment::from_nanos(now));
                budget.end(&mut receipt);
                budget.record_first_success();
            }
        }
    }
}

#[test]
fn a_ratio_forgets_within_its_window_and_keeps_its_reserve() {
    let budget = Budget::ratio(0.5, Duration::from_secs(10)).reserve(0.3);
    let at = |millis: u64| move || Moment::from_nanos(millis * 1_000_000);
    (0..20).for_each(|_| drop(budget.begin(at(100))));
    assert_eq!(budget.left(3, at(100)), 13);
    assert_eq!(budget.left(3, at(9900)), 13, "in the tenth bucket");
    assert_eq!(budget.left(3, at(10_100)), 3, "in the eleventh");
    (0..3).for_each(|_| assert!(budget.withdraw(&mut Withdrawal::new(), Class::Timeout, 3, at(10_100))));
    assert!(!budget.withdraw(&mut Withdrawal::new(), Class::Timeout, 3, at(10_100)));
    assert_eq!(budget.left(3, at(19_900)), 0);
    assert_eq!(budget.left(3, at(20_100)), 3, "the reserve comes back as its use is forgotten");
    // A thread that read the clock long ago counts where time has come to.
    assert!(budget.withdraw(&mut Withdrawal::new(), Class::Timeout, 3, at(19_000)));
    assert_eq!(budget.left(3, at(20_100)), 2);
    assert_eq!(budget.left(3, || Moment::from_nanos(u64::MAX)), 3);
}

/// More than a bucket holds, saved or owed, is neither saved nor lent: 32,767 retries.
#[test]
fn a_bucket_of_a_ratio_is_bounded() {
    let budget = Budget::ratio(1.0, Duration::from_secs(1));
    (0..40_000).for_each(|_| drop(budget.begin(|| Moment::ORIGIN)));
    assert_eq!(budget.left(3, || Moment::ORIGIN), 32_767);
    let indebted = Budget::ratio(0.0, Duration::from_secs(1)).reserve(10_000.0);
    let granted =
        (0..40_000).filter(|_| indebted.withdraw(&mut Withdrawal::new(), Class::Timeout, 3, || Moment::ORIGIN)).count();
    assert_eq!(granted, 10_000);
}

#[test]
fn impossible_settings_are_refused_in_words() {
    let (second, day) = (Duration::from_secs(1), Duration::from_hours(24));
    let refused = [
        (Budget::try_credit_of(13), "the rest of a credit must be at least 14 tokens"),
        (Budget::try_credit_of(1_000_001), "the rest of a credit must be at most 1000000 tokens"),
        (Budget::try_ratio(-0.1, second, 0.1), "the share of a budget must be from 0 to 1"),
        (Budget::try_ratio(1.1, second, 0.1), "the share of a budget must be from 0 to 1"),
        (Budget::try_ratio(f64::NAN, second, 0.1), "the share of a budget must be from 0 to 1"),
        (Budget::try_ratio(0.1, second / 2, 0.1), "the window of a `ratio` must be from 1 s to a day"),
        (Budget::try_ratio(0.1, day * 2, 0.0), "the window of a `ratio` must be from 1 s to a day"),
        (Budget::try_ratio(0.1, second, -1.0), "the reserve of a `ratio` must be zero or more"),
        (Budget::try_ratio(0.1, second, f64::NAN), "the reserve of a `ratio` must be zero or more"),
        (Budget::try_ratio(0.1, second, f64::INFINITY), "the reserve of a `ratio` must be at most 10000 retries"),
        (Budget::try_ratio(0.1, day, 0.2), "the reserve of a `ratio` must be at most 10000 retries"),
        (Budget::try_ratio(0.0, second, 0.0), "a `ratio` whose share and reserve are zero"),
        (Budget::try_in_flight(1.5, 3), "the share of a budget must be from 0 to 1"),
        (Budget::try_in_flight(0.0, 0), "an `in_flight` whose share and least number are zero"),
    ];
    for (budget, words) in refused {
        let refusal = budget.expect_err(words).to_string();
        assert!(refusal.starts_with(words), "{refusal}");
    }
    for possible in [
        Budget::try_credit_of(14),
        Budget::try_credit_of(1_000_000),
        Budget::try_ratio(0.0, day, 0.1),
        Budget::try_ratio(1.0, second, 10_000.0),
        Budget::try_in_flight(0.0, 1),
        Budget::try_in_flight(1.0, 0),
    ] {
        possible.expect("possible");
    }
}

#[test]
#[should_panic(expected = "only `ratio` has a reserve")]
fn only_a_ratio_has_a_reserve() {
    let _ = Budget::credit().reserve(0.1);
}

#[test]
fn a_fresh_budget_has_the_settings_and_none_of_the_past() {
    for budget in [Budget::credit_of(100), Budget::aws(), Budget::ratio(0.1, Duration::from_secs(5)).reserve(1.0)] {
        let before = budget.left(3, || Moment::ORIGIN);
        assert!(budget.withdraw(&mut Withdrawal::new(), Class::Timeout, 3, || Moment::ORIGIN));
        assert_eq!(budget.fresh().left(3, || Moment::ORIGIN), before);
    }
    let busy = Budget::in_flight(0.5, 0);
    let _calls: Vec<Withdrawal> = (0..10).map(|_| busy.begin(|| Moment::ORIGIN)).collect();
    assert_eq!((busy.left(3, || Moment::ORIGIN), busy.fresh().left(3, || Moment::ORIGIN)), (5, 0));
}
