//! The review file shows the effect of settings below the code.

use retry_runtime::review::Review;
use retry_runtime::settings::Settings;
use retry_settings_tests as _;

const FILE: &str = r#"
[operations."shop::quote"]
max_attempts = 4

[production.operations."shop::*"]
max_attempts = 5

[production.operations."client::*"]
enabled = false

[production.breakers."retry_settings_tests::SHOP"]
consecutive = 3

[production.rate_limits.CALLS]
limit = "per_second(20)"

[testing.budgets.PAYMENTS]
shape = "credit(500, wait = none)"
"#;

fn rows(review: &Review) -> Vec<String> {
    let text = review.to_string();
    text.lines().filter(|line| line.starts_with("| `")).map(String::from).collect()
}

#[test]
fn each_environment_has_a_line_below_that_of_the_code() {
    let settings = Settings::from_toml(FILE).variables::<String, String>([]);
    let review = Review::all().with_settings(&settings).unwrap();
    let (before, after) = (rows(&Review::all()), rows(&review));
    let added: Vec<_> = after.iter().filter(|row| !before.contains(row)).map(String::as_str).collect();
    let none = "`none`, `full`, throttled `exp(1s, 10s)`";
    assert_eq!(
        added,
        [
            "| `client::get in production` blocking | 1 | - | - | - | 30s | - | `credit` | - | - |".to_string(),
            "| `pay::charge in testing` blocking | 3 | `none`, `full`, throttled `exp(1s, 10s)` | 3s | unbounded | - | `transient` | `PAYMENTS`: `credit(500, wait = none)` | - | - |".to_string(),
            "| `pay::refund in testing` blocking | 3 | `none`, `full`, throttled `exp(1s, 10s)` | 3s | unbounded | - | `transient` | `PAYMENTS`: `credit(500, wait = none)` | - | - |".to_string(),
            format!("| `shop::guarded in production` async | 5 | {none} | 15s | unbounded | 30s | `transient` | `credit` | `SHOP`: consecutive(3), open_for(1s); `CALLS`: per_second(20) | - |"),
            "| `shop::load in production` async | 5 | `fixed(1s)`, `none`, throttled `exp(1s, 10s)` | 15s | 25s, attempt timeout 2s, deadline 30s | 30s | `transient` | `credit` | - | - |".to_string(),
            format!("| `shop::plain in production` async | 5 | {none} | 15s | unbounded | 30s | `transient` | `credit` | - | - |"),
            format!("| `shop::quote in every environment` blocking | 4 | {none} | 7s | unbounded | 30s | `transient` | `credit` | - | - |"),
            format!("| `shop::quote in production` blocking | 5 | {none} | 15s | unbounded | 30s | `transient` | `credit` | - | - |"),
        ]
    );
    assert_eq!(after.len(), before.len() + added.len());
    let place = after.iter().position(|row| row.starts_with("| `shop::quote in every")).unwrap();
    assert!(after[place - 1].starts_with("| `shop::quote` blocking"));
}

#[test]
fn a_file_without_the_lines_differs_from_the_settings() {
    let path = std::env::temp_dir().join(format!("retry-settings-review-{}.md", std::process::id()));
    let settings = Settings::from_toml(FILE).variables::<String, String>([]);
    std::fs::write(&path, "# Retries\n\n").unwrap();
    let message = Review::all().with_settings(&settings).unwrap().compare(&path).unwrap_err().to_string();
    std::fs::remove_file(&path).unwrap();
    assert!(message.contains("no line for `shop::quote in production`: attempts 5; "), "{message}");
    let wrong = Settings::from_toml("[operations.\"shop::quote\"]\nmax_attempts = 0").variables::<String, String>([]);
    assert_eq!(Review::all().with_settings(&wrong).unwrap_err().faults()[0].line(), Some(2));
}
