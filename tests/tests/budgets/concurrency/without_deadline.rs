//! Calls without a deadline, of users who leave after a second and whom nobody notices.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::*;

/// 90 % of the capacity, `load` from second 2 to 10, and 90 % again.
fn storm(load: f64) -> [(u64, f64); 4] {
    [(0, 0.9), (2, load), (10, 0.9), (18, 0.0)]
}

fn limited(seed: u64, load: f64) -> Results {
    on_virtual_time(async {
        let limit = Rc::new(Concurrency::new(PLACES));
        let load = storm(load);
        let calls = send(seed, &load, |work| {
            let limit = limit.clone();
            async move { without_deadline(&limit, work).await }
        });
        calls.await
    })
}

/// Sends the same calls through a semaphore, which serves them in the order of arrival.
fn in_order(seed: u64, load: f64) -> Results {
    on_virtual_time(async {
        let places = Arc::new(Semaphore::new(PLACES as usize));
        let load = storm(load);
        let calls = send(seed, &load, |work| {
            let places = places.clone();
            async move {
                let _place = places.acquire().await.unwrap();
                sleep(work).await;
                Ok(())
            }
        });
        calls.await
    })
}

#[test]
fn a_storm_is_served_at_the_capacity_and_loses_nothing() {
    for load in [1.5, 5.0] {
        for seed in SEEDS {
            let (limited, in_order) = (limited(seed, load), in_order(seed, load));
            let during = (limited.of_capacity(4, 10), in_order.of_capacity(4, 10));
            let after = (limited.of_sent(11, 18), in_order.of_sent(11, 18));
            println!("{load} of the capacity, seed {seed}: during it {during:.3?}, after it {after:.3?}");
            assert_eq!(limited.failed(), 0, "{load}, {seed}");
            assert!(during.0 >= 0.95 && after.0 >= 0.98, "{load}, {seed}: {during:?} {after:?}");
            assert!(during.1 <= 0.1 && after.1 <= 0.1, "in order: {load}, {seed}: {during:?} {after:?}");
        }
    }
}
