//! YAML, and files of other libraries.

use retry_runtime::settings::{Settings, SettingsSource};
use retry_runtime::testing;
use retry_settings_tests::quote;

use crate::{faults, toml};

fn yaml(text: &str) -> SettingsSource {
    Settings::from_yaml(text).variables::<String, String>([])
}

/// A file of other projects, for three environments.
const OTHER: &str = "\
development:
  default:
    max_retries: 2
    base_delay: 0.5
    max_delay: 10.0
    circuit_breaker_threshold: 3
    circuit_breaker_timeout: 30
production:
  default: {max_retries: 4, base_delay: 1.0, max_delay: 60.0, circuit_breaker_threshold: 5, circuit_breaker_timeout: 60}
testing:
  default: {max_retries: 0, base_delay: 0.1, max_delay: 1.0, circuit_breaker_threshold: 10, circuit_breaker_timeout: 5}
";

const OURS: &str = "\
development:
  operations:
    \"*\":
      max_attempts: 3
      backoff: exp(0.5s, 10.0s)
  breakers:
    \"*\":
      consecutive: 3
      open_for: 30s
production:
  operations:
    \"*\":
      max_attempts: 5
      backoff: exp(1.0s, 60.0s)
  breakers:
    \"*\":
      consecutive: 5
      open_for: 60s
testing:
  operations:
    \"*\":
      enabled: false
      backoff: exp(0.1s, 1.0s)
  breakers:
    \"*\":
      consecutive: 10
      open_for: 5s
";

#[test]
fn a_file_of_another_library_is_answered_with_ours_which_loads() {
    let found = faults(&yaml(OTHER));
    let keys = "`max_retries`, `base_delay`, `max_delay`, `circuit_breaker_threshold`, `circuit_breaker_timeout`";
    assert_eq!(found, [format!("settings.yaml:3: has the keys of another library, {keys}; write\n\n{OURS}")]);
    let checked = yaml(OURS).check().unwrap();
    assert_eq!(checked.len(), 4);
    let _scope = testing::scope();
    let settings = yaml(OURS).environment("production").load().unwrap();
    let loaded = settings.loaded();
    let of = |target: &str| {
        let settings = loaded.settings().iter().filter(|setting| setting.target == target);
        settings.map(|setting| format!("{} = {}", setting.key, setting.value)).collect::<Vec<_>>()
    };
    assert_eq!(of("shop::quote"), ["max_attempts = 5", "backoff = exp(1s, 1m)"]);
    assert_eq!(of("stock::SHOP"), ["consecutive = 5", "open_for = 1m"]);
}

#[test]
fn other_forms_of_it_are_answered_too_and_what_is_written_loads() {
    let forms = [
        (
            "default: {max_retries: 2, base_delay: 0.5}",
            "operations:\n  \"*\":\n    max_attempts: 3\n    backoff: exp(0.5s, 10s)\n",
        ),
        ("max_retries: 4", "operations:\n  \"*\":\n    max_attempts: 5\n"),
        ("production: {max_retries: 4}", "production:\n  operations:\n    \"*\":\n      max_attempts: 5\n"),
        (
            "retry:\n  default: {attempts: 4, multiplier: 3}",
            "operations:\n  \"*\":\n    max_attempts: 4\n    backoff: exp(100ms, 10s, factor = 3)\n",
        ),
        (
            "retry: {shop::quote: {max_retries: 5, deadline: 30s}}",
            "operations:\n  \"shop::quote\":\n    max_attempts: 6\n    deadline: 30s\n",
        ),
        (
            "retry: {\"shop::*\": {max_retries: 1}, default: {max_retries: 2}}",
            "operations:\n  \"shop::*\":\n    max_attempts: 2\n  \"*\":\n    max_attempts: 3\n",
        ),
        ("shop::quote: {retry: {max_retries: 5}}", "operations:\n  \"shop::quote\":\n    max_attempts: 6\n"),
        (
            "shop::quote: {max-retries: 2, initialDelayMs: 250}",
            "operations:\n  \"shop::quote\":\n    max_attempts: 3\n    backoff: exp(250ms, 10s)\n",
        ),
        (
            "base: &base {max_retries: 2}\nproduction: {<<: *base, base_delay: 20}",
            "operations:\n  \"*\":\n    max_attempts: 3\nproduction:\n  operations:\n    \"*\":\n      max_attempts: 3\n      backoff: exp(20s, 20s)\n",
        ),
    ];
    for (file, ours) in forms {
        let found = faults(&yaml(file));
        assert!(found.len() == 1 && found[0].ends_with(&format!("; write\n\n{ours}")), "{file}\n{found:#?}");
        // A first delay of 20 s does not fit into a deadline of 30 s; that is another question.
        if !ours.contains("20s") {
            assert_eq!(faults(&yaml(ours)), [""; 0], "{ours}");
        }
    }
    let in_toml = faults(&toml("[production.default]\nmax_retries = 2\nbase_delay = 0.5"));
    let ours = "[production.operations.\"*\"]\nmax_attempts = 3\nbackoff = \"exp(0.5s, 10s)\"\n";
    assert!(in_toml[0].ends_with(ours), "{in_toml:#?}");
    assert_eq!(faults(&toml(ours)), [""; 0]);
}

#[test]
fn yaml_is_read_with_its_lines_anchors_and_merge_keys() {
    let _scope = testing::scope();
    let file = "\
operations:
  \"*\": &all
    max_attempts: 2
    deadline: 40
production:
  operations:
    shop::quote:
      <<: *all
      max_attempts: 5
";
    let settings = yaml(file).environment("production").load().unwrap();
    let mut attempts = 0;
    let _ = quote(&mut attempts, &mut Vec::new());
    assert_eq!(attempts, 5);
    let loaded = settings.loaded();
    let lines: Vec<_> = loaded
        .settings()
        .iter()
        .filter(|setting| setting.target == "shop::quote")
        .map(|setting| &*setting.origin)
        .collect();
    assert_eq!(lines, ["settings.yaml:9", "settings.yaml:4"]);
}

#[test]
fn a_name_that_toml_gives_twice_is_refused_with_its_line() {
    let cases = [
        ("[operations.\"*\"]\nmax_attempts = 3\nmax_attempts = 4", "3: `max_attempts` is given twice; remove one"),
        ("[operations.\"*\"]\n[operations.\"*\"]", "2: `\"*\"` is given twice; remove one"),
    ];
    for (file, expected) in cases {
        let found = faults(&toml(file));
        assert_eq!(found, [format!("settings.toml:{expected}")], "{file}");
    }
}

#[test]
fn yaml_that_is_wrong_is_refused_with_its_line() {
    let cases = [
        ("operations: [1, 2]", "1: `operations` is outside of a section; write it under `operations: {\"*\": {..}}`"),
        (
            "operations:\n  \"*\":\n    max_attempts: 3\n    max_attempts: 4",
            "4: `max_attempts` is given twice; remove one",
        ),
        ("a: 1\n---\nb: 2", "3: is a second document; put all settings into the first"),
        ("- 1", "1: is not a table; write a section, as in `operations: {\"shop::*\": {..}}`"),
        ("operations:\n  *:\n    max_attempts: 3", "2: is not YAML: "),
        ("a: &a {b: *a}", "1: names an anchor inside itself; write its values"),
    ];
    for (file, expected) in cases {
        let found = faults(&yaml(file));
        assert!(found[0].strip_prefix("settings.yaml:").unwrap().starts_with(expected), "{file}: {found:#?}");
    }
    let line = |level: usize| match level {
        0 => "a0: &a0 {b: 1, c: 1}\n".to_string(),
        _ => format!("a{level}: &a{level} {{b: *a{0}, c: *a{0}}}\n", level - 1),
    };
    let bomb: String = (0..40).map(line).collect();
    assert!(faults(&yaml(&bomb))[0].contains("has more than 10,000 values; remove some"));
    assert_eq!(faults(&yaml("")), [""; 0]);
}
