//! The law of the page `storms`: headroom and queue decide whether naive attempts keep a service down.

use retry_runtime::storm::Trigger;

use crate::chain::{calls, chain, seconds};

#[test]
fn a_queue_that_is_served_within_the_timeout_is_harmless() {
    let rows = [
        (1.25, 25, true),
        (1.25, 50, true),
        (1.25, 100, false),
        (1.5, 25, true),
        (1.5, 50, true),
        (1.5, 100, false),
        (3.0, 100, true),
        (3.0, 1000, false),
    ];
    for (headroom, queue, recovers) in rows {
        let storm = chain(calls!(naive), 2, headroom, queue);
        let verdicts = storm.trigger(Trigger::Errors("db"), seconds(8)).run().expect("the chain is complete");
        let verdict = &verdicts.all()[0];
        assert_eq!(verdict.back_after().is_some(), recovers, "headroom {headroom}, queue {queue}: {verdict}");
    }
}
