//! Runs the example `payments` as its reader would: servers that are killed and stopped charge nobody twice, and a
//! service with a fault is found out.
//!
//! Real processes need real time, some seconds a test, so they run one after the other. `RETRY_TEST_LONG` set, each is
//! the long form: 5,000 payments and 200 kills, ten in each window.

use std::net::{TcpStream, ToSocketAddrs};
use std::process::{Command, Output};
use std::sync::{Mutex, PoisonError};

/// One experiment at a time: each has servers enough for the machine.
static MACHINE: Mutex<()> = Mutex::new(());

fn payments(words: &[&str]) -> Output {
    let _alone = MACHINE.lock().unwrap_or_else(PoisonError::into_inner);
    Command::new(env!("CARGO"))
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .args(["run", "--quiet", "-p", "retry-payments-example", "--example", "payments", "--"])
        .args(words)
        .output()
        .expect("cargo runs")
}

/// The count of a row of the table.
fn count(output: &Output, what: &str) -> u32 {
    let text = String::from_utf8_lossy(&output.stdout);
    let row = text.lines().find_map(|line| line.strip_prefix(what)?.trim().parse().ok());
    row.unwrap_or_else(|| panic!("no `{what}`: {text}{}", String::from_utf8_lossy(&output.stderr)))
}

/// Pays under kills, and checks what the program itself does not.
fn holds(words: &[&str]) -> Output {
    let (size, payments_made): (&[&str], _) = match std::env::var_os("RETRY_TEST_LONG") {
        Some(_) => (&["--long"], 5_000),
        None => (&["--payments", "200", "--kills", "12"], 200),
    };
    let output = payments(&[words, size].concat());
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}{}", String::from_utf8_lossy(&output.stdout));
    assert!(count(&output, "payments") >= payments_made);
    assert!(count(&output, "attempts") > count(&output, "payments"));
    assert!(count(&output, "takeovers") > 0);
    assert!(count(&output, "replays") >= count(&output, "answers lost"));
    assert_eq!(count(&output, "duplicates"), 0);
    output
}

/// Returns whether there is a server; if `CI` is set, there has to be one.
fn has_server(variable: &str, usual: &str) -> bool {
    let url = std::env::var(variable).unwrap_or_else(|_| usual.to_owned());
    let host = url.split("://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let found = host.to_socket_addrs().is_ok_and(|mut found| found.any(|address| TcpStream::connect(address).is_ok()));
    if !found {
        assert!(std::env::var_os("CI").is_none(), "nobody answers at `{host}`, and CI is set");
        eprintln!("skipped: nobody answers at `{host}`; start a server, or set {variable}");
    }
    found
}

#[test]
fn an_effect_in_the_transaction_of_sqlite_is_made_once() {
    holds(&[]);
}

#[test]
fn steps_outside_are_made_once_by_a_gateway_that_knows_keys() {
    holds(&["--effect", "steps"]);
}

#[test]
fn a_gateway_that_knows_no_keys_is_never_asked_twice() {
    let output = holds(&["--effect", "step-once"]);
    assert!(count(&output, "interrupted") > 0);
}

#[test]
fn three_servers_on_postgres_pay_once() {
    if has_server("RETRY_TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/test") {
        holds(&["--store", "postgres", "--servers", "3"]);
    }
}

#[test]
fn steps_in_redis_pay_once() {
    if has_server("RETRY_TEST_REDIS_URL", "redis://127.0.0.1:6379/") {
        holds(&["--store", "redis"]);
    }
}

#[test]
fn a_service_with_a_fault_is_found_out() {
    let faults = ["finish-after-commit", "no-owner-check", "forget-on-timeout", "complete-in-layer", "no-derived-key"];
    for fault in faults {
        let output = payments(&["--broken", fault, "--payments", "100", "--kills", "12"]);
        assert_eq!(output.status.code(), Some(1), "{fault}");
        assert!(count(&output, "duplicates") > 0, "{fault}");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(errors.contains("payments were made again"), "{fault}: {errors}");
    }
}

#[test]
fn bad_arguments_exit_with_2_and_say_what_to_write() {
    let cases: [(&[&str], &str); 5] = [
        (&["--store", "file"], "`--store` is `file`; write one of `sqlite`, `postgres`, `redis`"),
        (
            &["--store", "redis", "--effect", "inside"],
            "Redis has no transaction for the effect; write `--effect steps`",
        ),
        (&["--broken", "no-derived-key", "--effect", "inside"], "that fault has an effect of its own"),
        (&["--servers", "0"], "`--servers` is `0`; write a whole number from 1 to 8"),
        (&["more"], "unknown argument `more`; write `--store`"),
    ];
    for (words, message) in cases {
        let output = payments(words);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {errors}");
        assert!(errors.contains(message), "{words:?}: {errors}");
    }
}
