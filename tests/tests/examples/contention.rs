//! Runs the example `contention` as its reader would.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;

fn contention(words: &[&str]) -> Output {
    Command::new(env!("CARGO"))
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .args(["run", "--quiet", "-p", "retry-examples", "--example", "contention", "--"])
        .args(words)
        .output()
        .expect("cargo runs")
}

/// Returns the output of a run, which must succeed.
fn printed(words: &[&str]) -> String {
    let output = contention(words);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the output is text")
}

fn report(words: &[&str]) -> Value {
    serde_json::from_str(&printed(words)).expect("the output is one JSON object")
}

/// `key` of each number of clients, under one schedule.
fn line(report: &Value, schedule: &str, key: &str) -> Vec<f64> {
    let schedules = report["schedules"].as_array().expect("a line a schedule");
    let line = schedules.iter().find(|line| line["name"] == schedule).expect("the schedule is there");
    let points = line["points"].as_array().expect("a point a number of clients");
    points.iter().map(|point| point[key].as_f64().expect("a number")).collect()
}

#[test]
fn the_same_seed_gives_the_same_numbers() {
    let words = ["--json", "--seed", "7", "--runs", "2", "--clients", "50"];
    assert_eq!(printed(&words), printed(&words));
}

#[test]
fn another_seed_gives_other_numbers() {
    let schedules = |seed| report(&["--json", "--runs", "2", "--clients", "20", "--seed", seed])["schedules"].clone();
    assert_ne!(schedules("7"), schedules("8"));
}

#[test]
fn jitter_halves_the_work_of_many_clients_and_saves_most_of_their_time() {
    let report = report(&["--json", "--runs", "5", "--clients", "120"]);
    let writes = |schedule| line(&report, schedule, "writes");
    let completed = |schedule| line(&report, schedule, "completed_ms");
    let clients = line(&report, "no jitter", "clients");
    assert_eq!(clients[9..], [100.0, 110.0, 120.0]);
    for (at, clients) in clients.iter().enumerate().skip(9) {
        let (none, plain) = (writes("no backoff")[at], writes("no jitter")[at]);
        assert!(none > plain, "{clients} clients: {none}, {plain}");
        for jitter in ["equal jitter", "full jitter"] {
            let (writes, time) = (writes(jitter)[at], completed(jitter)[at]);
            assert!(writes < plain / 2.0, "{jitter}, {clients} clients: {writes}, {plain}");
            assert!(time < completed("no jitter")[at] / 5.0, "{jitter}, {clients} clients: {time}");
        }
        let (full, decorrelated) = (writes("full jitter")[at], writes("decorrelated")[at]);
        assert!(full < decorrelated && decorrelated < plain, "{clients} clients: {full}, {decorrelated}, {plain}");
        assert!(completed("full jitter")[at] < completed("equal jitter")[at], "{clients} clients");
    }
}

#[test]
fn nobody_is_done_before_its_own_write() {
    let report = report(&["--json", "--runs", "2", "--clients", "30"]);
    for line in report["schedules"].as_array().expect("a line a schedule") {
        for point in line["points"].as_array().expect("a point a number of clients") {
            assert!(point["writes"].as_f64() >= point["clients"].as_f64(), "{point}");
        }
    }
}

#[test]
fn the_tables_have_a_row_a_number_of_clients_and_a_column_a_schedule() {
    let text = printed(&["--runs", "1", "--clients", "30"]);
    let numbers = |row: &&str| row.split_whitespace().filter(|word| word.parse::<f64>().is_ok()).count() == 6;
    assert_eq!(text.lines().filter(numbers).count(), 2 * 3, "{text}");
    assert!(text.contains("clients  no backoff  no jitter  equal jitter  full jitter  decorrelated\n"), "{text}");
}

#[test]
fn the_picture_is_written_where_it_is_asked_for() {
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/contention.svg");
    let output = contention(&["--json", "--runs", "1", "--clients", "20", "--svg", file]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).ends_with(&format!("picture: {file}\n")));
    assert!(serde_json::from_slice::<Value>(&output.stdout).is_ok());
    let picture = fs::read_to_string(file).expect("the picture is there");
    assert!(picture.starts_with("<svg") && picture.ends_with("</svg>\n"));
    for words in ["Completion time", "Work", "full jitter"] {
        assert!(picture.contains(words), "{words}");
    }
}

#[test]
fn a_picture_that_cannot_be_written_is_an_error() {
    let output =
        contention(&["--runs", "1", "--clients", "10", "--svg", concat!(env!("CARGO_TARGET_TMPDIR"), "/no/x")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("/no/x` cannot be written: "));
}

#[test]
fn help_goes_to_stdout() {
    assert!(printed(&["--help"]).contains("--svg FILE"));
}

#[test]
fn bad_arguments_exit_with_2_and_say_what_to_write() {
    let cases: [(&[&str], &str); 9] = [
        (&["--seed"], "`--seed` needs a value; write a whole number from 0"),
        (&["--seed=-1"], "`--seed` is `-1`; write a whole number from 0 to 18446744073709551615"),
        (&["--runs", "0"], "`--runs` is `0`; write a whole number from 1 to 10000"),
        (&["--clients", "9"], "`--clients` is `9`; write a whole number from 10 to 1000"),
        (&["--clients", "1001"], "`--clients` is `1001`; write a whole number from 10 to 1000"),
        (&["--svg"], "`--svg` needs a value; write the name of a file"),
        (&["--svg="], "`--svg` needs a value; write the name of a file"),
        (&["--json=yes"], "`--json` takes no value, not `yes`; write `--json`"),
        (&["--client", "1"], "unknown option `--client`; write `--seed N`, `--runs N`"),
    ];
    for (words, message) in cases {
        let output = contention(words);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {errors}");
        assert!(errors.contains(message), "{words:?}: {errors}");
        assert!(output.stdout.is_empty(), "{words:?}");
    }
}
