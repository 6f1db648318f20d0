//! Chaos of a whole process: start, stop, the environment's switch, and the page.

use std::io;
use std::process::Command;

use axum::body::{Body, to_bytes};
use http::Request;
use retry_runtime::chaos::{self, Plan};
use retry_runtime::page::Page;
use retry_runtime::{report, retry, testing};
use tower::ServiceExt;

#[retry(max_attempts = 2, retry_on = transient, backoff = none, budget = none, name = "process::load")]
fn load() -> io::Result<u32> {
    Ok(7)
}

#[retry(max_attempts = 2, retry_on = transient, backoff = none, budget = none, name = "process::fetch")]
async fn fetch() -> io::Result<u32> {
    Ok(7)
}

fn plan() -> Plan {
    Plan::new().fail("process::*", 1.0, || io::Error::from(io::ErrorKind::TimedOut))
}

async fn page(query: &str) -> String {
    let request = Request::get(format!("/{query}")).body(Body::empty()).expect("it is a request");
    let answer = Page::new().oneshot(request).await.expect("it cannot fail");
    let body = to_bytes(Body::new(answer.into_body()), usize::MAX).await.expect("it is whole");
    String::from_utf8(body.to_vec()).expect("it is text")
}

#[tokio::test]
async fn it_begins_and_ends_when_it_is_told_and_shows_on_the_page() {
    let name = "it_begins_and_ends_when_it_is_told_and_shows_on_the_page";
    if !retry_tests::is_own_process(module_path!(), name) {
        return;
    }
    assert!(load().is_ok() && !chaos::is_active() && !chaos::stop());
    assert!(!page("").await.contains("Chaos is active"));
    chaos::start(plan()).expect("it is right");
    assert!(chaos::is_active() && load().is_err() && fetch().await.is_err());
    let scoped = testing::scope();
    assert!(load().is_ok(), "scopes have plans of their own");
    drop(scoped);
    assert!(chaos::start(Plan::new().fail("process::*", 2.0, || ())).is_err());
    assert!(chaos::is_active() && load().is_err(), "the plan before stays");
    assert!(page("").await.contains("<strong>Chaos is active:</strong>"));
    assert!(chaos::stop() && !chaos::is_active());
    assert!(load().is_ok() && fetch().await.is_ok());
    let (html, text) = (page("").await, page("?format=prometheus").await);
    assert!(!html.contains("Chaos is active") && html.contains("<span>faults injected by chaos</span>"), "{html}");
    assert!(text.contains("retry_faults_injected_total{operation=\"process::load\"} 4"), "{text}");
    assert_eq!(report().operation("process::fetch").expect("it ran").faults_injected, 2);
}

const SWITCHED_OFF: &str = "RETRY_TEST_SWITCHED_OFF";

/// Variables are those of the process, so this runs in one that was given them.
#[test]
fn the_environment_forbids_it() {
    if std::env::var_os(SWITCHED_OFF).is_some() {
        let given = chaos::start(plan()).expect_err("it is switched off").to_string();
        assert_eq!(given, "chaos is forbidden by `RETRY_CHAOS=Off`; remove the variable to allow it");
        assert!(!chaos::is_active());
        return;
    }
    let (_, path) = module_path!().split_once("::").expect("a module of its binary");
    let status = Command::new(std::env::current_exe().expect("a test has a file"))
        .args(["--exact", &format!("{path}::the_environment_forbids_it")])
        .envs([(SWITCHED_OFF, "1"), ("RETRY_CHAOS", "Off")])
        .status();
    assert!(status.expect("it runs").success());
}

#[test]
fn a_plan_is_for_the_environments_that_it_names() {
    let plan = || plan().fail("process::*", 0.0, || io::Error::from(io::ErrorKind::TimedOut));
    let given = chaos::start(plan().only_if("RETRY_TEST_NO_SUCH", ["staging"])).expect_err("it is not set").to_string();
    assert_eq!(
        given,
        "the plan is for other environments: `RETRY_TEST_NO_SUCH` is not set; it must be one of `staging`"
    );
    let given = chaos::start(plan().only_if("CARGO_PKG_NAME", ["staging"])).expect_err("it differs").to_string();
    assert!(given.contains("`CARGO_PKG_NAME` is `retry-tests`"), "{given}");
}
