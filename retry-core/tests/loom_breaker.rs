//! Breakers under every interleaving of a few threads.
//!
//! `RUSTFLAGS="--cfg loom" cargo test -p retry-core --release --test loom_breaker`
#![cfg(loom)]

use core::time::Duration;

use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;
use retry_core::breaker::{AttemptOutcome, Breaker, Permit, State};
use retry_core::{Class, Moment};

const FAILED: AttemptOutcome = AttemptOutcome::Failed(Class::Timeout);
/// After every open time of these breakers.
const LATER: Moment = Moment::from_nanos(10_000_000_000);

fn origin() -> Moment {
    Moment::ORIGIN
}

fn zero() -> u64 {
    0
}

fn acquire(breaker: &Breaker, now: Moment) -> Option<Permit> {
    match breaker.try_acquire(|| now) {
        Ok(permit) => Some(permit),
        Err(_) => None,
    }
}

/// A breaker with a window of two calls, which opens at one failure.
fn closed() -> Breaker {
    Breaker::new().window_calls(2).minimum_calls(2).failure_rate(0.5)
}

fn opened(probes: u32) -> Breaker {
    let breaker = closed().half_open_probes(probes);
    for _ in 0..2 {
        let permit = acquire(&breaker, origin()).expect("closed");
        breaker.record(permit, FAILED, origin, zero);
    }
    assert_eq!(breaker.state(), State::Open);
    breaker
}

/// Shares the breaker, whose atomics are made first, before there are threads.
fn shared(breaker: Breaker) -> Arc<Breaker> {
    breaker.touch();
    Arc::new(breaker)
}

/// Tries the interleavings in which threads are preempted at most three times, if all are too many.
fn most_interleavings(model: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(model);
}

/// Runs `run` in each of `count` threads.
fn threads<T: 'static>(
    breaker: &Arc<Breaker>,
    count: usize,
    run: impl Fn(usize, &Breaker) -> T + Clone + 'static,
) -> Vec<T> {
    let spawned: Vec<_> = (0..count)
        .map(|at| {
            let (breaker, run) = (Arc::clone(breaker), run.clone());
            thread::spawn(move || run(at, &breaker))
        })
        .collect();
    spawned.into_iter().map(|thread| thread.join().expect("no panic")).collect()
}

#[test]
fn half_open_never_admits_one_too_many() {
    for (callers, probes) in [(2, 1), (3, 1), (3, 2)] {
        most_interleavings(move || {
            let breaker = shared(opened(probes));
            let permits = threads(&breaker, callers, |_, breaker| acquire(breaker, LATER));
            let admitted: Vec<_> = permits.iter().flatten().collect();
            assert_eq!(admitted.len(), probes as usize);
            assert_eq!(admitted.iter().filter(|permit| permit.change().is_some()).count(), 1);
        });
    }
}

#[test]
fn two_callers_of_one_probe_in_every_interleaving() {
    loom::model(|| {
        let breaker = shared(opened(1));
        let permits = threads(&breaker, 2, |_, breaker| acquire(breaker, LATER));
        assert_eq!(permits.iter().flatten().count(), 1);
    });
}

#[test]
fn probes_that_come_back_in_any_way_leave_room_for_no_more_than_the_limit() {
    most_interleavings(|| {
        let breaker = shared(opened(2));
        let out = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&out);
        threads(&breaker, 2, move |at, breaker| {
            for _ in 0..2 {
                let Some(permit) = acquire(breaker, LATER) else { continue };
                if !permit.is_probe() {
                    return; // the other thread's probes have closed it
                }
                assert!(counter.fetch_add(1, Ordering::AcqRel) < 2, "a probe too many");
                counter.fetch_sub(1, Ordering::AcqRel);
                if at == 0 {
                    breaker.record(permit, AttemptOutcome::Succeeded, origin, zero);
                } else {
                    breaker.release(permit);
                }
            }
        });
        // Whoever comes now finds as many places as are neither counted nor out.
        let counted = breaker.counts(LATER).calls() as usize;
        if breaker.state() == State::HalfOpen {
            let permits: Vec<_> = core::iter::from_fn(|| acquire(&breaker, LATER)).collect();
            assert_eq!(permits.len(), 2 - counted);
        } else {
            assert_eq!(breaker.state(), State::Closed);
        }
    });
}

#[test]
fn a_probe_that_is_given_back_is_usable_again() {
    loom::model(|| {
        let breaker = shared(opened(1));
        let permit = acquire(&breaker, LATER).expect("the first probe");
        let held = Arc::new(AtomicUsize::new(1));
        let giver = {
            let (breaker, held) = (Arc::clone(&breaker), Arc::clone(&held));
            thread::spawn(move || {
                held.fetch_sub(1, Ordering::AcqRel);
                breaker.release(permit);
            })
        };
        let caught = acquire(&breaker, LATER);
        if caught.is_some() {
            assert_eq!(held.fetch_add(1, Ordering::AcqRel), 0, "a probe too many");
        }
        giver.join().expect("no panic");
        assert_eq!(acquire(&breaker, LATER).is_some(), caught.is_none());
    });
}

#[test]
fn one_opener_wins() {
    let of_time = || Breaker::new().window_time(Duration::from_secs(10)).minimum_calls(2);
    let both: [fn() -> Breaker; 2] = [closed, of_time];
    for make in both {
        loom::model(move || {
            let breaker = shared(make());
            let changes = threads(&breaker, 2, |_, breaker| {
                let permit = acquire(breaker, origin())?;
                breaker.record(permit, FAILED, origin, zero)
            });
            // A caller may find it open already only if both failures were counted, and each thread brings one.
            assert_eq!(changes.iter().flatten().count(), 1);
            assert_eq!(breaker.state(), State::Open);
        });
    }
}

/// Of whom the second makes the calls enough.
#[test]
fn a_success_and_a_failure_open_whoever_comes_last() {
    loom::model(|| {
        let breaker = shared(closed());
        let changes = threads(&breaker, 2, |at, breaker| {
            let permit = acquire(breaker, origin()).expect("closed: the minimum takes both");
            breaker.record(permit, if at == 0 { FAILED } else { AttemptOutcome::Succeeded }, origin, zero)
        });
        assert_eq!(changes.iter().flatten().count(), 1);
        assert_eq!(breaker.state(), State::Open);
    });
}

#[test]
fn one_closer_wins() {
    loom::model(|| {
        let breaker = shared(opened(2));
        let changes = threads(&breaker, 2, |_, breaker| {
            let permit = acquire(breaker, LATER).expect("two probes");
            breaker.record(permit, AttemptOutcome::Succeeded, origin, zero)
        });
        assert_eq!(changes.iter().flatten().count(), 1);
        assert_eq!((breaker.state(), breaker.counts(LATER).calls()), (State::Closed, 0));
    });
}

#[test]
fn what_an_older_period_admitted_counts_in_no_newer_one() {
    let call = || (Breaker::new().window_calls(4).minimum_calls(4), origin());
    let of_time = || (Breaker::new().window_time(Duration::from_secs(10)).minimum_calls(4), origin());
    let probe = || (opened(1), LATER);
    let all: [fn() -> (Breaker, Moment); 3] = [call, of_time, probe];
    for make in all {
        most_interleavings(move || {
            let (breaker, now) = make();
            let breaker = shared(breaker);
            let permit = acquire(&breaker, now).expect("admitted");
            let late = {
                let breaker = Arc::clone(&breaker);
                thread::spawn(move || breaker.record(permit, FAILED, origin, zero))
            };
            breaker.force_open();
            breaker.clear_forced();
            let newer = acquire(&breaker, now).expect("closed");
            breaker.record(newer, AttemptOutcome::Succeeded, || now, zero);
            late.join().expect("no panic");
            let counts = breaker.counts(now);
            assert_eq!((breaker.state(), counts.calls(), counts.failed()), (State::Closed, 1, 0));
        });
    }
}

/// A failure whose slot is written after others have gone around must not stay, once the window is good again.
#[test]
fn a_window_that_rests_holds_no_failure() {
    loom::model(|| {
        let breaker = shared(Breaker::new().window_calls(2).minimum_calls(2).failure_rate(1.0));
        succeed(&breaker, 2);
        threads(&breaker, 2, |at, breaker| {
            if at == 0 {
                let permit = acquire(breaker, origin()).expect("closed");
                assert_eq!(breaker.record(permit, FAILED, origin, zero), None, "never two failures");
            } else {
                succeed(breaker, 2);
            }
        });
        succeed(&breaker, 2);
        assert_eq!((breaker.counts(origin()).calls(), breaker.counts(origin()).failed()), (2, 0));
    });
}

fn succeed(breaker: &Breaker, times: usize) {
    for _ in 0..times {
        let permit = acquire(breaker, origin()).expect("closed");
        breaker.record(permit, AttemptOutcome::Succeeded, origin, zero);
    }
}

/// A success, a drop and an early drop at once: the drop that was a hang counts, in any order.
#[test]
fn drops_and_successes_at_once_keep_counts_and_limit() {
    let at = |nanos: u64| move || Moment::from_nanos(nanos);
    let timed = |breaker: &Breaker| {
        let mut permit = acquire(breaker, origin()).expect("closed");
        breaker.start_timing(&mut permit, origin);
        permit
    };
    most_interleavings(move || {
        let breaker = shared(Breaker::new().window_calls(4).minimum_calls(4));
        for _ in 0..2 {
            breaker.record(timed(&breaker), AttemptOutcome::Succeeded, at(1), zero);
        }
        let limit = breaker.drop_limit();
        threads(&breaker, 2, move |thread, breaker| {
            if thread == 0 {
                breaker.record(timed(breaker), AttemptOutcome::Succeeded, at(1), zero);
                breaker.record_dropped(timed(breaker), at(1_000), zero);
            } else {
                breaker.record_dropped(timed(breaker), at(1_000_000_000), zero);
            }
        });
        assert_eq!((breaker.drop_limit(), breaker.counts(origin()).failed()), (limit, 1));
        assert_eq!(breaker.counts(origin()).calls(), 4);
    });
}
