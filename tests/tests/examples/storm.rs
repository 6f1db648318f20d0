//! Runs the example `storm` as its reader would, with a fifth of its instances: the load of each is the same.

use std::process::{Command, Output};

use serde_json::Value;

fn storm(words: &[&str]) -> Output {
    Command::new(env!("CARGO"))
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .args(["run", "--quiet", "-p", "retry-examples", "--example", "storm", "--"])
        .args(words)
        .output()
        .expect("cargo runs")
}

/// Returns the output of a run, which must succeed.
fn printed(words: &[&str]) -> String {
    let output = storm(words);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the output is text")
}

fn scene(number: &str) -> Value {
    let words = ["--json", "--instances", "4", "--scene", number];
    let outcome: Value = serde_json::from_str(&printed(&words)).expect("the output is one JSON object");
    outcome["scenes"][0].clone()
}

/// The runs of a setup, one a trigger.
fn rows<'a>(scene: &'a Value, setup: &str) -> Vec<&'a Value> {
    let panels = scene["panels"].as_array().expect("a scene has panels");
    let rows = panels.iter().flat_map(|panel| panel["rows"].as_array().expect("a panel has rows"));
    rows.filter(|row| row["setup"] == setup).collect()
}

fn figure(row: &Value, key: &str) -> f64 {
    row[key].as_f64().unwrap_or_else(|| panic!("`{key}` is a number in {row}"))
}

/// Every run of the setup has at most this load on the leaf, and is back within so many seconds.
fn assert_bounded(scene: &Value, setup: &str, runs: usize, most: f64, back: f64) {
    let rows = rows(scene, setup);
    assert_eq!(rows.len(), runs, "{setup}");
    for row in rows {
        let (trigger, peak, recovery) = (&row["trigger"], figure(row, "peak_leaf"), &row["recovery_seconds"]);
        assert!(peak <= most, "{setup}, {trigger}: {peak}");
        assert!(recovery.as_f64().is_some_and(|seconds| seconds <= back), "{setup}, {trigger}: {recovery}");
    }
}

fn assert_all_goals_are_reached(scene: &Value) {
    for goal in scene["goals"].as_array().expect("a scene has goals") {
        assert_eq!(goal["reached"], true, "{goal}");
    }
}

fn assert_loops_stay_down_and_retry_does_not(scene: &Value) {
    for setup in ["naive", "backoff", "+ jitter"] {
        let rows = rows(scene, setup);
        assert!(rows[0]["recovery_seconds"].is_null(), "{setup}: {}", rows[0]["recovery_seconds"]);
        let attempts = figure(rows[0], "attempts_a_call_at_end");
        assert!(attempts > 20.0, "{setup}: {attempts}");
    }
    assert_bounded(scene, "#[retry]", 1, 1.1, 2.0);
    assert!(figure(rows(scene, "#[retry]")[0], "peak_dependency") <= 1.2);
    assert_bounded(scene, "+ budget", 1, 1.25, 2.0);
    for setup in ["naive", "+ budget", "#[retry]"] {
        assert_eq!(rows(scene, setup)[0]["batch_lost"], 0, "{setup}");
    }
    assert_all_goals_are_reached(scene);
}

#[test]
fn loops_stay_down_after_a_dependency_erred_and_retry_does_not() {
    let scene = scene("1");
    assert_loops_stay_down_and_retry_does_not(&scene);

    let harmless = figure(&scene["law"], "longest_harmless_queue");
    let queues = scene["law"]["queues"].as_array().expect("runs with other queues");
    assert_eq!(queues.len(), 4);
    for queue in queues {
        let stays_down = queue["recovery_seconds"].is_null();
        assert_eq!(stays_down, figure(queue, "queue") > harmless, "{queue} beside {harmless}");
    }
}

#[test]
fn loops_stay_down_after_a_dependency_hung_and_retry_does_not() {
    assert_loops_stay_down_and_retry_does_not(&scene("2"));
}

#[test]
fn a_fleet_that_seldom_calls_is_bounded_by_budget_and_cancellation_and_further_by_the_leaf() {
    let scene = scene("3");
    assert_bounded(&scene, "+ cancel", 2, 2.6, 2.0);
    assert_bounded(&scene, "+ refusal", 2, 1.15, 2.0);
    assert_bounded(&scene, "inward", 2, 1.1, 2.0);
    assert!(rows(&scene, "+ jitter").iter().all(|row| row["recovery_seconds"].is_null()));
    assert_all_goals_are_reached(&scene);
}

#[test]
fn breakers_cost_their_open_time() {
    let scene = scene("4");
    assert_bounded(&scene, "open 1 s", 2, 1.1, 2.5);
    let back = |setup| rows(&scene, setup).into_iter().map(|row| figure(row, "recovery_seconds")).fold(0.0, f64::max);
    assert!(back("open 5 s") > 4.0, "{}", back("open 5 s"));
    assert_all_goals_are_reached(&scene);
}

#[test]
fn the_same_seed_gives_the_same_figures_and_another_gives_others() {
    let figures = |seed| printed(&["--json", "--instances", "2", "--scene", "4", "--seed", seed]);
    assert_eq!(figures("7"), figures("7"));
    assert_ne!(figures("7").replace("\"seed\": 7", ""), figures("8").replace("\"seed\": 8", ""));
}

#[test]
fn people_get_a_table_a_law_charts_and_goals() {
    let folder = concat!(env!("CARGO_TARGET_TMPDIR"), "/storm");
    let text = printed(&["--instances", "1", "--scene", "4", "--svg", folder]);
    for part in
        ["Scene 4: the chain with breakers", "peak leaf", "The law: ", "seconds; the trigger", "reached  open 1 s"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    let svg = std::fs::read_to_string(format!("{folder}/storm-4.svg")).expect("the scene was drawn");
    assert!(svg.starts_with("<svg"));
}

#[test]
fn bad_arguments_exit_with_2_and_say_what_to_write() {
    let cases: [(&[&str], &str); 9] = [
        (&["--scene"], "`--scene` needs a value; write `all` or a whole number from 1 to 4"),
        (&["--scene", "5"], "`--scene` is `5`; write `all` or a whole number from 1 to 4"),
        (&["--seed", "abc"], "`--seed` is `abc`; write a whole number from 0 to 18446744073709551615"),
        (&["--instances", "0"], "`--instances` is `0`; write a whole number from 1 to 100"),
        (&["--instances", "101"], "`--instances` is `101`; write a whole number from 1 to 100"),
        (&["--svg"], "`--svg` needs a value; write a folder"),
        (&["--json=yes"], "`--json` takes no value, not `yes`; write `--json`"),
        (&["--scenes", "1"], "unknown option `--scenes`; write `--scene N`"),
        (&["more"], "unknown argument `more`; write `--scene N`"),
    ];
    for (words, message) in cases {
        let output = storm(words);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {errors}");
        assert!(errors.contains(message), "{words:?}: {errors}");
        assert!(output.stdout.is_empty(), "{words:?}");
    }
}
