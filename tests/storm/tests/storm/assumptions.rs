//! What a verdict prints: its assumptions, and the report of a failure.

use std::panic::catch_unwind;

use retry_runtime::Class;
use retry_runtime::storm::{CallTo, Service, Storm, Trigger, op};
use retry_storm_tests::client;

use crate::chain::seconds;
use crate::shop::{SLOW, shop};

fn failure(storm: &Storm, trigger: Trigger, limit: u64) -> String {
    let report = catch_unwind(|| storm.trigger(trigger, seconds(10)).assert_back_within(seconds(limit)));
    let report = report.map(drop).expect_err("it is not back");
    *report.downcast().expect("the report is a string")
}

#[test]
fn a_failure_reads_as_a_report() {
    let report = failure(&shop!(shop_unbounded), SLOW, 15);
    let parts = [
        "not back within 15.0 s after `stock` is 5 times as slow for 10.0 s\n\nback: never (stopped after ",
        "overloaded: `stock` gets ",
        " times its load of 550/s in the worst second of the trigger",
        "it can serve 1.45 times",
        "what to change:\n- `retry_storm_tests::shop_unbounded::price` retries without a budget: remove `budget = none`",
        "- the queue of `stock` holds 500 requests in each process, which take 5 s, and attempts of \
         `retry_storm_tests::shop_unbounded::pricing_stock` wait 1s: the service then answers callers who have left; at most 100 \
         requests are harmless",
        "- deadlines do not travel",
        "multiply: add `ServerLayer` to servers and write `.give_ups_travel()`",
        "- users press up to 3 times for one call, more than the headroom 1.45 of `stock`",
        "| `stock` is 5 times as slow for 10.0 s | never",
        "Assumptions:\n- users: 500 calls per second to `web`; they wait 3s for an answer, and press again up to 2 times",
    ];
    for part in parts {
        assert!(report.contains(part), "{part}\nin\n{report}");
    }
    // What the callers of `stock` call is not the cause.
    assert!(!report.contains("shop_unbounded::load` retries without a budget"), "{report}");
}

#[test]
fn the_advice_is_only_what_is_left_to_change() {
    // It is cold for ten seconds.
    let report = failure(&shop!(shop_credit).deadlines_travel().give_ups_travel(), SLOW, 5);
    for absent in ["retries without a budget", "deadlines do not travel", "multiply"] {
        assert!(!report.contains(absent), "{absent}\nin\n{report}");
    }
}

#[test]
fn every_assumption_is_printed() {
    let call = op!(client::read => "stock").share(0.5).optional();
    let storm = Storm::new("web", 10.0)
        .users(seconds(3), 0)
        .service(
            Service::new("web", 2)
                .calls(call)
                .calls(op!(client::write => "stock"))
                .calls(op!(client::named => "stock")),
        )
        .service(
            Service::new("stock", 1)
                .capacity(100.0)
                .unbounded_queue()
                .cold(0.5, seconds(2))
                .takes(seconds(1) / 100)
                .refuse_retries_above(0.2)
                .calls(CallTo::with_policy("sdk::get", retry_runtime::TimedPolicy::new(), "files").without_budget()),
        )
        .service(Service::new("files", 1));
    let verdicts = storm.trigger(Trigger::Errors("files"), seconds(2)).run().expect("it is complete");
    let text = verdicts.to_string();
    let parts = [
        "- users: 10 calls per second to `web`; they wait 3s for an answer, and do not press again\n",
        "- `web`: 2 processes, 10 requests per second, never overloaded, because no capacity is given\n",
        "- `stock`: 1 process, 25 requests per second of 100 (headroom 4); any number of them wait in each process, and any number \
         are in work; 50 % of the capacity for 2s after the trigger; takes 10ms without the CPU; serves at most 0.2 retries per first \
         attempt\n",
        "- `retry_storm_tests::client::read`: `web` calls `stock` for 50 % of its requests, and goes on without it: ",
        "credit per process; a breaker per process: ",
        "- `client.named`: `web` calls `stock`: retry_on = ",
        "the default budget per process; no breaker; an error of the service is `Status(500)`\n",
        "- `sdk::get`: `stock` calls `files`: ",
        "no attempt timeout; no budget; no breaker; an error of the service is `Unavailable`\n",
        "- neither deadlines nor give-ups travel",
        "- seeds 1 to 3; the worst counts\n",
        "- not in the model: autoscaling, connection pools",
        "- not in the model: limit of `retry_storm_tests::client::write`\n",
    ];
    for part in parts {
        assert!(text.contains(part), "{part}\nin\n{text}");
    }
}

#[test]
fn a_policy_with_a_time_by_class_has_the_default_budget() {
    let storm = Storm::new("web", 200.0)
        .users(seconds(3), 0)
        .service(Service::new("web", 2).calls(op!(client::patient => "stock")))
        .service(Service::new("stock", 1).capacity(400.0).queue(9));
    let verdicts = storm.trigger(Trigger::Errors("stock"), seconds(10)).run().expect("it is complete");
    let text = verdicts.to_string();
    assert!(text.contains("the default budget per process; no breaker"), "{text}");
    assert!(text.contains("- not in the model: hedge of `retry_storm_tests::client::patient`\n"), "{text}");
    let peak = verdicts.all()[0].service("stock").expect("it is there").peak();
    assert!(peak < 1.5, "{peak}");
}

#[test]
fn the_class_of_errors_is_that_of_the_call() {
    // The policy lists neither class, so that nothing is retried.
    let storm = |call: CallTo| {
        Storm::new("web", 100.0)
            .users(seconds(3), 0)
            .service(Service::new("web", 2).calls(call))
            .service(Service::new("stock", 1).capacity(200.0).queue(9))
    };
    let average = |call| {
        let storm = storm(call);
        let verdicts = storm.trigger(Trigger::Errors("stock"), seconds(5)).run().expect("it is complete");
        verdicts.all()[0].service("stock").expect("it is there").average()
    };
    assert!(average(op!(client::named => "stock").without_budget()) > 2.5);
    let others = average(op!(client::named => "stock").without_budget().fails_with(Class::Status(404)));
    assert!((others - 1.0).abs() < 0.01, "{others}");
}
