//! Runs the example `faults` as its reader would, in its short form: a store that fails charges nobody twice, and leaves no
//! key open.
//!
//! The example starts its servers. Real processes need real time, some seconds a scene, so the scenes are played one
//! after the other.

use std::process::{Command, Output};
use std::sync::{Mutex, PoisonError};

/// One scene at a time: each has servers enough for the machine.
static MACHINE: Mutex<()> = Mutex::new(());

fn faults(words: &[&str]) -> Output {
    let _alone = MACHINE.lock().unwrap_or_else(PoisonError::into_inner);
    Command::new(env!("CARGO"))
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .args(["run", "--quiet", "-p", "retry-faults-example", "--example", "faults", "--"])
        .args(words)
        .output()
        .expect("cargo runs")
}

/// Plays the scenes of a fault.
///
/// If no attempt met the fault, a scene has shown nothing, and is played again.
fn played(fault: &str) -> Output {
    let mut output = faults(&["--short", fault]);
    for _ in 0..2 {
        if !String::from_utf8_lossy(&output.stderr).contains("no attempt met the fault") {
            break;
        }
        output = faults(&["--short", fault]);
    }
    output
}

/// Plays the scenes of a fault, which hold wherever there is a server.
fn hold(fault: &str) {
    let output = played(fault);
    let (table, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{errors}{table}");
    let verdicts = || table.lines().filter(|line| line.contains(&format!("-{fault} ")));
    assert_eq!(verdicts().count(), 2, "{table}");
    for line in verdicts() {
        if line.contains("skipped: ") {
            // A file system that is small enough to fill is no server.
            assert!(std::env::var_os("CI").is_none() || line.contains("tmpfs"), "CI is set: {line}");
            eprintln!("{line}");
        } else {
            assert!(line.ends_with("holds"), "{table}");
        }
    }
}

#[test]
fn connections_that_are_cut() {
    hold("cut");
}

#[test]
fn connections_that_are_slow() {
    hold("delay");
}

#[test]
fn connections_that_fall_silent() {
    hold("silence");
}

#[test]
fn a_store_that_is_killed() {
    hold("kill");
}

#[test]
fn a_store_that_is_stopped() {
    hold("stop");
}

#[test]
fn a_store_that_is_full() {
    hold("full");
}

#[test]
fn a_store_that_is_read_only() {
    hold("read-only");
}

/// The store forgets keys, which run again: the gateway knows their charges.
#[test]
fn a_store_that_is_set_back() {
    hold("snapshot");
}

#[test]
fn a_clock_that_jumps() {
    hold("clock");
}

#[test]
fn bad_arguments_exit_with_2_and_say_what_to_write() {
    let cases: [(&[&str], &str); 3] = [
        (&["flood"], "unknown scene `flood`; write a store, a fault, or one of `postgres-cut`"),
        (&["--long"], "unknown option `--long`; write a scene, `--short`, `--seed` or `--help`"),
        (&["--seed", "x"], "`--seed` is `x`; write a whole number from 0"),
    ];
    for (words, message) in cases {
        let output = faults(words);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {errors}");
        assert!(errors.contains(message), "{words:?}: {errors}");
    }
}
