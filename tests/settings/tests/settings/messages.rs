//! Words of the faults: what is wrong, where, and what to write instead.

use retry_runtime::settings::Settings;

use crate::{faults, toml};

/// Asserts the faults of a file, without the name of the file.
#[track_caller]
fn assert_faults(file: &str, expected: &[&str]) {
    let faults: Vec<_> = faults(&toml(file)).iter().map(|fault| fault.replace("settings.toml:", "")).collect();
    assert_eq!(faults, expected, "{file}");
}

#[test]
fn all_faults_of_a_file_come_at_once() {
    let file = r#"
[operations."shop::qoute"]
max_attempts = 500

[operations."shop::quote"]
max_atempts = 4
backoff = "expo(1s, 2s)"
deadline = 90

[operations."shp::*"]
max_attempts = 4

[prodution.operations."*"]
enabled = false

[production.operations."shop::load"]
attempt_timeout = "40s"

[breakers.SHOP]
open_for = "1s"

[breakers."stock::SHOP"]
open_for = "1ms"
"#;
    assert_faults(
        file,
        &[
            "3: shop::qoute: `max_attempts` must be at most 100; write a smaller number, or `unbounded` beside a `deadline`",
            "3: unknown operation `shop::qoute`; write `shop::quote`",
            "6: shop::quote: unknown key `max_atempts`; write `max_attempts`",
            "7: shop::quote: `backoff`: `expo(1s, 2s)` is not a backoff; write `exp(100ms, 10s)`, or one of `linear`, `fibonacci`, `fixed` and `none`",
            "8: shop::quote: `deadline`: `90` has no unit, and a number without one is in seconds; write `90s` or `90ms`",
            "11: no operation matches `shp::*`; write `shop::*`",
            "13: unknown section `prodution`; write `production`",
            "17: shop::load in production: `attempt_timeout` is above `deadline`, so the deadline always comes first; write a shorter timeout (`attempt_timeout = 40s`, `deadline = 30s`)",
            "20: `SHOP` is the name of several; write one of `retry_settings_tests::SHOP`, `retry_settings_tests::stock::SHOP`",
            "23: stock::SHOP: `open_for`: the open time of a breaker must be from 10 ms to a day; write about `1s`, because a longer one delays recovery",
        ],
    );
    let error = toml(file).load().unwrap_err().to_string();
    assert!(error.starts_with("10 faults in settings; nothing was changed\nsettings.toml:3: shop::qoute: "), "{error}");
}

/// Settings of `shop::quote`, and the fault.
const KEYS: &[(&str, &str)] = &[
    (
        "max_attempts = 0",
        "`max_attempts` must be at least 1, because it counts the first attempt; write 1 to turn retries off",
    ),
    (
        "max_attempts = 2.5",
        "`max_attempts` is a number from 1 to 100 or `unbounded`, not `2.5`; write `max_attempts = 3`",
    ),
    (
        "max_attempts = \"unbounded\"",
        "`max_attempts = unbounded` needs an end; write a `deadline` or `cancel` beside it (`max_attempts = unbounded`, `backoff = none`, `deadline = none`)",
    ),
    ("max_attempts = [3]", "`max_attempts` is not one value; write one, as an attribute does"),
    (
        "jitter = \"decorrelated\"",
        "`decorrelated` jitter grows from the first delay, and `backoff = none` has none; write `backoff = exp(100ms, 10s)`, or another jitter (`jitter = decorrelated`, `backoff = none`, `throttled_backoff = exp(1s, 10s)`)",
    ),
    (
        "deadline = \"1s\"\nbackoff = \"fixed(2s)\"",
        "`deadline` is below the longest first delay, so a retry may never start; write a longer deadline, or a shorter base (`deadline = 1s`, `max_attempts = 3`, `backoff = fixed(2s)`, `jitter = full`)",
    ),
    (
        "attempt_timeout = 1",
        "a blocking attempt cannot be cut; use the timeout of its client, or make the function async",
    ),
    ("enabled = \"off\"", "`enabled` is `true` or `false`, not `off`; write `enabled = false`"),
    ("enabled = \"yes\"", "`enabled` is `true` or `false`, not `yes`; write `enabled = true`"),
    ("enabled = 1", "`enabled` is `true` or `false`, not `1`; write `enabled = true`"),
    ("enabled = 0", "`enabled` is `true` or `false`, not `0`; write `enabled = false`"),
    (
        "enabled = \"maybe\"",
        "`enabled` is `true` or `false`, not `maybe`; write `enabled = true`, or `enabled = false` to turn retries off",
    ),
    (
        "budget = \"none\"",
        "`budget`: `none` is not a budget; write `credit`, `credit(500)`, `ratio(0.1, 10s)` or `in_flight(0.2, 3)`",
    ),
    ("max_retries = 4", "unknown key `max_retries`; write `max_attempts = 5`"),
    ("base_delay = 0.5", "unknown key `base_delay`; write `backoff = \"exp(0.5s, 10s)\"`"),
    ("max_delay_ms = 2000", "unknown key `max_delay_ms`; write `backoff = \"exp(100ms, 2000ms)\"`"),
    ("timeout = 5", "unknown key `timeout`; write `attempt_timeout = \"5s\"`"),
    (
        "circuit_breaker_threshold = 3",
        "unknown key `circuit_breaker_threshold`; write `consecutive = 3` in the section `breakers`",
    ),
    ("retry_on = \"transient\"", "`retry_on` is set in code, because it depends on the error; remove it"),
    (
        "breaker = \"SHOP\"",
        "a breaker has a section of its own; write `consecutive` or `open_for` under its name in `breakers`",
    ),
    (
        "hedge = \"p95\"",
        "`hedge` is set in code, because the function must allow two attempts at once; write `hedge = p95` in its attribute, or `enabled = false` here to turn it off with the retries",
    ),
    (
        "pace = \"OPENAI\"",
        "`pace` is set in code, because a call that it ends needs `From<Stopped>`; write `pace = NAME` in the attribute, and `max_retry_after = \"30s\"` here for the longest hold",
    ),
    (
        "concurrency = 20",
        "`concurrency` is set in code, because a call that it ends needs `From<Stopped>`; write `concurrency = &LIMIT` in the attribute, with a `static LIMIT: LazyLock<Concurrency>` that reads the number",
    ),
    (
        "limits = \"Connect up_to 60s\"",
        "`limits`: a limit by class is a part of `retry_on`, which is set in code; write `max_attempts = 5` or `deadline = \"10s\"`, which limit the whole call",
    ),
    (
        "colour = \"red\"",
        "unknown key `colour`; an operation has `enabled`, `max_attempts`, `backoff`, `throttled_backoff`, `jitter`, `max_retry_after`, `deadline`, `attempt_timeout`, `budget`, so write one of them",
    ),
];

#[test]
fn each_key_of_an_operation_is_judged_by_the_compilers_rules() {
    for (settings, message) in KEYS {
        assert_faults(&format!("[operations.\"shop::quote\"]\n{settings}"), &[&format!("2: shop::quote: {message}")]);
    }
}

#[test]
fn an_operation_that_cannot_take_a_setting_says_where_to_change_it() {
    let of = |name: &str, settings: &str, message: &str| {
        assert_faults(&format!("[operations.\"{name}\"]\n{settings}"), &[&format!("2: {name}: {message}")]);
    };
    of(
        "shop::plain",
        "attempt_timeout = 1",
        "its error may not be able to say that an attempt was cut; write `attempt_timeout = 1m` in its attribute, which needs `From<Stopped>`, and change it here",
    );
    of(
        "client::get",
        "max_attempts = 2",
        "each call brings its policy, `self.retry`, so `max_attempts` cannot be set here; set it where that policy is made, or write `enabled = false`",
    );
    of(
        "shared::patient",
        "deadline = \"1m\"",
        "each call brings its deadline, `patience`; change that, or remove `deadline` here",
    );
    of(
        "pay::charge",
        "budget = \"credit(500)\"",
        "its budget is the static `PAYMENTS`, of `pay::charge`, `pay::refund`; write `shape` under `PAYMENTS` in the section `budgets`",
    );
}

#[test]
fn a_pattern_skips_what_an_operation_cannot_take_and_says_so() {
    let checked = toml("[operations.\"*\"]\nattempt_timeout = 2").check().unwrap();
    let skipped: Vec<_> = checked[0].skipped().iter().map(|skipped| &*skipped.target).collect();
    let expected = [
        "client::get",
        "pay::charge",
        "pay::refund",
        "reload::both",
        "shared::configured",
        "shared::constant",
        "shared::patient",
        "shared::reference",
        "shop::plain",
        "shop::quote",
        "zone::slow",
    ];
    assert_eq!(skipped, expected);
    let shown = checked[0].to_string();
    assert!(
        shown.contains("\nskipped: attempt_timeout of shop::quote (settings.toml:2): a blocking attempt"),
        "{shown}"
    );
}

#[test]
fn sections_and_syntax_are_named() {
    let cases = [
        (
            "[operations.shop::quote]\nmax_attempts = 3",
            "1: a name with `::` needs quotes; write as in `[operations.\"shop::quote\"]`",
        ),
        (
            "[\"shop::quote\"]\nmax_attempts = 3",
            "1: `shop::quote` is outside of a section; write `[operations.\"shop::quote\"]`",
        ),
        ("max_attempts = 3", "1: `max_attempts` is outside of a section; write it under `[operations.\"*\"]`"),
        (
            "[operations]\nmax_attempts = 3",
            "2: `max_attempts` in `operations` is not the name of an operation with its keys; write `[operations.\"shop::quote\"]`",
        ),
        ("[operation.\"*\"]\nmax_attempts = 3", "1: unknown section `operation`; write `operations`"),
        (
            "[zebra.operations.\"*\"]\nmax_attempts = 3",
            "1: unknown section `zebra`; write one of `operations`, `budgets`, `breakers`, `rate_limits`, or an environment of `development`, `production`, `testing`",
        ),
        (
            "[paces.OPENAI]\nrecovery = 3",
            "1: `paces` is set in code, because a call that it ends needs `From<Stopped>`; write `pace = NAME` in the attribute, and `max_retry_after = \"30s\"` here for the longest hold",
        ),
        (
            "[breakers.BANK]\nopen_for = 3",
            "2: unknown breaker `BANK`; write one that is linked: `SHOP`, `retry_settings_tests::SHOP`, `retry_settings_tests::stock::SHOP`, `stock::SHOP`",
        ),
        ("[operations.quote]\nmax_attempts = 3", "2: unknown operation `quote`; write `shop::quote`"),
        (
            "[rate_limits.CALLS]\nlimit = \"50\"",
            "2: CALLS: `limit`: `50` is not a rate limit; write `per_second(50)`, or `per_second(50), burst(5)`",
        ),
        (
            "[rate_limits.CALLS]\nlimit = \"per_second(0)\"",
            "2: CALLS: `limit`: a rate limit of zero allows no attempt; write `limit = \"per_second(50)\"`",
        ),
        (
            "[rate_limits.CALLS]\nlimit = \"per_second(20), burst(0)\"",
            "2: CALLS: `limit`: a burst of zero allows no attempt; write `limit = \"per_second(20), burst(1)\"`",
        ),
        (
            "[operations.\"payments::*\"]\nmax_attempts = 3",
            "2: no operation matches `payments::*`; write one that is linked: `client::get`, `pay::charge`, `pay::refund`, `reload::both`, `retry_settings_tests::stock::count` and 10 more",
        ),
        ("[operations.\"*::quot\"]\nmax_attempts = 3", "2: no operation matches `*::quot`; write `*::quote`"),
        (
            "[budgets.PAYMENTS]\nshape = \"credit(3)\"",
            "2: PAYMENTS: `shape`: the rest of a credit must be at least 14 tokens, the price of one retry; write 42 for three retries",
        ),
    ];
    for (file, expected) in cases {
        assert_faults(file, &[expected]);
    }
}

#[test]
fn a_limit_of_a_class_leaves_room_for_its_first_delay() {
    let words = "this limit is below the longest first delay of its class, `5s` below `6s`, so a retry may never start; write a longer limit, or a shorter `backoff`";
    assert_faults(
        "[operations.\"retry_settings_tests::stock::count\"]\nbackoff = \"fixed(6s)\"",
        &[&format!(
            "2: retry_settings_tests::stock::count: {words} (`backoff = fixed(6s)`, `throttled_backoff = exp(1s, 10s)`, `jitter = full`)"
        )],
    );
    assert_faults("[operations.\"retry_settings_tests::stock::count\"]\nbackoff = \"fixed(5s)\"", &[]);
}

#[test]
fn a_limit_of_a_class_has_no_room_for_hundreds_of_attempts() {
    let words = "more than 100 attempts fit into this limit, less than 1 s apart; write a shorter limit, or a longer backoff as in `backoff = exp(100ms, 10s)`";
    for (file, values) in [
        ("backoff = \"none\"", "`backoff = none`"),
        ("backoff = \"fixed(1ms)\"", "`backoff = fixed(1ms)`"),
        ("deadline = \"2s\"\nbackoff = \"fixed(1ms)\"", "`backoff = fixed(1ms)`"),
    ] {
        let file = format!("[operations.\"retry_settings_tests::stock::count\"]\n{file}");
        let line = file.lines().count();
        assert_faults(&file, &[&format!("{line}: retry_settings_tests::stock::count: {words} ({values})")]);
    }
    let numbered = "[operations.\"retry_settings_tests::stock::count\"]\nmax_attempts = 5\nbackoff = \"fixed(1ms)\"";
    assert_faults(numbered, &[]);
}

#[test]
fn each_source_is_answered_in_its_own_notation() {
    let yaml = |text: &str| faults(&Settings::from_yaml(text).variables::<String, String>([]));
    let cases = [
        (
            "operations: {\"shop::quote\": {enabled: yes}}",
            "settings.yaml:1: shop::quote: `enabled` is `true` or `false`, not `yes`; write `enabled: true`",
        ),
        (
            "operations: {\"shop::quote\": {enabled: No}}",
            "settings.yaml:1: shop::quote: `enabled` is `true` or `false`, not `No`; write `enabled: false`",
        ),
        (
            "operations: {\"shop::quote\": {enabled: maybe}}",
            "settings.yaml:1: shop::quote: `enabled` is `true` or `false`, not `maybe`; write `enabled: true`, or `enabled: false` to turn retries off",
        ),
        (
            "operations: {\"client::get\": {max_attempts: 2}}",
            "settings.yaml:1: client::get: each call brings its policy, `self.retry`, so `max_attempts` cannot be set here; set it where that policy is made, or write `enabled: false`",
        ),
        (
            "operations: {\"shop::quote\": {max_attempts: many}}",
            "settings.yaml:1: shop::quote: `max_attempts` is a number from 1 to 100 or `unbounded`, not `many`; write `max_attempts: 3`",
        ),
        (
            "rate_limits: {CALLS: {limit: per_second(0)}}",
            "settings.yaml:1: CALLS: `limit`: a rate limit of zero allows no attempt; write `limit: per_second(50)`",
        ),
    ];
    for (file, expected) in cases {
        assert_eq!(yaml(file), [expected], "{file}");
    }
    let variable = |name: &str, value: &str| faults(&Settings::from_toml("").variables([(name, value)]));
    let of_variables = [
        (
            "OPERATIONS__SHOP__QUOTE__ENABLED",
            "FALSE",
            "shop::quote: `enabled` is `true` or `false`, not `FALSE`; write `false`",
        ),
        (
            "OPERATIONS__SHOP__QUOTE__ENABLED",
            "on",
            "shop::quote: `enabled` is `true` or `false`, not `on`; write `true`",
        ),
        (
            "RATE_LIMITS__CALLS__LIMIT",
            "per_second(0)",
            "CALLS: `limit`: a rate limit of zero allows no attempt; write `per_second(50)`",
        ),
    ];
    for (name, value, expected) in of_variables {
        let name = format!("RETRY__{name}");
        assert_eq!(variable(&name, value), [format!("{name}: {expected}")], "{value}");
    }
}

#[test]
fn each_key_of_a_breaker_is_reported_at_its_own_line() {
    let file = "[breakers.\"stock::SHOP\"]\nfailure_rate = 1.5\n\n[production.breakers.\"stock::SHOP\"]\nconsecutive = 1\nopen_for = \"1ms\"\nlongest_open = \"5ms\"";
    let rate = "a rate of a breaker must be above 0, because at 0 it would always open, and at most 1; write `0.5` for half of the calls";
    let time = "the open time of a breaker must be from 10 ms to a day; write about `1s`, because a longer one delays recovery";
    assert_faults(
        file,
        &[
            &format!("2: stock::SHOP: `failure_rate`: {rate}"),
            "5: stock::SHOP: `consecutive` must be from 2, because at 1 any single failure opens it, to 100; write `10`, or `5` below 10 calls per second",
            &format!("6: stock::SHOP: `open_for`: {time}"),
            &format!("7: stock::SHOP: `longest_open`: {time}"),
        ],
    );
    assert_faults(
        "[breakers.\"stock::SHOP\"]\nfailure_rate = 0.5\nconsecutive = 5\nopen_for = \"1m\"\nlongest_open = \"1s\"",
        &[
            "2: stock::SHOP: `consecutive` sets the rate too; remove `failure_rate`, or `consecutive`",
            "4: stock::SHOP: `longest_open` is below `open_for`; write the time of the first opening as `open_for`, then one at least as long",
        ],
    );
}

#[test]
fn the_environment_is_chosen_on_purpose() {
    let file = "[production.operations.\"*\"]\nenabled = false";
    let fault = |source: retry_runtime::settings::SettingsSource| source.load().unwrap_err().faults()[0].to_string();
    assert_eq!(
        fault(toml(file)),
        "RETRY_ENV: no environment is chosen, and the file has `production`; set this variable, or call `.default_environment(\"production\")`"
    );
    assert_eq!(
        fault(toml(file).variables([("RETRY_ENV", "prod")])),
        "RETRY_ENV: unknown environment `prod`; write `production`, or add it by `.environments([\"prod\"])`"
    );
    let missing = Settings::from_file("no/such/file.toml").check().unwrap_err().to_string();
    assert!(missing.contains("no/such/file.toml:1: cannot be read: "), "{missing}");
    let unnamed = Settings::from_file("retries.conf").check().unwrap_err().to_string();
    assert!(unnamed.contains("the format is not known; name the file `.toml`, `.yaml` or `.yml`"), "{unnamed}");
}

#[test]
fn a_file_of_several_programs_may_name_more() {
    let file = "[operations.\"other::thing\"]\nmax_attempts = 3\n[operations.\"shop::quote\"]\nmax_attempts = 4";
    assert_faults(
        file,
        &[
            "2: unknown operation `other::thing`; write one that is linked: `client::get`, `pay::charge`, `pay::refund`, `reload::both`, `retry_settings_tests::stock::count` and 10 more",
        ],
    );
    let checked = toml(file).allow_unknown_names().check().unwrap();
    assert_eq!(checked[0].settings().len(), 1);
}
