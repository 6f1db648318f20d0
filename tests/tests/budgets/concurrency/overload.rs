//! Calls with a deadline of a second, at 90, 150 and 500 % of what the service can serve.

use super::*;

/// Sends `load` for 10 seconds through a limit that is made for each seed.
fn scene(seed: u64, load: f64, limit: fn() -> Concurrency) -> Results {
    on_virtual_time(async {
        let limit = Rc::new(limit());
        send(seed, &[(0, load), (10, 0.0)], |work| {
            let limit = limit.clone();
            async move { with_deadline(&limit, work).await }
        })
        .await
    })
}

fn half_of_what_is_left() -> Concurrency {
    Concurrency::new(PLACES)
}

fn until_the_deadline() -> Concurrency {
    Concurrency::new(PLACES).wait(SECOND)
}

#[test]
fn overload_is_served_at_the_capacity_by_the_half_and_hardly_at_all_until_the_deadline() {
    for load in [1.5, 5.0] {
        for seed in SEEDS {
            let half = scene(seed, load, half_of_what_is_left).of_capacity(3, 10);
            let whole = scene(seed, load, until_the_deadline).of_capacity(3, 10);
            println!("{load} of the capacity, seed {seed}: {half:.3}, until the deadline {whole:.3}");
            assert!(half >= 0.95, "{load}, {seed}: {half}");
            assert!(whole <= 0.3, "{load}, {seed}: {whole}");
        }
    }
}

#[test]
fn a_service_that_is_busy_loses_nothing_by_the_limit() {
    for seed in SEEDS {
        let results = scene(seed, 0.9, half_of_what_is_left);
        assert_eq!(results.failed(), 0, "{seed}");
        assert!(results.of_sent(0, 10) >= 0.9999, "{seed}: {}", results.of_sent(0, 10));
    }
}
