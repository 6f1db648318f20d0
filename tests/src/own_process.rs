//! Tests that need a process of their own.

use std::env;
use std::process::Command;

/// Set in the process that runs one test alone.
const ALONE: &str = "RETRY_TEST_ALONE";

/// Returns whether this process runs the test `module::name` alone. If not, runs it in a process of its own, which must succeed.
///
/// For tests of what a process has once: its list of operations, its subscribers.
///
/// # Panics
///
/// If the test fails there, with its output.
pub fn is_own_process(module: &str, name: &str) -> bool {
    let (_, path) = module.split_once("::").expect("a test stands in a module of its binary");
    let test = format!("{path}::{name}");
    if env::var_os(ALONE).is_some_and(|alone| alone == *test) {
        return true;
    }
    let binary = env::current_exe().expect("a test has a file");
    let output = Command::new(binary)
        .args(["--exact", "--nocapture", &test])
        .env(ALONE, &test)
        .output()
        .expect("the test's own file runs");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("1 passed"), "{test} alone:\n{out}{err}");
    false
}
