//! Systems that are not healthy before the trigger: the answer says so, and not that they are never back.

use std::panic::catch_unwind;
use std::time::Duration;

use retry_runtime::storm::{Service, Storm, Trigger, Verdicts, op};
use retry_storm_tests::client;

use crate::chain::seconds;

const ERRORS: Trigger = Trigger::Errors("stock");

fn system(stock: Service, attempt_timeout: Duration, deadline: Option<Duration>) -> Storm {
    let call = op!(client::list => "stock").attempt_timeout(attempt_timeout);
    let call = if let Some(deadline) = deadline { call.deadline(deadline) } else { call };
    Storm::new("web", 100.0).users(seconds(3), 0).service(Service::new("web", 2).calls(call)).service(stock)
}

fn stock() -> Service {
    Service::new("stock", 2).capacity(200.0).queue(100)
}

fn run(storm: &Storm) -> Verdicts {
    storm.trigger(ERRORS, seconds(5)).run().expect("it is complete")
}

fn report(storm: &Storm) -> String {
    let report = catch_unwind(|| storm.trigger(ERRORS, seconds(5)).assert_back_within(seconds(15))).map(drop);
    *report.expect_err("it is not back").downcast().expect("the report is a string")
}

#[test]
fn a_healthy_system_has_no_such_answer() {
    let verdicts = run(&system(stock(), seconds(1), None));
    assert_eq!(verdicts.all()[0].success_without_trigger(), None);
    assert!(verdicts.all()[0].is_back_within(seconds(15)), "{verdicts}");
}

#[test]
fn a_system_whose_attempts_are_too_short_is_not_healthy_before_the_trigger() {
    let storm = system(stock().takes(Duration::from_millis(100)), Duration::from_millis(50), None);
    let verdicts = run(&storm);
    let success = verdicts.all()[0].success_without_trigger().expect("it is not healthy");
    assert!(success < 0.9, "{success}");
    let report = report(&storm);
    for part in [
        "not healthy before the trigger: ",
        " % of the calls succeed without it, and 99 % are healthy\n",
        "- `stock` gets ",
        " requests per second, and 100 while nothing fails; it can serve 200\n",
        "what to change:\n- attempts of `retry_storm_tests::client::list` end after 50ms, and `stock` answers in ",
        ": write a longer `attempt_timeout`",
        "| `stock` errs for 5.0 s | not healthy before the trigger (",
        "Assumptions:\n",
    ] {
        assert!(report.contains(part), "{part}\nin\n{report}");
    }
    assert!(!report.contains("| never"), "{report}");
}

#[test]
fn a_deadline_after_the_operation_is_an_assumption_and_may_be_too_short() {
    let report =
        report(&system(stock().takes(Duration::from_millis(100)), seconds(1), Some(Duration::from_millis(60))));
    assert!(report.contains("a deadline of 60ms; "), "{report}");
    assert!(report.contains("- calls of `retry_storm_tests::client::list` end after 60ms, and `stock`"), "{report}");
    let text = run(&system(stock(), seconds(2), Some(seconds(3)))).to_string();
    assert!(text.contains("attempts of 2s; a deadline of 3s; "), "{text}");
    assert!(!run(&system(stock(), seconds(1), None)).to_string().contains("deadline of"), "the attribute has none");
}

#[test]
fn a_system_with_too_few_slots_is_not_healthy_before_the_trigger() {
    let report = report(&system(stock().takes(seconds(1)).slots(20), seconds(10), None));
    assert!(report.starts_with("not healthy before the trigger: "), "{report}");
    assert!(
        report.contains("- `stock` has 20 slots in each process, and a request holds one for 1010 ms: "),
        "{report}"
    );
    assert!(report.contains("that serves 39.6 of 100 requests per second; write more slots or processes"), "{report}");
}
