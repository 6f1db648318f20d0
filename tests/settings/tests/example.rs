//! The example `settings`, run as its reader would.

use std::process::Command;

#[test]
fn the_example_reloads_and_keeps_the_last_good_file() {
    let mut command = Command::new(env!("CARGO"));
    command.args(["run", "--quiet", "-p", "retry-settings-example", "--example", "settings"]);
    command.env_remove("RETRY_ENV").env("RETRY__OPERATIONS__SHOP__QUOTE__JITTER", "none");
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for line in [
        "a call makes 5 attempts instead of 3",
        "a call makes 7 attempts",
        "2 faults in settings; nothing was changed",
        "unknown key `max_retries`; write `max_attempts = 8`",
        "unknown operation `shop::qoute`; write `shop::quote`",
        "a call still makes 7 attempts",
        "jitter = none  in code full  RETRY__OPERATIONS__SHOP__QUOTE__JITTER, by `shop::quote`",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let last = text.lines().last().unwrap();
    assert!(last.trim_start().starts_with("settings: max_attempts = 5 ("), "{text}");
}
