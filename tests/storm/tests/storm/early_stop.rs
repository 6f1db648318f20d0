//! The early stop changes no verdict, and ends runs early.

use retry_runtime::TimedPolicy;
use retry_runtime::storm::{CallTo, Service, Storm, Trigger};

use crate::chain::{calls, chain, seconds};
use crate::shop::{SLOW, shop};

fn assert_same(storm: &Storm, trigger: Trigger) {
    let short = storm.trigger(trigger, seconds(8)).run().expect("complete");
    let full = storm.clone().without_early_stop();
    let full = full.trigger(trigger, seconds(8)).run().expect("complete");
    let (short, full) = (&short.all()[0], &full.all()[0]);
    assert_eq!(short.back_after(), full.back_after(), "{short}");
    assert_eq!(full.stopped_after(), None);
    if let Some(after) = short.stopped_after() {
        assert!(after >= seconds(10), "{short}");
        assert!(short.events() < full.events());
    }
}

#[test]
fn a_run_that_stays_down_stops_early_with_the_same_verdict() {
    let storm = chain(calls!(naive), 2, 1.5, 1000).seeds(1);
    let verdicts = storm.trigger(Trigger::Errors("db"), seconds(8)).run().expect("complete");
    let stopped = verdicts.all()[0].stopped_after().expect("it stays down");
    assert!((seconds(10)..=seconds(13)).contains(&stopped), "{stopped:?}");
    assert_same(&storm, Trigger::Errors("db"));
}

#[test]
fn verdicts_are_the_same_near_the_edge() {
    for headroom in [1.2, 1.4, 2.0, 3.0, 4.0] {
        for queue in [50, 100, 200] {
            assert_same(&chain(calls!(jitter), 1, headroom, queue).seeds(1), Trigger::Errors("db"));
        }
    }
    for storm in [shop!(shop_unbounded), shop!(shop_credit), shop!(shop_ratio)] {
        assert_same(&storm.clone().seeds(1), SLOW);
        assert_same(&storm.deadlines_travel().seeds(1), SLOW);
    }
}

#[test]
fn a_run_in_which_a_tenth_succeeds_goes_on_to_its_end() {
    let storm = shop!(shop_credit).seeds(1).seed(2);
    let verdicts = storm.trigger(SLOW, seconds(10)).run().expect("complete");
    let verdict = &verdicts.all()[0];
    assert!(verdict.success_at_end() > 0.1, "{}", verdict.success_at_end());
    assert_eq!((verdict.back_after(), verdict.stopped_after()), (None, None), "{verdict}");
}

#[test]
fn a_run_whose_queue_falls_goes_on_until_it_is_empty() {
    // Ten seconds at 7.5 of 100 calls per second leave 925 in the queue, which falls by 50 per second.
    let policy = TimedPolicy::builder().max_attempts(1).attempt_timeout(seconds(1)).build().expect("one is legal here");
    let storm = Storm::new("web", 100.0)
        .users(seconds(3), 0)
        .service(Service::new("web", 2).calls(CallTo::with_policy("once", policy, "stock")))
        .service(Service::new("stock", 2).capacity(150.0).unbounded_queue())
        .seeds(1);
    let verdicts = storm.trigger(Trigger::Slow("stock", 20.0), seconds(10)).run().expect("complete");
    let back = verdicts.all()[0].back_after().expect("it recovers");
    assert!((seconds(12)..seconds(25)).contains(&back), "{back:?}");
}
