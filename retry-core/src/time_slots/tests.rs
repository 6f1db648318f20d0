//! Slots of one thread.

use super::*;

const END: Moment = Moment::NEVER;

fn at(nanos: u64) -> Moment {
    Moment::from_nanos(nanos)
}

fn slots(burst: u32) -> TimeSlots {
    TimeSlots::new(Span::from_nanos(100), burst)
}

/// Reserves a slot and returns its time.
fn reserved(slots: &TimeSlots, now: u64) -> u64 {
    slots.reserve(at(now), END).unwrap().at().as_nanos()
}

#[test]
fn a_burst_is_free_at_once_and_again_after_a_quiet_time() {
    let slots = slots(3);
    let first = [(); 5].map(|()| reserved(&slots, 1_000));
    assert_eq!(first, [1_000, 1_000, 1_000, 1_100, 1_200]);
    assert_eq!([(); 3].map(|()| reserved(&slots, 1_350)), [1_350, 1_400, 1_500]);
    assert_eq!([(); 4].map(|()| reserved(&slots, 9_000)), [9_000, 9_000, 9_000, 9_100]);
}

#[test]
fn a_refusal_changes_nothing() {
    let slots = slots(1);
    let _ = slots.reserve(at(0), END);
    assert_eq!(slots.reserve(at(10), at(100)), None, "the slot is at 100");
    assert_eq!(slots.reserve(at(20), at(20)), None, "no time is left");
    assert_eq!(reserved(&slots, 30), 100);
}

#[test]
fn the_last_slots_are_free_again_and_others_are_spares() {
    let slots = slots(1);
    let all = [(); 8].map(|()| slots.reserve(at(0), END).unwrap());
    slots.give_back(all[7], at(10));
    assert_eq!(reserved(&slots, 10), 700);
    for n in [5, 2, 3, 6, 4] {
        slots.give_back(all[n], at(10));
    }
    assert_eq!(slots.reserve(at(10), at(200)), None, "before the earliest spare");
    assert_eq!([(); 5].map(|()| reserved(&slots, 10)), [200, 300, 500, 600, 800], "the fifth spare is lost");
}

#[test]
fn a_spare_whose_time_has_passed_is_lost_and_makes_room() {
    let slots = slots(1);
    let all = [(); 12].map(|()| slots.reserve(at(0), END).unwrap());
    all[1..5].iter().for_each(|slot| slots.give_back(*slot, at(0)));
    slots.give_back(all[6], at(250));
    slots.give_back(all[5], at(500));
    assert_eq!([(); 3].map(|()| reserved(&slots, 450)), [600, 1_200, 1_300], "500 had passed when it was given back");
}

#[test]
fn a_slot_after_the_end_of_time_is_refused() {
    let slots = TimeSlots::new(Span::from_nanos(u64::MAX / 2), 1);
    assert_eq!([(); 2].map(|()| reserved(&slots, 0)), [0, u64::MAX / 2]);
    assert_eq!(slots.reserve(at(0), END), None);
}

#[test]
fn a_rate_is_rounded_so_that_it_is_never_above() {
    assert_eq!(validate::apart(3, Span::from_nanos(1_000_000_000)), Span::from_nanos(333_333_334));
    assert_eq!(validate::apart(u32::MAX, Span::from_nanos(1)), Span::from_nanos(1));
}
