//! Runs the example `storefront` as its reader would.

use std::net::TcpListener;
use std::process::{Command, Output};

use serde_json::Value;

fn storefront(words: &[&str]) -> Output {
    Command::new(env!("CARGO"))
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .args(["run", "--quiet", "-p", "retry-examples", "--example", "storefront", "--"])
        .args(words)
        .output()
        .expect("cargo runs")
}

/// Returns the output of a run, which must succeed.
fn printed(words: &[&str]) -> String {
    let output = storefront(words);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the output is text")
}

/// The report of a run that hits every fault.
fn report() -> Value {
    serde_json::from_str(&printed(&["--json", "--seed", "3"])).expect("the output is one JSON object")
}

fn count(row: &Value, key: &str) -> u64 {
    row[key].as_u64().unwrap_or_else(|| panic!("`{key}` is a number in {row}"))
}

fn sum<'a>(counts: impl IntoIterator<Item = &'a Value>) -> u64 {
    counts.into_iter().map(|count| count.as_u64().expect("a count is a number")).sum()
}

fn retries(row: &Value) -> u64 {
    sum(row["retries"].as_object().expect("retries go by class").values())
}

fn given_up(row: &Value) -> u64 {
    sum(row["given_up"].as_array().expect("given up goes by reason").iter().map(|given_up| &given_up["calls"]))
}

fn reasons(report: &Value) -> Vec<&str> {
    let rows = report["operations"].as_array().expect("a row an operation");
    let given_up = rows.iter().flat_map(|row| row["given_up"].as_array().expect("given up goes by reason"));
    given_up.map(|given_up| given_up["why"].as_str().expect("a reason is a word")).collect()
}

#[test]
fn the_same_seed_gives_the_same_table() {
    let words = ["--seed", "7", "--calls", "105"];
    assert_eq!(printed(&words), printed(&words));
}

#[test]
fn another_seed_gives_another_table() {
    let table = |seed| printed(&["--calls", "105", "--seed", seed]).replace(&format!("seed {seed}"), "");
    assert_ne!(table("7"), table("8"));
}

#[test]
fn the_numbers_of_each_operation_add_up() {
    let report = report();
    let rows = report["operations"].as_array().expect("a row an operation");
    assert_eq!(rows.len(), 7);
    for row in rows {
        assert_eq!(count(row, "calls"), 50, "{row}");
        assert_eq!(count(row, "attempts"), count(row, "calls") + retries(row), "{row}");
        assert_eq!(count(row, "at_once") + count(row, "recovered") + given_up(row), count(row, "calls"), "{row}");
        assert!(count(row, "recovered") > 0, "{row}");
        assert!(count(row, "from_cache") <= given_up(row), "{row}");
    }
    let delays = sum(report["delays"].as_array().expect("a histogram").iter().map(|bucket| &bucket["delays"]));
    assert_eq!(delays, rows.iter().map(retries).sum::<u64>());
}

#[test]
fn every_fault_is_met_and_every_reason_to_give_up() {
    let report = report();
    let faults: Vec<_> = report["faults"].as_object().expect("faults go by name").keys().collect();
    let planned = [
        "401",
        "429 for 1 s",
        "429 for 120 s",
        "503",
        "503 for 30 s",
        "empty page",
        "malformed",
        "refused",
        "reset",
        "slow",
    ];
    assert_eq!(faults, planned);
    for reason in ["Attempts", "Budget", "Deadline", "Hook", "NotRetryable", "RetryAfter"] {
        assert!(reasons(&report).contains(&reason), "{reason} is missing");
    }
}

#[test]
fn a_port_in_use_is_said_with_what_to_write() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = taken.local_addr().expect("it has an address").port().to_string();
    let output = storefront(&["--serve", "--port", &port]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{errors}");
    let message =
        format!("error: port {port} is in use; write `--port N` with another one, or `--port 0` for any free one");
    assert!(errors.contains(&message), "{errors}");
}

#[test]
fn bad_arguments_exit_with_2_and_say_what_to_write() {
    let cases: [(&[&str], &str); 12] = [
        (&["--seed"], "`--seed` needs a value; write a whole number from 0"),
        (&["--seed", "abc"], "`--seed` is `abc`; write a whole number from 0 to 18446744073709551615"),
        (&["--seed=-1"], "`--seed` is `-1`; write a whole number"),
        (&["--calls", "0"], "`--calls` is `0`; write a whole number from 1 to 100000"),
        (&["--calls", "100001"], "`--calls` is `100001`; write a whole number from 1 to 100000"),
        (&["--json=yes"], "`--json` takes no value, not `yes`; write `--json`"),
        (&["--sed", "1"], "unknown option `--sed`; write `--seed N`"),
        (&["--serve", "--json"], "`--json` prints a table, and `--serve` has none; write one of them"),
        (&["--serve", "--calls", "9"], "`--serve` makes calls for ever; leave `--calls` away"),
        (&["--port", "0"], "`--port` is for the page; write `--serve` beside it"),
        (&["--serve", "--port", "70000"], "`--port` is `70000`; write a whole number from 0 to 65535"),
        (&["more"], "unknown argument `more`; write `--seed N`"),
    ];
    for (words, message) in cases {
        let output = storefront(words);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {errors}");
        assert!(errors.contains(message), "{words:?}: {errors}");
        assert!(output.stdout.is_empty(), "{words:?}");
    }
}
