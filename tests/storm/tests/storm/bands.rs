//! Bands of the load that callers with the default budget bring to a service that fails, at several rates.

use std::time::Duration;

use retry_runtime::storm::{CallTo, Service, Storm, Trigger, Verdict};

use crate::chain::{calls, seconds};

const FAULTS: [Trigger; 2] = [Trigger::Errors("db"), Trigger::Hangs("db")];

/// The chain whose processes get `rate` calls per second each.
fn chain([front, b, c, leaf]: [CallTo; 4], rate: u32) -> Storm {
    // At 5 per second a CPU with the headroom of the others would be too slow for the timeout when all is well.
    let (leaf_rate, callers, instances) = match rate {
        5 => (50, 10, 4),
        50 => (50, 1, 4),
        rate => (rate, 1, 1),
    };
    let load = f64::from(leaf_rate * instances);
    let service = |name, call| Service::new(name, (callers * instances) as usize).calls(call);
    let leaf = Service::new("leaf", instances as usize).capacity(1.5 * load).queue(1000).slots(200).calls(leaf);
    Storm::new("front", load)
        .users(seconds(5), 0)
        .service(service("front", front))
        .service(service("b", b))
        .service(service("c", c))
        .service(leaf)
        .service(Service::new("db", 1).takes(Duration::from_millis(5)))
        .seeds(1)
}

fn run(storm: &Storm, trigger: Trigger) -> (Verdict, f64, f64) {
    let verdict = storm.trigger(trigger, seconds(8)).run().expect("the chain is complete").all()[0].clone();
    let peak = |name| verdict.service(name).expect("the chain has it").peak();
    let peaks = (peak("leaf"), peak("db"));
    (verdict, peaks.0, peaks.1)
}

/// Asserts that the leaf gets at most these multiples of normal when the database errs, and when it hangs.
#[track_caller]
fn assert_chain_is_calm(rate: u32, most: [f64; 2]) {
    let storm = chain(calls!(credit), rate).deadlines_travel().give_ups_travel();
    for (trigger, most) in FAULTS.into_iter().zip(most) {
        let (verdict, leaf, db) = run(&storm, trigger);
        assert!(leaf <= most, "{verdict}: {leaf}");
        // At 5 per second the first retries of 40 processes in a hang are three fifths of normal.
        assert!(db <= most.max(1.2), "{verdict}: {db}");
        assert!(verdict.is_back_within(seconds(1)), "{verdict}");
    }
}

#[test]
fn a_chain_stays_calm_at_5_calls_per_second() {
    assert_chain_is_calm(5, [1.2, 1.7]);
}

#[test]
fn a_chain_stays_calm_at_50_calls_per_second() {
    assert_chain_is_calm(50, [1.2, 1.2]);
}

#[test]
fn a_chain_stays_calm_at_250_calls_per_second() {
    assert_chain_is_calm(250, [1.2, 1.2]);
}

#[test]
fn a_chain_stays_calm_at_500_calls_per_second() {
    assert_chain_is_calm(500, [1.2, 1.2]);
}

/// Waiting after a timeout keeps calls open in every layer: deadlines and give-ups that travel would hide that.
#[test]
fn a_budget_alone_keeps_a_chain_calm() {
    for trigger in FAULTS {
        for rate in [50, 250] {
            let (verdict, leaf, db) = run(&chain(calls!(credit), rate), trigger);
            // The busiest second of 200 calls per second is noisy: with 20 seeds the database gets 1.21 to 1.31.
            assert!(leaf <= 1.25 && db <= 1.35, "{rate} per second, {verdict}: {leaf}, {db}");
            assert!(verdict.is_back_within(seconds(2)), "{rate} per second, {verdict}");
        }
        let (verdict, ..) = run(&chain(calls!(credit), 5), trigger);
        assert!(verdict.is_back_within(seconds(2)), "5 per second, {verdict}");
    }
}

#[test]
fn a_fleet_that_seldom_calls_is_bounded_by_budget_and_cancellation() {
    let [_, _, c, leaf] = calls!(credit);
    let storm = Storm::new("fleet", 500.0)
        .users(seconds(5), 0)
        .service(Service::new("fleet", 1000).calls(c))
        .service(Service::new("leaf", 2).capacity(750.0).queue(1000).slots(200).calls(leaf))
        .service(Service::new("db", 1).takes(Duration::from_millis(5)))
        .deadlines_travel()
        .seeds(1);
    for trigger in FAULTS {
        let (verdict, leaf, _) = run(&storm, trigger);
        assert!(leaf <= 2.7, "{verdict}: {leaf}");
        assert!(verdict.is_back_within(seconds(2)), "{verdict}");
    }
}
