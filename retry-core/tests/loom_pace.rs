//! Pace under every interleaving of two threads:
//! `RUSTFLAGS="--cfg loom" cargo test -p retry-core --features std --release --test loom_pace`.
#![cfg(loom)]

use loom::sync::Arc;
use loom::thread;
use retry_core::internal::{PaceAdmission, PaceTicket, Span};
use retry_core::{Moment, Pace};

const SECOND: u64 = 1_000_000_000;
const NOW: Moment = Moment::ORIGIN;

fn at(seconds: u64) -> Moment {
    Moment::from_nanos(seconds * SECOND)
}

fn hint(seconds: u64) -> Span {
    Span::from_nanos(seconds * SECOND)
}

fn reserve(pace: &Pace, now: Moment) -> (Moment, PaceTicket) {
    match pace.reserve(now, |_| Moment::NEVER) {
        PaceAdmission::Now(ticket) => (now, ticket),
        PaceAdmission::At(at, ticket) => (at, ticket),
        PaceAdmission::TooLate => panic!("there is no end"),
    }
}

/// Shares a pace of which `attempts` have begun, whose words are made before there are threads.
fn made(attempts: u32) -> (Arc<Pace>, PaceTicket) {
    let pace = Pace::new();
    let (_, ticket) = reserve(&pace, NOW);
    assert!(pace.is_at_rest(NOW));
    (0..attempts).for_each(|_| pace.begin(NOW));
    pace.give_back(ticket, NOW);
    (Arc::new(pace), ticket)
}

/// Runs both at once and returns their results.
fn both<A: Send + 'static, B>(
    pace: &Arc<Pace>,
    one: impl FnOnce(&Pace) -> A + Send + 'static,
    other: impl FnOnce(&Pace) -> B,
) -> (A, B) {
    let shared = Arc::clone(pace);
    let thread = thread::spawn(move || one(&shared));
    let second = other(pace);
    (thread.join().unwrap(), second)
}

fn model(test: impl Fn() + Sync + Send + 'static) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(test);
}

#[test]
fn who_asks_after_a_rejection_waits_and_tickets_are_in_order() {
    model(|| {
        let (pace, first) = made(1);
        let ((), during) =
            both(&pace, move |pace| pace.rejected(first, NOW, at(1), hint(5), 0), |pace| reserve(pace, at(1)));
        let (after, ticket) = reserve(&pace, at(1));
        assert!(after >= at(6), "admitted at {after:?}");
        if during.0 > at(1) {
            assert!(during.0 >= at(6) && during.0 < after, "{during:?} {after:?}");
            assert_ne!(during.1, ticket);
        }
    });
}

#[test]
fn two_rejections_hold_until_the_later_and_cut_once() {
    model(|| {
        let (pace, first) = made(10);
        let _ = both(
            &pace,
            move |pace| pace.rejected(first, NOW, at(1), hint(3), 0),
            move |pace| pace.rejected(first, NOW, at(1), hint(5), 0),
        );
        assert!(reserve(&pace, at(1)).0 >= at(6));
        // Of ten that began two were rejected: 0.7 of 8 or 9 per second, and not 0.7 of 0.7.
        let rate = pace.rate(at(6)).unwrap();
        assert!((5.5..=6.4).contains(&rate), "{rate}");
    });
}

#[test]
fn a_place_given_back_is_used_once() {
    model(|| {
        let (pace, first) = made(1);
        pace.rejected(first, NOW, NOW, hint(1), 0);
        let (_, mine) = reserve(&pace, NOW);
        let ((), other) = both(&pace, move |pace| pace.give_back(mine, NOW), |pace| reserve(pace, NOW));
        let rest = [reserve(&pace, NOW), reserve(&pace, NOW)];
        let mut times = [other.0, rest[0].0, rest[1].0];
        times.sort_unstable();
        assert!(times[0] < times[1] && times[1] < times[2], "{times:?}");
    });
}

#[test]
fn an_answer_that_comes_with_a_rejection_counts_for_it_or_for_none() {
    model(|| {
        let (pace, first) = made(10);
        pace.rejected(first, NOW, NOW, hint(1), 0);
        let (place, ticket) = reserve(&pace, NOW);
        let before = pace.rate(place).unwrap();
        let _ =
            both(&pace, move |pace| pace.accepted(ticket), move |pace| pace.rejected(ticket, place, place, hint(1), 0));
        // With the answer first it is a second cut, otherwise a hold. The answer is about the time before the cut.
        let rate = pace.rate(pace.held_until().unwrap()).unwrap();
        assert!(rate <= before && rate >= before * 0.3, "{rate} after {before}");
    });
}
