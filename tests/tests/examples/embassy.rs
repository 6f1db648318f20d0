//! Runs the example `embassy` as its reader would.

use std::process::Command;

#[test]
fn a_sensor_is_read_on_a_runtime_of_ones_own() {
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "-p", "retry-embassy-example", "--example", "embassy"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "21.5 degrees after 3 reads\n");
}
