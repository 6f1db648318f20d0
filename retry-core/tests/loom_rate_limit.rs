//! Slots of a rate limit under every interleaving of two threads:
//! `RUSTFLAGS="--cfg loom" cargo test -p retry-core --release --test loom_rate_limit`.
#![cfg(loom)]

use loom::sync::Arc;
use loom::thread;
use retry_core::Moment;
use retry_core::internal::{Span, TimeSlot, TimeSlots};

const NOW: Moment = Moment::ORIGIN;
const LONG: Moment = Moment::from_nanos(1_000);

/// Shares slots 100 ns apart, whose atomics are made before there are threads.
fn made() -> Arc<TimeSlots> {
    let slots = TimeSlots::new(Span::from_nanos(100), 1);
    let (first, second) = (reserve(&slots), reserve(&slots));
    slots.give_back(second, NOW);
    slots.give_back(first, NOW);
    Arc::new(slots)
}

fn reserve(slots: &TimeSlots) -> TimeSlot {
    slots.reserve(NOW, LONG).unwrap()
}

fn at(slot: TimeSlot) -> u64 {
    slot.at().as_nanos()
}

fn sorted<const N: usize>(mut times: [u64; N]) -> [u64; N] {
    times.sort_unstable();
    times
}

/// Runs both at once and returns their results.
fn both<A: Send + 'static>(
    slots: &Arc<TimeSlots>,
    one: impl FnOnce(&TimeSlots) -> A + Send + 'static,
    other: impl FnOnce(&TimeSlots) -> A,
) -> (A, A) {
    let shared = Arc::clone(slots);
    let thread = thread::spawn(move || one(&shared));
    let second = other(slots);
    (thread.join().unwrap(), second)
}

#[test]
fn each_slot_is_reserved_once_and_in_order() {
    loom::model(|| {
        let slots = made();
        let two = |slots: &TimeSlots| [at(reserve(slots)), at(reserve(slots))];
        let ([a, b], [c, d]) = both(&slots, two, two);
        assert!(a < b && c < d);
        assert_eq!(sorted([a, b, c, d]), [0, 100, 200, 300]);
    });
}

#[test]
fn a_refusal_changes_nothing() {
    loom::model(|| {
        let slots = made();
        let ask = |slots: &TimeSlots| slots.reserve(NOW, Moment::from_nanos(150)).map(at);
        let ((a, b), c) = both(&slots, move |slots| (ask(slots), ask(slots)), |slots| (ask(slots), None));
        assert_eq!([a, b, c.0].into_iter().flatten().count(), 2);
        assert_eq!(at(reserve(&slots)), 200);
    });
}

#[test]
fn the_last_slot_is_free_again_or_becomes_a_spare() {
    loom::model(|| {
        let slots = made();
        let _ = reserve(&slots);
        let mine = reserve(&slots);
        let (other, _) = both(
            &slots,
            |slots| at(reserve(slots)),
            |slots| {
                slots.give_back(mine, NOW);
                0
            },
        );
        assert!([100, 200].contains(&other));
        // Whichever the other has, the next two receive the rest.
        let rest = [at(reserve(&slots)), at(reserve(&slots))];
        assert_eq!(sorted([other, rest[0], rest[1]]), [100, 200, 300]);
    });
}

#[test]
fn a_spare_is_used_once() {
    loom::model(|| {
        let slots = made();
        let all = [(); 3].map(|()| reserve(&slots));
        slots.give_back(all[1], NOW);
        let (a, b) = both(&slots, |slots| at(reserve(slots)), |slots| at(reserve(slots)));
        assert_eq!(sorted([a, b]), [100, 300]);
    });
}

#[test]
fn two_spares_are_kept_apart() {
    loom::model(|| {
        let slots = made();
        let all = [(); 4].map(|()| reserve(&slots));
        both(&slots, move |slots| slots.give_back(all[1], NOW), |slots| slots.give_back(all[2], NOW));
        assert_eq!([(); 3].map(|()| at(reserve(&slots))), [100, 200, 400]);
    });
}

#[test]
fn a_spare_is_taken_while_the_last_slot_is_given_back() {
    loom::model(|| {
        let slots = made();
        let all = [(); 3].map(|()| reserve(&slots));
        slots.give_back(all[1], NOW);
        let (taken, _) = both(
            &slots,
            |slots| at(reserve(slots)),
            |slots| {
                slots.give_back(all[2], NOW);
                0
            },
        );
        let rest = [at(reserve(&slots)), at(reserve(&slots))];
        assert_eq!(sorted([taken, rest[0], rest[1]]), [100, 200, 300]);
    });
}
