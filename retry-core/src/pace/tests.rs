//! Pace of one thread, on times that are given.

use super::*;
use crate::units::DAY;

const NO_END: fn(Moment) -> Moment = |_| Moment::NEVER;

fn at(millis: u64) -> Moment {
    Moment::from_nanos(millis * 1_000_000)
}

fn span(millis: u64) -> Span {
    Span::from_nanos(millis * 1_000_000)
}

/// Returns the ticket of an attempt that begins at once.
fn begin(pace: &Pace, now: Moment) -> PaceTicket {
    let PaceAdmission::Now(ticket) = pace.reserve(now, NO_END) else { panic!("held at {now:?}") };
    pace.begin(now);
    ticket
}

/// Returns the time of the next place, in whole milliseconds, and its ticket.
fn wait(pace: &Pace, now: Moment) -> (u64, PaceTicket) {
    let (at, ticket) = match pace.reserve(now, NO_END) {
        PaceAdmission::Now(ticket) => (now, ticket),
        PaceAdmission::At(at, ticket) => (at, ticket),
        PaceAdmission::TooLate => panic!("there is no end"),
    };
    (at.as_nanos() / 1_000_000, ticket)
}

/// Creates a pace that took 20 attempts, one of which was rejected after 100 ms.
///
/// The hint is in milliseconds.
fn held(hint: u64) -> (Pace, PaceTicket) {
    let pace = Pace::new();
    let tickets = [(); 20].map(|()| begin(&pace, at(0)));
    pace.rejected(tickets[0], at(0), at(100), span(hint), 0);
    (pace, tickets[0])
}

#[test]
fn nobody_calls_before_the_hint_is_over_and_then_in_order() {
    let (pace, _) = held(5_000);
    let places = [(); 10].map(|()| wait(&pace, at(200)).0);
    assert_eq!(places[0], 5_100);
    assert!(places.is_sorted() && places[9] > places[0] + 9 * 1_000 / 20, "{places:?}");
    assert!(places[9] < places[0] + 9 * 1_000 / 13, "at 0.7 of 19 per second: {places:?}");
}

#[test]
fn a_place_at_the_end_is_refused_and_changes_nothing() {
    let (pace, _) = held(5_000);
    assert_eq!(pace.reserve(at(1_000), |hold| hold), PaceAdmission::TooLate);
    assert_eq!(wait(&pace, at(1_000)).0, 5_100);
    let hold = pace.held_until().unwrap();
    let mut received = Moment::ORIGIN;
    let _ = pace.reserve(at(1_000), |until| {
        received = until;
        until
    });
    assert_eq!(received, hold, "the end is counted from the end of the hold");
}

#[test]
fn a_rejection_moves_those_who_wait_and_keeps_their_order() {
    let (pace, early) = held(1_000);
    let (first, second) = (wait(&pace, at(200)), wait(&pace, at(300)));
    assert_eq!(pace.later(first.1, at(first.0 + 1)), None, "its time has come");
    pace.rejected(early, at(0), at(500), span(10_000), 0);
    let moved = [first, second].map(|(time, ticket)| pace.later(ticket, at(time + 1)).unwrap().0);
    assert!(at(10_500) <= moved[0] && moved[0] < moved[1], "{moved:?}");
    assert!(wait(&pace, at(600)).0 * 1_000_000 > moved[1].as_nanos());
}

#[test]
fn a_first_cut_is_made_once_and_later_ones_only_after_an_answer() {
    let (pace, _) = held(0);
    let rate = |now| pace.rate(at(now)).unwrap();
    let first = rate(100);
    assert!((13.0..=13.4).contains(&first), "0.7 of 19: {first}");
    let (time, ticket) = wait(&pace, at(100));
    let now = at(time + 1);
    pace.begin(now);
    pace.rejected(ticket, now, now, Span::ZERO, 0);
    assert!(rate(time + 1) >= first, "nothing was accepted since the cut: an outage says nothing about the rate");
    let (time, ticket) = wait(&pace, now);
    pace.accepted(ticket);
    let (later, other) = wait(&pace, at(time));
    pace.rejected(other, at(later), at(later), Span::ZERO, 0);
    assert!(rate(later) < first, "{}", rate(later));
}

#[test]
fn it_rests_again_when_nobody_waits_and_twice_the_rate_is_allowed() {
    let (pace, _) = held(0);
    assert!(!pace.is_at_rest(at(2_000)));
    let _ = wait(&pace, at(100));
    assert!(pace.is_at_rest(at(8_000)) && pace.held_until().is_some(), "it rests at the next call");
    let _ = begin(&pace, at(8_000));
    assert_eq!((pace.held_until(), pace.rate(at(8_000))), (None, None));
}

#[test]
fn the_last_place_is_free_again_and_others_are_spares() {
    let (pace, _) = held(1_000);
    let all = [(); 8].map(|()| wait(&pace, at(200)));
    pace.give_back(all[7].1, at(300));
    assert_eq!(wait(&pace, at(300)), (all[7].0, PaceTicket { asked: at(300), ..all[7].1 }));
    for n in [5, 2, 3, 6, 4] {
        pace.give_back(all[n].1, at(300));
    }
    let again = [(); 5].map(|()| wait(&pace, at(300)).0);
    assert_eq!(again[..4], [2, 3, 5, 6].map(|n| all[n].0));
    assert!(again[4] > all[7].0, "the fifth spare is lost");
    assert_eq!(pace.reserve(at(300), |_| at(1_100)), PaceAdmission::TooLate);
}

#[test]
fn a_service_that_has_nothing_left_holds_without_a_cut() {
    let pace = Pace::new();
    let _ = [(); 20].map(|()| begin(&pace, at(0)));
    pace.exhausted(at(100), span(3_000), 0);
    assert_eq!(wait(&pace, at(200)).0, 3_100);
    pace.exhausted(at(300), span(1_000), 0);
    assert_eq!(pace.held_until(), Some(at(3_100)), "a shorter one changes nothing");
    let (_, ticket) = wait(&pace, at(300));
    pace.begin(at(3_200));
    pace.rejected(ticket, at(3_200), at(3_200), Span::ZERO, 0);
    assert!(pace.rate(at(3_200)).unwrap() < 14.0, "the hold counts as accepted, so that a rejection cuts");
}

#[test]
fn the_spread_after_the_hold_fits_the_rate() {
    let start = |attempts, hint, random| {
        let pace = Pace::new();
        let ticket = begin(&pace, at(0));
        (1..attempts).for_each(|_| pace.begin(at(0)));
        pace.rejected(ticket, at(0), at(0), span(hint), random);
        pace.held_until().unwrap().as_nanos() / 1_000_000
    };
    assert_eq!(start(21, 30_000, 0), 30_000);
    assert_eq!(start(21, 30_000, u64::MAX), 30_071, "the time between two attempts at 14 per second");
    assert_eq!(start(1, 30_000, u64::MAX), 44_999, "one call per process: half of the hint");
}

#[test]
fn no_number_panics() {
    for hint in [Span::ZERO, Span(1), Span(DAY), Span::NEVER] {
        for now in [0, 1, SECOND, DAY, u64::MAX / 2, u64::MAX].map(Moment::from_nanos) {
            let pace = Pace::new().cut(0.1).recovery(Duration::from_millis(100));
            let PaceAdmission::Now(ticket) = pace.reserve(now, NO_END) else { panic!() };
            pace.begin(now);
            pace.rejected(ticket, Moment::NEVER, now, hint, u64::MAX);
            pace.exhausted(now, hint, u64::MAX);
            let _ = (pace.reserve(now, NO_END), pace.reserve(Moment::NEVER, NO_END), pace.later(ticket, now));
            pace.accepted(ticket);
            pace.rejected(ticket, now, Moment::NEVER, hint, 0);
            pace.give_back(ticket, Moment::NEVER);
            let _ = (pace.is_at_rest(Moment::NEVER), pace.rate(Moment::NEVER));
        }
    }
}

#[test]
fn it_is_written_like_its_constructors() {
    let pace = Pace::new().cut(0.5).recovery(Duration::from_secs(3));
    assert_eq!(
        std::format!("{} {pace} {}", Pace::new(), pace.fresh()),
        "new() new().cut(0.500).recovery(3s) new().cut(0.500).recovery(3s)"
    );
}
