//! Every fault is an error with the name and what to write.

use std::time::Duration;

use retry_runtime::storm::{Batch, CallTo, Service, Storm, StormError, Trigger, op};
use retry_runtime::{Breaker, Budget, Classes, TimedPolicy};
use retry_storm_tests::client;

use crate::chain::seconds;

fn system() -> Storm {
    Storm::new("web", 10.0)
        .users(seconds(3), 0)
        .service(Service::new("web", 2).calls(op!(client::read => "stock")))
        .service(Service::new("stock", 2).capacity(20.0).queue(50))
}

fn run(storm: &Storm) -> Result<(), StormError> {
    storm.trigger(Trigger::Errors("stock"), seconds(2)).run().map(drop)
}

#[track_caller]
fn assert_fault(storm: &Storm, expected: &str) {
    let error = run(storm).expect_err(expected);
    let faults = error.faults();
    assert!(faults.iter().any(|fault| fault.contains(expected)), "{faults:#?}");
}

/// A service `web` that makes `call`, and the service that it calls.
fn with_call(call: CallTo) -> Storm {
    Storm::new("web", 10.0)
        .users(seconds(3), 0)
        .service(Service::new("web", 2).calls(call))
        .service(Service::new("stock", 2).capacity(20.0).queue(50))
}

#[test]
fn the_system_by_itself_has_no_fault() {
    assert_eq!(run(&system()), Ok(()));
}

#[test]
fn a_circle_is_shown() {
    let storm = Storm::new("a", 10.0)
        .users(seconds(3), 0)
        .service(Service::new("a", 1).calls(op!(client::read => "b")))
        .service(Service::new("b", 1).capacity(100.0).queue(9).calls(op!(client::read => "c")))
        .service(Service::new("c", 1).calls(op!(client::read => "b")));
    assert_fault(&storm, "services call each other in a circle: `b` -> `c` -> `b`; leave out one call");
}

#[test]
fn unknown_names_are_answered_with_the_nearest() {
    assert_fault(&with_call(op!(client::read => "stok")), "`web` calls `stok`, which is not a service; write `stock`");
    assert_fault(&with_call(op!(client::read => "x")), "not a service; there are `web`, `stock`");
    let entry = Storm::new("wbe", 1.0).users(seconds(1), 0).service(Service::new("web", 1));
    assert_fault(&entry, "users call `wbe`, which is not a service; write `web`");
    assert_fault(&Storm::new("web", 1.0).users(seconds(1), 0), "add it with `.service(Service::new(..))`");
    let error = system().trigger(Trigger::Hangs("stocks"), seconds(2)).run().expect_err("no such service");
    assert_eq!(error.to_string(), "the trigger names `stocks`, which is not a service; write `stock`");
    assert_fault(
        &with_call(CallTo::named("client.nmaed", "stock")),
        "there is no operation `client.nmaed`; write `client.named`",
    );
    assert_fault(
        &with_call(op!(client::plain => "stock")),
        "`retry_storm_tests::client::plain` is not an annotated function; write `#[retry(..)]` on it",
    );
    let twice = system().service(Service::new("web", 1));
    assert_fault(&twice, "two services are named `web`; rename one");
}

#[test]
fn what_is_missing_has_no_default_and_the_message_says_where_to_look() {
    let without = |stock| {
        Storm::new("web", 10.0)
            .users(seconds(3), 0)
            .service(Service::new("web", 2).calls(op!(client::read => "stock")))
            .service(stock)
    };
    let queue = "`stock` has a capacity and no queue; write `.queue(n)`";
    assert_fault(&without(Service::new("stock", 2).capacity(20.0)), queue);
    assert_fault(&without(Service::new("stock", 2).capacity(20.0)), "Tomcat is 100, with 200 threads");
    assert_fault(&without(Service::new("stock", 2).capacity(20.0)), "axum and hyper have no bound");
    assert_fault(
        &without(Service::new("stock", 2).queue(9)),
        "`stock` has a queue and no capacity; write `.capacity(per_second)`",
    );
    assert_fault(
        &without(Service::new("stock", 2)),
        "none of `web`, `stock` has a capacity, so nothing can be overloaded",
    );
    assert_fault(&without(Service::new("stock", 2).slots(9)), "`stock` has slots or a cold time and no capacity");
    assert_fault(
        &without(Service::new("stock", 2).capacity(10.0).queue(9)),
        "`stock` gets 10 requests per second while nothing fails, and serves 10; its capacity must be greater",
    );
    assert_fault(
        &with_call(op!(client::without_timeout => "stock")),
        "`retry_storm_tests::client::without_timeout` calls `stock`, which can be overloaded, without an attempt timeout; write \
         `attempt_timeout = ..` in the attribute, or `.attempt_timeout(..)` after the `op!` of `web`",
    );
    assert_eq!(run(&with_call(op!(client::without_timeout => "stock").attempt_timeout(seconds(1)))), Ok(()));
    assert_fault(
        &with_call(op!(client::blocking => "stock")),
        "without an attempt timeout; nothing can cut a blocking attempt but its client, so set the client's timeout \
         (reqwest::blocking has 30 s, ureq none), and write the same time as `.attempt_timeout(..)` after the `op!` of `web`",
    );
    assert_eq!(run(&with_call(op!(client::blocking => "stock").attempt_timeout(seconds(1)))), Ok(()));
    let policy = || TimedPolicy::new().retry_on(Classes::new().transient());
    let sdk = |policy| CallTo::with_policy("sdk::get", policy, "stock").without_budget();
    assert_fault(
        &with_call(sdk(policy())),
        "`sdk::get` calls `stock`, which can be overloaded, without an attempt timeout; write `.attempt_timeout(..)` in its \
         `TimedPolicy`, or after the `CallTo::with_policy(..)` of `web`, with the timeout of the client",
    );
    assert_eq!(run(&with_call(sdk(policy()).attempt_timeout(seconds(1)))), Ok(()));
    assert_eq!(run(&with_call(sdk(policy().attempt_timeout(seconds(1))))), Ok(()));
    let storm = Storm::new("web", 10.0).service(Service::new("web", 1).capacity(20.0).queue(9));
    assert_fault(&storm, "the users are missing; write `.users(patience, presses_again)`");
    assert_fault(&system().service(Service::new("mail", 1)), "nothing calls `mail`");
}

#[test]
fn values_per_call_must_be_given() {
    let name = "retry_storm_tests::client";
    assert_fault(
        &with_call(op!(client::per_call => "stock").attempt_timeout(seconds(1))),
        &format!(
            "`{name}::per_call` has the policy `policy`, which each call computes; write `.policy(..)` after its `op!`"
        ),
    );
    let call = || op!(client::all_per_call => "stock");
    for (option, expression) in [
        ("attempt_timeout", "timeout"),
        ("deadline", "timeout * 3"),
        ("budget", "PER_USER.get(&user)"),
        ("breaker", "breaker"),
    ] {
        let expected = format!(
            "`{name}::all_per_call` has the {option} `{expression}`, which each call computes; write `.{option}("
        );
        assert_fault(&with_call(call()), &expected);
    }
    let given =
        call().attempt_timeout(seconds(1)).deadline(seconds(3)).budget(Budget::credit()).breaker(Breaker::new());
    assert_eq!(run(&with_call(given)), Ok(()));
    let policy = TimedPolicy::new().retry_on(Classes::new().transient()).attempt_timeout(seconds(1));
    assert_eq!(run(&with_call(op!(client::per_call => "stock").policy(policy))), Ok(()));
}

#[test]
fn numbers_out_of_range_are_named() {
    let web = || Service::new("web", 1).calls(op!(client::read => "stock"));
    let users = |patience, presses| {
        Storm::new("web", 10.0)
            .users(patience, presses)
            .service(web())
            .service(Service::new("stock", 1).capacity(20.0).queue(5))
    };
    let stock = |stock| Storm::new("web", 10.0).users(seconds(1), 0).service(web()).service(stock);
    let full = || Service::new("stock", 1).capacity(20.0).queue(5);
    let rate = |rate| Storm::new("web", rate).users(seconds(1), 0).service(web()).service(full());
    let cases: [(Storm, &str); 14] = [
        (rate(0.0), "users make 0 calls per second; write a rate above 0"),
        (rate(f64::NAN), "users make NaN calls per second"),
        (users(Duration::ZERO, 0), "users wait 0ns; write a patience above 0"),
        (users(seconds(1), 101), "users press 101 times again; write at most 100"),
        (system().seeds(0), "`seeds(0)` is out of range; write 1 to 100"),
        (system().latency(seconds(61)), "`latency(61s)` is out of range"),
        (system().watch(Duration::ZERO), "the system is watched for 0ns; write 1 s to 1 h"),
        (stock(Service::new("stock", 0).capacity(20.0).queue(5)), "`stock` has 0 processes; write 1 to 100000"),
        (stock(Service::new("stock", 1).capacity(-1.0).queue(5)), "`stock` serves -1 requests per second"),
        (stock(full().slots(0)), "`stock` has 0 slots; write at least 1"),
        (stock(full().cold(0.0, seconds(1))), "`stock` has the share 0 of its capacity while it is cold"),
        (stock(full().refuse_retries_above(1.5)), "`stock` has the retry limit 1.5; write 0 to 1"),
        (stock(full().takes(seconds(3601))), "`stock` takes 3601s; write at most 1 h"),
        (
            with_call(op!(client::read => "stock").share(0.0)),
            "`web` calls `stock` with the share 0; write above 0 to 1",
        ),
    ];
    for (storm, expected) in cases {
        assert_fault(&storm, expected);
    }
    for (trigger, expected) in [
        (Trigger::Slow("stock", 1.0), "`Slow(\"stock\", 1)`: the factor is above 1, and at most 1000"),
        (
            Trigger::Slow("web", 5.0),
            "`web` takes no time, so it cannot be slow; write `.capacity(per_second).queue(n)`, or",
        ),
        (Trigger::Load("web", f64::NAN), "`Load(\"web\", NaN)`: the factor is above 1"),
    ] {
        let error = system().trigger(trigger, seconds(2)).run().expect_err("the factor is wrong");
        assert!(error.to_string().contains(expected), "{error}");
    }
    let error = system().trigger(Trigger::Errors("web"), Duration::ZERO).run().expect_err("no time");
    assert_eq!(error.to_string(), "the trigger lasts 0ns; write 1 s to 1 h");
    let headroom = system().trigger(Trigger::Errors("web"), seconds(2)).least_headroom("web", seconds(2));
    let error = headroom.expect_err("it has no capacity");
    assert_eq!(error.to_string(), "`web` has no capacity; write `.capacity(per_second).queue(n)`");
    let error = Batch::new(0, 0).run(&op!(client::read => "stock")).expect_err("no items");
    assert_eq!(error.faults().len(), 2, "{error}");
}

#[test]
fn all_faults_are_found_together() {
    let storm = Storm::new("nowhere", 0.0)
        .service(Service::new("a", 0).calls(op!(client::per_call => "b")))
        .service(Service::new("c", 1).capacity(1.0));
    let error = run(&storm).expect_err("all is wrong");
    // Rate, users, entry, processes, target, policy, queue.
    assert_eq!(error.faults().len(), 7, "{error}");
}

#[test]
#[should_panic(expected = "`stok`, which is not a service; write `stock`")]
fn an_assertion_panics_with_the_fault() {
    with_call(op!(client::read => "stok")).trigger(Trigger::Errors("stock"), seconds(2)).assert_back_within(seconds(1));
}
