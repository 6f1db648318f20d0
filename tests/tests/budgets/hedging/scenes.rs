//! Scenes: tail latency, a hang, and more load than the servers take.

use super::*;

const SEEDS: std::ops::RangeInclusive<u64> = 1..=2;

/// Times and requests of calls at 40 % load, once the delay is learned.
fn quiet(seed: u64, calls: fn() -> Calls) -> (Vec<Duration>, f64) {
    on_virtual_time(async {
        let servers = Servers::new(seed);
        let load = Load { share: 0.4, time: 8 * SECOND, more: None };
        let results = send(seed, &servers, load, &[calls()]).await;
        let sent = u32::try_from(results.0.borrow().len()).unwrap();
        (results.times(SECOND), f64::from(servers.requests()) / f64::from(sent) - 1.0)
    })
}

#[test]
fn a_learned_hedge_cuts_the_tail_for_five_percent_more_requests() {
    for seed in SEEDS {
        let (plain, none) = quiet(seed, || Calls::Plain);
        let (hedge, extra) = quiet(seed, || hedged(Hedge::percentile(95)));
        let [p99, p999] = [990, 999].map(|per_mille| percentile(&hedge, per_mille) / percentile(&plain, per_mille));
        println!("{seed}: p99 {p99:.2}, p99.9 {p999:.2}, extra {extra:.3}");
        assert!(none == 0.0 && extra <= 0.06, "{seed}: {extra}");
        assert!(p99 <= 0.75 && p999 <= 0.6, "{seed}: {p99} {p999}");
    }
}

/// Load of the busiest second of a hang, as a multiple of the load before.
fn hang(seed: u64, processes: &[Calls]) -> f64 {
    on_virtual_time(async {
        let servers = Servers::new(seed);
        servers.hang(2 * SECOND, 4 * SECOND);
        let load = Load { share: 0.6, time: 4 * SECOND, more: None };
        send(seed, &servers, load, processes).await;
        f64::from(servers.busiest_second()) / (load.share * CAPACITY)
    })
}

#[test]
fn a_service_that_hangs_gets_hardly_more_load() {
    for seed in SEEDS {
        let peak = hang(seed, &[hedged(Hedge::percentile(95))]);
        println!("{seed}: {peak:.2}");
        assert!(peak <= 1.1, "{seed}: {peak}");
    }
    let free = hang(1, &[Calls::Free(30 * MS)]);
    println!("free: {free:.2}");
    assert!(free >= 1.9, "{free}");
}

#[test]
fn two_hundred_processes_send_a_hang_a_few_hedges_each() {
    let processes: Vec<_> = (0..200).map(|_| hedged(Hedge::after(30 * MS))).collect();
    let peak = hang(1, &processes);
    println!("{peak:.2}");
    assert!(peak <= 1.3, "{peak}");
}

/// Result of a scene with 1.6 times the load for 3 s.
#[derive(Debug)]
struct Overload {
    /// Load of the busiest second, as a multiple of the load before.
    peak: f64,
    /// Share of answered calls in the second after the overload, and in the last one.
    answered: [f64; 2],
}

fn overload(seed: u64, calls: Calls) -> Overload {
    on_virtual_time(async {
        let servers = Servers::new(seed);
        servers.serve_all();
        let load = Load { share: 0.7, time: 7 * SECOND, more: Some((SECOND, 4 * SECOND, 1.6)) };
        let results = send(seed, &servers, load, &[calls]).await;
        let second = |begin: Duration| results.answered(begin, begin + SECOND);
        Overload {
            peak: f64::from(servers.busiest_second()) / (load.share * CAPACITY),
            answered: [second(4 * SECOND), second(6 * SECOND)],
        }
    })
}

#[test]
fn an_overload_ends_with_the_load_that_caused_it() {
    for seed in SEEDS {
        let Overload { peak, answered } = overload(seed, hedged(Hedge::percentile(95)));
        println!("{seed}: {peak:.2} {answered:?}");
        assert!(peak <= 1.8, "{seed}: {peak}");
        assert!(answered.iter().all(|share| *share >= 0.99), "{seed}: {answered:?}");
    }
}

#[test]
fn hedging_without_a_bound_stays_down_in_the_same_scene() {
    let Overload { peak, answered } = overload(1, Calls::Free(30 * MS));
    println!("{peak:.2} {answered:?}");
    assert!(peak >= 2.5 && answered[1] <= 0.5, "{peak} {answered:?}");
}
