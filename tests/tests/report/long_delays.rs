//! The report of calls that take longer than the minute it looks at. Alone, since a clock that is moved so far is in every
//! operation's report.

use retry_runtime::{report, retry, testing};
use retry_tests::Fault;

#[retry(max_attempts = 2, retry_on = Timeout, backoff = fixed(2m), jitter = none, budget = none, name = "patient")]
fn patient() -> Result<u32, Fault> {
    Err(Fault::Timeout)
}

#[test]
fn a_call_longer_than_a_minute_is_not_divided_by_zero_calls() {
    if !retry_tests::is_own_process(module_path!(), "a_call_longer_than_a_minute_is_not_divided_by_zero_calls") {
        return;
    }
    let _clock = testing::pause();
    patient().unwrap_err();
    let report = report();
    let minute = report.operation("patient").unwrap().last_minute;
    assert_eq!((minute.calls, minute.lost), (0, 1));
    let words = "  failing: 1 calls that ended in the last minute needed a retry, 0 recovered, 1 lost\n";
    assert!(report.to_string().contains(words), "{report}");
}
