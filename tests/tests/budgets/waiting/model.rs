//! Properties of the credit behind a line, beside a book that is kept in plain numbers.

use proptest::prelude::*;
use retry_core::internal::{RetryEnd, Turn};
use retry_runtime::{Budget, Moment};

const REST: i64 = 42;
const MOST: i64 = 500;
const PRICE: i64 = 14;
const REWARD: i64 = 21;
/// Least time between a retry that tells nothing good and the next probe.
const SHORTEST: u64 = 100_000_000;

#[derive(Clone, Copy, Debug)]
enum Act {
    Start,
    Turn,
    End(RetryEnd),
    PutBack,
    FirstSuccess,
    Line(bool),
    Pass(u64),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        5 => Just(Act::Start),
        3 => Just(Act::Turn),
        2 => Just(Act::End(RetryEnd::Succeeded)),
        3 => Just(Act::End(RetryEnd::Failed)),
        1 => Just(Act::End(RetryEnd::Dropped)),
        1 => Just(Act::PutBack),
        2 => Just(Act::FirstSuccess),
        1 => any::<bool>().prop_map(Act::Line),
        3 => (0..20_000_000_000_u64).prop_map(Act::Pass),
    ]
}

proptest! {
    #[test]
    fn who_goes_has_paid_or_is_a_probe_alone(acts in proptest::collection::vec(act(), 1..300)) {
        let budget = Budget::credit();
        let credit = budget.waiting_credit(3).expect("its calls wait");
        let (mut tokens, mut has_line, mut now) = (REST, false, 1_u64 << 40);
        let mut under_way = Vec::new();
        let mut quiet_until = 0;
        for act in acts {
            match act {
                Act::Start => {
                    let started = credit.start();
                    prop_assert_eq!(started, !has_line && tokens >= PRICE);
                    if started {
                        tokens -= PRICE;
                        under_way.push(true);
                    }
                }
                Act::Turn => match credit.turn(Moment::from_nanos(now)) {
                    Turn::Paid => {
                        prop_assert!(tokens >= PRICE);
                        tokens -= PRICE;
                        under_way.push(true);
                    }
                    Turn::Probe => {
                        prop_assert!(tokens < PRICE && under_way.is_empty() && now >= quiet_until);
                        under_way.push(false);
                    }
                    Turn::At(at) => {
                        prop_assert!(tokens < PRICE && under_way.is_empty() && at > Moment::from_nanos(now));
                        prop_assert!(at <= Moment::from_nanos(now + 10 * 1_000_000_000 + 256), "at most ten seconds");
                    }
                    Turn::AfterNews => prop_assert!(tokens < PRICE && !under_way.is_empty()),
                },
                Act::End(end) => {
                    if under_way.pop().is_none() {
                        continue;
                    }
                    if end == RetryEnd::Succeeded {
                        tokens = (tokens + REWARD).min(MOST);
                        quiet_until = 0;
                    } else if tokens < PRICE {
                        quiet_until = now + SHORTEST;
                    }
                    prop_assert_eq!(credit.end(end, || Moment::from_nanos(now)), has_line);
                }
                Act::PutBack => {
                    let Some(paid) = under_way.pop() else { continue };
                    if paid {
                        tokens = (tokens + PRICE).min(MOST);
                    } else {
                        quiet_until = now + SHORTEST;
                    }
                    prop_assert_eq!(credit.put_back(paid, || Moment::from_nanos(now)), has_line);
                }
                Act::FirstSuccess => {
                    tokens -= (tokens - REST).signum();
                    prop_assert_eq!(credit.approach_rest(), has_line);
                }
                Act::Line(line) => {
                    credit.set_line(line);
                    has_line = line;
                }
                Act::Pass(nanos) => now += nanos,
            }
            prop_assert_eq!(i64::try_from(budget.left(3, || Moment::ORIGIN)).unwrap(), tokens);
            prop_assert_eq!(credit.is_under_way(), !under_way.is_empty());
            prop_assert_eq!(budget.is_at_rest(), tokens == REST && under_way.is_empty() && !has_line);
        }
    }
}
