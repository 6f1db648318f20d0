//! Which setting applies when several do.

use retry_runtime::testing;
use retry_settings_tests::quote;

use crate::toml;

fn attempts() -> u32 {
    let mut attempts = 0;
    assert!(quote(&mut attempts, &mut Vec::new()).is_err());
    attempts
}

const FILE: &str = r#"
[operations."*"]
max_attempts = 9

[operations."shop::*"]
max_attempts = 8

[operations."shop::quote"]
max_attempts = 7

[production.operations."*"]
max_attempts = 6

[production.operations."shop::*"]
max_attempts = 5

[testing.operations."shop::quote"]
max_attempts = 2
"#;

#[test]
fn variables_are_above_the_environment_which_is_above_the_name() {
    let scope = testing::scope();
    assert_eq!(attempts(), 3, "the code");
    scope.reset(); // the calls share a budget
    let _settings = toml(FILE).environment("development").load().unwrap();
    assert_eq!(attempts(), 7, "the exact name");
    scope.reset();
    let _settings = toml(FILE).environment("production").load().unwrap();
    assert_eq!(attempts(), 5, "the environment");
    scope.reset();
    let variables = [("RETRY__OPERATIONS__ALL__MAX_ATTEMPTS", "4")];
    let _settings = toml(FILE).environment("production").variables(variables).load().unwrap();
    assert_eq!(attempts(), 4, "a variable");
}

#[test]
fn of_two_patterns_the_more_specific_applies_and_of_equal_names_the_later_line() {
    let scope = testing::scope();
    let load = |text: &str| toml(text).load().unwrap();
    let _settings = load("[operations.\"shop::*\"]\nmax_attempts = 5\n[operations.\"*::quote\"]\nmax_attempts = 6");
    assert_eq!(attempts(), 6, "seven letters are more than six");
    scope.reset();
    let _settings = load("[operations.\"shop::q*\"]\nmax_attempts = 5\n[operations.\"shop::*e\"]\nmax_attempts = 4");
    assert_eq!(attempts(), 4, "as specific, and later");
}

#[test]
fn each_key_has_its_own_precedence() {
    let _scope = testing::scope();
    let file = "[operations.\"*\"]\nmax_attempts = 5\ndeadline = 40\n[operations.\"shop::quote\"]\ndeadline = \"1m\"";
    let settings = toml(file).load().unwrap();
    let loaded = settings.loaded();
    let of_quote: Vec<_> = loaded
        .settings()
        .iter()
        .filter(|setting| setting.target == "shop::quote")
        .map(|one| (one.key, &*one.value, &*one.rule))
        .collect();
    assert_eq!(of_quote, [("max_attempts", "5", "`*`"), ("deadline", "1m", "`shop::quote`")]);
}

#[test]
fn a_variable_names_what_the_file_cannot() {
    let _scope = testing::scope();
    let variables = [
        ("RETRY__OPERATIONS__SHOP__QUOTE__MAX_ATTEMPTS", "6"),
        ("RETRY__BREAKERS__STORE__SHOP__OPEN_FOR", "5s"),
        ("RETRY_ENV", "production"),
        ("PATH", "/bin"),
    ];
    let settings = toml("").variables(variables).load();
    let faults: Vec<_> = settings.unwrap_err().faults().iter().map(ToString::to_string).collect();
    assert_eq!(
        faults,
        ["RETRY__BREAKERS__STORE__SHOP__OPEN_FOR: no breaker is written `STORE__SHOP`; write `STOCK__SHOP`"]
    );
    let variables = [variables[0], ("RETRY__BREAKERS__STOCK__SHOP__OPEN_FOR", "5s"), variables[2]];
    let settings = toml("").variables(variables).load().unwrap();
    assert_eq!(attempts(), 6);
    assert_eq!(settings.loaded().environment(), Some("production"));
    let shown = settings.loaded().to_string();
    let lines: Vec<_> = shown.lines().collect();
    assert_eq!(
        lines[1..3],
        [
            "shop::quote",
            "  max_attempts = 6  in code 3  RETRY__OPERATIONS__SHOP__QUOTE__MAX_ATTEMPTS, by `shop::quote`"
        ]
    );
    assert_eq!(lines[4], "  open_for = 5s  in code 1s  RETRY__BREAKERS__STOCK__SHOP__OPEN_FOR, by `stock::SHOP`");
}
