//! Properties of a breaker under any sequence of calls, drops and forced states.

use std::collections::VecDeque;
use std::time::Duration;

use proptest::prelude::*;
use retry_runtime::breaker::{AttemptOutcome, Breaker, BreakerError, State, StateChange};
use retry_runtime::{Classes, Moment};

use crate::breaker_model::{FAILED, Model, SECOND, TICK, admit, nanos, steps};

fn call(breaker: &Breaker, ending: AttemptOutcome, now: u64, chance: u64) -> Option<StateChange> {
    let permit = admit(breaker, now).expect("admitted");
    breaker.record(permit, ending, || Moment::from_nanos(now), || chance)
}

proptest! {
    #[test]
    fn probes_are_never_too_many_and_forced_states_stay(steps in steps(), limit in 1..6_usize, timed in any::<bool>()) {
        let probes = u32::try_from(limit).expect("small");
        let builder = Breaker::builder().minimum_calls(3).half_open_probes(probes).ignore(Classes::new().conflict());
        let builder = if timed { builder.window_time(Duration::from_secs(10)) } else { builder.window_calls(8) };
        let breaker = builder.build().expect("possible");
        let mut model = Model::new(breaker, limit);
        for step in &steps {
            model.step(step);
            model.check();
        }
        model.check_free();
    }

    #[test]
    fn the_open_time_keeps_its_bounds(
        base in 10_000_000..600 * SECOND,
        longest in 1..64_u64,
        begin in 0..1_000_000 * SECOND,
        chances in prop::collection::vec(any::<u64>(), 1..12),
    ) {
        let cap = base.saturating_mul(longest);
        let breaker = Breaker::builder()
            .window_calls(1)
            .half_open_probes(1)
            .open_for(Duration::from_nanos(base))
            .longest_open(Duration::from_nanos(cap))
            .build()
            .expect("possible");
        let mut now = begin;
        for (level, &chance) in chances.iter().enumerate() {
            let change = call(&breaker, FAILED, now, chance).expect("opens");
            let open = nanos(change.open_for().expect("opened"));
            // Clipped so that the top of its spread is the cap.
            let middle = base.saturating_mul(1 << level).min(cap * 4 / 5 + 1);
            let off = |share: u64| middle / 4 * share + 4;
            prop_assert!(open + off(1) >= middle && open <= middle + off(1) && open <= cap, "{open} of {middle}");

            prop_assert!(admit(&breaker, now + open - 1).is_none());
            let Err(refusal) = breaker.try_acquire(|| Moment::from_nanos(now)) else { panic!("refused") };
            let left = nanos(refusal.left().expect("open"));
            prop_assert!((open..open + TICK).contains(&left));
            now += left;
        }
        prop_assert_eq!(call(&breaker, AttemptOutcome::Succeeded, now, 0).map(|change| change.to()), Some(State::Closed));
        let again = call(&breaker, FAILED, now, chances[0]).expect("opens");
        prop_assert!(nanos(again.open_for().expect("opened")) <= base + base / 4 + 4, "closing forgets the doublings");
    }

    #[test]
    fn a_window_of_calls_is_the_last_calls(
        size in 2..1001_u32,
        runs in prop::collection::vec((any::<bool>(), any::<bool>(), 1..400_u32), 0..20),
        timed in any::<bool>(),
    ) {
        // Neither rate opens it but when every call of a full window is bad.
        let mut builder = Breaker::builder().window_calls(size).minimum_calls(size).failure_rate(1.0);
        if timed {
            builder = builder.slow_calls(Duration::from_secs(1), 1.0);
        }
        let breaker = builder.build().expect("possible");
        let mut last = VecDeque::new();
        for (failed, slow, times) in runs {
            for _ in 0..times {
                let permit = admit(&breaker, 0).expect("a closed breaker admits every call");
                let took = if slow { SECOND + 1 } else { SECOND };
                breaker.record(permit, if failed { FAILED } else { AttemptOutcome::Succeeded }, || Moment::from_nanos(took), || 0);
                last.push_back((failed, slow && timed));
                if last.len() > size as usize {
                    last.pop_front();
                }
                if breaker.state() == State::Open {
                    let all_bad = last.iter().all(|call| call.0) || last.iter().all(|call| call.1);
                    prop_assert!(all_bad && last.len() == size as usize);
                    return Ok(());
                }
            }
            let counts = breaker.counts(Moment::ORIGIN);
            let count = |of: fn(&(bool, bool)) -> bool| last.iter().filter(|call| of(call)).count();
            prop_assert_eq!(counts.calls() as usize, last.len());
            prop_assert_eq!(counts.failed() as usize, count(|call| call.0));
            prop_assert_eq!(counts.slow() as usize, count(|call| call.1));
        }
    }

    #[test]
    fn a_window_of_time_is_the_calls_of_that_time(
        seconds in 1..100_u64,
        waits in prop::collection::vec((0..20 * SECOND, 0..3_u8), 0..200),
    ) {
        let breaker = Breaker::builder()
            .window_time(Duration::from_secs(seconds))
            .minimum_calls(1000)
            .build()
            .expect("possible");
        let (mut now, mut all) = (0, Vec::new());
        for (wait, kind) in waits {
            now += if kind == 0 { wait } else { wait / 1000 };
            let failed = kind == 1;
            call(&breaker, if failed { FAILED } else { AttemptOutcome::Succeeded }, now, 0);
            all.push((now, failed));

            let within = |time: u64| -> (u32, u32) {
                let last = all.iter().filter(|(at, _)| now - at < time);
                last.fold((0, 0), |(calls, failed), call| (calls + 1, failed + u32::from(call.1)))
            };
            let counts = breaker.counts(Moment::from_nanos(now));
            let window = seconds * SECOND;
            let (least, most) = (within(window - window.div_ceil(40)), within(window + 40));
            prop_assert!((least.0..=most.0).contains(&counts.calls()));
            prop_assert!((least.1..=most.1).contains(&counts.failed()));
        }
    }

    #[test]
    fn nothing_panics_whatever_the_numbers(
        times in prop::collection::vec((any::<u64>(), any::<u64>(), any::<u64>(), any::<bool>()), 0..50),
        timed in any::<bool>(),
    ) {
        let builder = Breaker::builder().minimum_calls(1).half_open_probes(1).slow_calls(Duration::from_nanos(1), 0.1);
        let builder = if timed { builder.window_time(Duration::from_millis(100)) } else { builder.window_calls(3) };
        let breaker = builder.build().expect("possible");
        for (begin, end, chance, failed) in times {
            if let Some(permit) = admit(&breaker, begin) {
                breaker.record(permit, if failed { FAILED } else { AttemptOutcome::Succeeded }, || Moment::from_nanos(end), || chance);
            }
            let _ = breaker.counts(Moment::from_nanos(end));
        }
    }
}

/// Above what a bucket holds, its rate stays and its weight does not grow.
#[test]
fn a_crowded_bucket_keeps_its_rate() {
    let breaker = Breaker::new().window_time(Duration::from_secs(10));
    for at in 0..100_000_u32 {
        let ending = if at % 10 == 0 { FAILED } else { AttemptOutcome::Succeeded };
        call(&breaker, ending, 0, 0);
    }
    let counts = breaker.counts(Moment::ORIGIN);
    let rate = counts.failure_rate().expect("calls");
    assert!((2048..4096).contains(&counts.calls()) && (rate - 0.1).abs() < 0.005, "{counts:?}");
}

/// Rates that no binary number is, reached exactly.
#[test]
fn a_rate_is_reached_by_the_call_that_reaches_it() {
    for percent in 1..=100_u32 {
        let breaker = Breaker::builder().failure_rate(f64::from(percent) / 100.0).minimum_calls(100).build();
        let breaker = breaker.expect("possible");
        for _ in 0..100 - percent {
            assert_eq!(call(&breaker, AttemptOutcome::Succeeded, 0, 0), None);
        }
        for _ in 1..percent {
            assert_eq!(call(&breaker, FAILED, 0, 0), None);
        }
        assert_eq!(call(&breaker, FAILED, 0, 0).map(|change| change.to()), Some(State::Open), "{percent} %");
    }
}

#[test]
fn consecutive_failures_open() {
    for failures in 2..=100 {
        let built = Breaker::builder().minimum_calls(1).consecutive(failures).build().expect("possible");
        for breaker in [Breaker::consecutive(failures), built] {
            for _ in 0..2 {
                for _ in 1..failures {
                    assert_eq!(call(&breaker, FAILED, 0, 0), None);
                }
                assert_eq!(call(&breaker, AttemptOutcome::Succeeded, 0, 0), None, "starts the count anew");
            }
            for _ in 1..failures {
                assert_eq!(call(&breaker, FAILED, 0, 0), None);
            }
            assert_eq!(call(&breaker, FAILED, 0, 0).map(|change| change.to()), Some(State::Open), "{failures}");
        }
    }
}

#[test]
fn slow_calls_open() {
    let breaker = Breaker::new().minimum_calls(2).slow_calls(Duration::from_secs(1), 0.5);
    for (took, state) in [(SECOND, State::Closed), (SECOND + 1, State::Open)] {
        let permit = admit(&breaker, 5).expect("closed");
        breaker.record(permit, AttemptOutcome::Succeeded, || Moment::from_nanos(5 + took), || 0);
        assert_eq!(breaker.state(), state);
    }
}

#[test]
fn the_clock_is_asked_only_where_it_matters() {
    let breaker = Breaker::new().window_calls(4);
    for _ in 0..10 {
        let Ok(permit) = breaker.try_acquire(|| panic!("asked")) else { panic!("closed") };
        breaker.record(permit, AttemptOutcome::Succeeded, || panic!("asked"), || panic!("asked"));
    }
    assert_eq!(breaker.counts(Moment::ORIGIN).calls(), 4);
}

#[test]
fn impossible_breakers_are_refused_in_words() {
    let refused = [
        (Breaker::builder().failure_rate(0.0), "a rate of a breaker must be above 0"),
        (Breaker::builder().failure_rate(-0.1), "a rate of a breaker must be above 0"),
        (Breaker::builder().failure_rate(1.01), "a rate of a breaker must be above 0"),
        (Breaker::builder().failure_rate(f64::NAN), "a rate of a breaker must be above 0"),
        (Breaker::builder().failure_rate(f64::INFINITY), "a rate of a breaker must be above 0"),
        (Breaker::builder().window_calls(0), "`window_calls` must be from 1 to 1000"),
        (Breaker::builder().window_calls(1001), "`window_calls` must be from 1 to 1000"),
        (Breaker::builder().window_calls(u32::MAX), "`window_calls` must be from 1 to 1000"),
        (Breaker::builder().consecutive(1), "`consecutive` must be from 2"),
        (Breaker::builder().consecutive(101), "`consecutive` must be from 2"),
        (Breaker::builder().consecutive(10).minimum_calls(11), "`minimum_calls` is above `window_calls`"),
        (Breaker::builder().window_time(Duration::ZERO), "`window_time` must be from 100 ms to a day"),
        (Breaker::builder().window_time(Duration::MAX), "`window_time` must be from 100 ms to a day"),
        (Breaker::builder().minimum_calls(0), "`minimum_calls` of 0 has no effect"),
        (Breaker::builder().window_calls(10).minimum_calls(11), "`minimum_calls` is above `window_calls`"),
        (Breaker::builder().minimum_calls(11).window_calls(10), "`minimum_calls` is above `window_calls`"),
        (Breaker::builder().slow_calls(Duration::ZERO, 0.5), "`slow_calls` must start above zero"),
        (Breaker::builder().slow_calls(Duration::MAX, 0.5), "`slow_calls` must start above zero"),
        (Breaker::builder().slow_calls(Duration::from_secs(1), 0.0), "a rate of a breaker must be above 0"),
        (Breaker::builder().open_for(Duration::ZERO), "the open time of a breaker must be from 10 ms"),
        (Breaker::builder().open_for(Duration::MAX), "the open time of a breaker must be from 10 ms"),
        (Breaker::builder().longest_open(Duration::ZERO), "the open time of a breaker must be from 10 ms"),
        (
            Breaker::builder().open_for(Duration::from_secs(2)).longest_open(Duration::from_secs(1)),
            "`longest_open` is below `open_for`",
        ),
        (
            Breaker::builder().longest_open(Duration::from_secs(1)).open_for(Duration::from_secs(2)),
            "`longest_open` is below `open_for`",
        ),
        (Breaker::builder().half_open_probes(0), "`half_open_probes` must be from 1"),
        (Breaker::builder().half_open_probes(101), "`half_open_probes` must be from 1"),
        (Breaker::builder().ignore(Classes::new().statuses(200..=204)), "a failed exchange has a status from 400"),
    ];
    for (builder, words) in refused {
        let fault: BreakerError = builder.build().expect_err(words);
        let said = fault.to_string();
        assert!(said.starts_with(words), "{said}");
        assert!(said.contains("; "), "says what to write instead: {said}");
    }
}

#[test]
fn a_probe_of_an_older_period_does_nothing_in_a_newer_one() {
    let breaker = Breaker::new().window_calls(1).half_open_probes(2);
    let half_opened = |now: u64| {
        call(&breaker, FAILED, now, 0).expect("opens");
        admit(&breaker, now + 2 * SECOND).expect("the first probe")
    };
    let mut now = 0;
    for old_ends in [Some(FAILED), Some(AttemptOutcome::Succeeded), None] {
        let old = half_opened(now);
        breaker.force_open();
        breaker.clear_forced();
        now += 2 * SECOND;
        let newer = half_opened(now);
        now += 2 * SECOND;
        match old_ends {
            Some(ending) => assert_eq!(breaker.record(old, ending, || Moment::from_nanos(now), || 0), None),
            None => breaker.release(old),
        }
        assert_eq!((breaker.state(), breaker.counts(Moment::from_nanos(now)).calls()), (State::HalfOpen, 0));
        let second = admit(&breaker, now).expect("one place is left");
        assert!(admit(&breaker, now).is_none());
        for permit in [newer, second] {
            breaker.record(permit, AttemptOutcome::Succeeded, || Moment::from_nanos(now), || 0);
        }
        assert_eq!(breaker.state(), State::Closed);
    }
}
