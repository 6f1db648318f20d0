//! Attempts that their callers drop: a service that hangs opens a breaker, and callers that leave do not.
//!
//! Each scene is a simulation on virtual time with a seed.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use retry_runtime::breaker::{AttemptOutcome, Breaker, Permit, State};
use retry_runtime::{Class, Moment};

const MILLISECOND: u64 = 1_000_000;
const SECOND: u64 = 1000 * MILLISECOND;

/// Uniform random numbers of a seed.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    /// From 0 to 1, without 0.
    #[expect(clippy::cast_precision_loss, reason = "53 bits")]
    fn unit(&mut self) -> f64 {
        ((self.bits() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    /// Exponential with this mean, in nanoseconds.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a short time")]
    fn exponential(&mut self, mean_ms: f64) -> u64 {
        (-self.unit().ln() * mean_ms * 1e6) as u64
    }

    /// Lognormal with this median, in nanoseconds.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a short time")]
    fn lognormal(&mut self, median_ms: f64, sigma: f64) -> u64 {
        let normal = (-2.0 * self.unit().ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos();
        ((normal * sigma).exp() * median_ms * 1e6) as u64
    }
}

/// What a dropped attempt is to the breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Drops {
    /// By the time that it ran.
    Timed,
    Failures,
    Released,
}

/// A service, and callers that leave after a time.
struct Scene {
    calls_per_second: f64,
    seconds: u64,
    service: fn(&mut Random) -> u64,
    leaves: fn(&mut Random) -> u64,
    /// Seconds from which and until which the service answers nothing.
    hangs: (u64, u64),
}

const NEVER: (u64, u64) = (u64::MAX, u64::MAX);

#[derive(Debug, Default)]
struct Report {
    calls: u32,
    refused: u32,
    /// Attempts that began during the hang.
    sent: u32,
    /// From the begin of the hang until the breaker opened.
    opened: Option<u64>,
    /// From the end of the hang until the breaker was closed again.
    back: Option<u64>,
}

/// End of an attempt: its moment, its number, and whether the caller had left.
type End = (u64, usize, bool);

impl Scene {
    fn run(&self, breaker: &Breaker, drops: Drops, seed: u64) -> Report {
        let (mut random, mut report, mut permits) = (Random(seed), Report::default(), Vec::new());
        let (from, until) = (self.hangs.0.saturating_mul(SECOND), self.hangs.1.saturating_mul(SECOND));
        let mut ends = BinaryHeap::<Reverse<End>>::new();
        let mut now = 0;
        while now < self.seconds * SECOND {
            while let Some(Reverse((at, _, _))) = ends.peek().filter(|end| end.0.0 <= now).copied() {
                let Some(Reverse(end)) = ends.pop() else { break };
                finish(breaker, drops, end, &mut permits, &mut random);
                if at >= from && breaker.is_open() {
                    report.opened.get_or_insert(at - from);
                }
                if at >= until && breaker.state() == State::Closed {
                    report.back.get_or_insert(at - until);
                }
            }
            report.calls += 1;
            match breaker.try_acquire(|| Moment::from_nanos(now)) {
                Err(_) => report.refused += 1,
                Ok(mut permit) => {
                    report.sent += u32::from((from..until).contains(&now));
                    breaker.start_timing(&mut permit, || Moment::from_nanos(now));
                    let (served, left) = (now + (self.service)(&mut random), now + (self.leaves)(&mut random));
                    let served = if served >= from && now < until { until + served - now } else { served };
                    ends.push(Reverse((served.min(left), permits.len(), left < served)));
                    permits.push(Some(permit));
                }
            }
            now += random.exponential(1000.0 / self.calls_per_second);
        }
        report
    }
}

fn finish(
    breaker: &Breaker,
    drops: Drops,
    (at, number, has_left): End,
    permits: &mut [Option<Permit>],
    random: &mut Random,
) {
    let (now, permit) = (|| Moment::from_nanos(at), permits[number].take().expect("ends once"));
    match drops {
        _ if !has_left => drop(breaker.record(permit, AttemptOutcome::Succeeded, now, || random.bits())),
        Drops::Timed => drop(breaker.record_dropped(permit, now, || random.bits())),
        Drops::Failures => {
            breaker.record(permit, AttemptOutcome::Failed(Class::Timeout), now, || random.bits());
        }
        Drops::Released => breaker.release(permit),
    }
}

/// A service of 40 ms that hangs for 30 s, behind a timeout of the callers.
fn hang(leaves: fn(&mut Random) -> u64) -> Scene {
    let service = |random: &mut Random| random.lognormal(40.0, 0.5);
    Scene { calls_per_second: 50.0, seconds: 120, service, leaves, hangs: (60, 90) }
}

#[test]
fn a_hang_behind_an_outer_timeout_opens_it_until_the_service_answers() {
    for seed in 0..10 {
        for (scene, opened, sent) in
            [(hang(|_| 300 * MILLISECOND), 3, 250), (hang(|_| SECOND), 3, 250), (hang(|_| 5 * SECOND), 7, 450)]
        {
            for breaker in [Breaker::new(), Breaker::consecutive(10)] {
                let report = scene.run(&breaker, Drops::Timed, seed);
                assert!(report.opened.is_some_and(|time| time <= opened * SECOND), "{report:?}");
                assert!(report.back.is_some_and(|time| time <= 3 * SECOND), "{report:?}");
                assert!(report.sent <= sent, "{report:?}");
            }
        }
    }
}

#[test]
fn without_their_time_drops_open_nothing() {
    let report = hang(|_| SECOND).run(&Breaker::new(), Drops::Released, 0);
    assert_eq!((report.opened, report.refused), (None, 0));
}

/// Returns scenes of a service that works, in which callers leave for reasons of their own.
fn leavers() -> [(&'static str, Scene); 3] {
    let scene =
        |calls_per_second, service, leaves| Scene { calls_per_second, seconds: 600, service, leaves, hangs: NEVER };
    [
        (
            "users that leave a slow service",
            scene(50.0, |random| random.lognormal(400.0, 0.5), |random| random.exponential(100.0)),
        ),
        // Each key drops the search before it; one in six searches is the last.
        (
            "search as you type",
            scene(
                50.0,
                |random| random.lognormal(150.0, 0.5),
                |random| {
                    if random.unit() < 1.0 / 6.0 { u64::MAX / 2 } else { random.exponential(180.0) }
                },
            ),
        ),
        // A third stops the answer in its first seconds.
        (
            "chat",
            scene(
                20.0,
                |random| random.lognormal(6000.0, 0.7),
                |random| {
                    if random.unit() < 2.0 / 3.0 { u64::MAX / 2 } else { random.exponential(1500.0) }
                },
            ),
        ),
    ]
}

#[test]
fn callers_that_leave_a_service_that_works_open_nothing() {
    for (name, scene) in leavers() {
        for seed in 0..5 {
            let report = scene.run(&Breaker::new(), Drops::Timed, seed);
            assert_eq!(report.refused, 0, "{name}, seed {seed}: {report:?}");
        }
        let report = scene.run(&Breaker::new(), Drops::Failures, 0);
        assert!(report.refused > report.calls / 5, "{name} would show nothing: {report:?}");
    }
}

#[test]
fn ten_in_a_row_do_not_open_by_chance() {
    let (breaker, mut random) = (Breaker::consecutive(10), Random(1));
    for call in 0..500 * 60 * 20_u64 {
        let now = || Moment::from_nanos(call * 2 * MILLISECOND);
        let Ok(permit) = breaker.try_acquire(now) else { panic!("opened at call {call}") };
        let fails = random.unit() < 0.2;
        let outcome = if fails { AttemptOutcome::Failed(Class::Timeout) } else { AttemptOutcome::Succeeded };
        assert_eq!(breaker.record(permit, outcome, now, || 0), None);
    }
}

fn timed(breaker: &Breaker, begun: u64) -> Permit {
    let Ok(mut permit) = breaker.try_acquire(|| Moment::from_nanos(begun)) else { panic!("closed") };
    breaker.start_timing(&mut permit, || Moment::from_nanos(begun));
    permit
}

/// A breaker that has seen this many successes of `took` each.
fn taught(breaker: Breaker, successes: u32, took: u64) -> Breaker {
    for _ in 0..successes {
        let permit = timed(&breaker, SECOND);
        breaker.record(permit, AttemptOutcome::Succeeded, || Moment::from_nanos(SECOND + took), || 0);
    }
    breaker
}

fn failed(breaker: &Breaker) -> u32 {
    breaker.counts(Moment::from_nanos(SECOND)).failed()
}

#[test]
fn a_drop_counts_only_above_twice_of_what_a_hundred_successes_took() {
    let breaker = taught(Breaker::new(), 99, 30 * MILLISECOND);
    breaker.record_dropped(timed(&breaker, 0), || Moment::from_nanos(60 * SECOND), || 0);
    assert_eq!((breaker.drop_limit(), failed(&breaker)), (None, 0));
    let breaker = taught(breaker, 1, 30 * MILLISECOND);
    let limit = breaker.drop_limit().expect("a hundred");
    let limit = u64::try_from(limit.as_nanos()).expect("short");
    assert!((55 * MILLISECOND..75 * MILLISECOND).contains(&limit), "{limit}");
    breaker.record_dropped(timed(&breaker, 0), || Moment::from_nanos(limit), || 0);
    assert_eq!(failed(&breaker), 0);
    breaker.record_dropped(timed(&breaker, 0), || Moment::from_nanos(limit + 1), || 0);
    assert_eq!(failed(&breaker), 1);
}

#[test]
fn the_limit_is_at_least_50_ms() {
    let breaker = taught(Breaker::new(), 1000, MILLISECOND);
    assert_eq!(breaker.drop_limit(), Some(std::time::Duration::from_millis(50)));
}

#[test]
fn an_attempt_that_was_not_timed_counts_no_drop_and_teaches_nothing() {
    let breaker = taught(Breaker::new(), 100, MILLISECOND);
    let Ok(permit) = breaker.try_acquire(|| panic!("asked")) else { panic!("closed") };
    breaker.record_dropped(permit, || panic!("asked"), || 0);
    assert_eq!(failed(&breaker), 0);
    let breaker = Breaker::new();
    for _ in 0..200 {
        let Ok(permit) = breaker.try_acquire(|| Moment::ORIGIN) else { panic!("closed") };
        breaker.record(permit, AttemptOutcome::Succeeded, || panic!("asked"), || 0);
    }
    assert_eq!(breaker.drop_limit(), None);
}

#[test]
fn an_ignored_timeout_is_ignored_in_a_drop_too() {
    let ignores = Breaker::new().ignore(retry_runtime::Classes::new().timeout());
    let breaker = taught(ignores, 100, MILLISECOND);
    breaker.record_dropped(timed(&breaker, 0), || Moment::from_nanos(60 * SECOND), || 0);
    assert_eq!(failed(&breaker), 0);
}
