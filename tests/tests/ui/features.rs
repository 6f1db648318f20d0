//! A feature that is off: the message names it, and nothing else is said. Crates of their own, since features are a
//! crate's.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

/// Returns the errors of a crate that depends on the runtime with these features, each with its line.
fn errors(name: &str, features: &str, source: &str) -> Vec<(u64, String)> {
    errors_of(name, &[("retry-runtime", features)], source)
}

/// Returns the errors of a crate that depends on these crates with these features, each with its line.
fn errors_of(name: &str, dependencies: &[(&str, &str)], source: &str) -> Vec<(u64, String)> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = target.join(name);
    fs::create_dir_all(folder.join("src")).unwrap();
    let mut manifest = format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n");
    for (dependency, features) in dependencies {
        let path = workspace.join(dependency);
        let path = path.display();
        writeln!(manifest, "{dependency} = {{ path = '{path}', default-features = false, features = [{features}] }}")
            .unwrap();
    }
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    // The same versions as here, and no look at a registry.
    fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    fs::write(folder.join("src/lib.rs"), source).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--offline", "--message-format=json"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", target.join("features"))
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let messages = said.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut errors: Vec<_> = messages.filter_map(|message| error(&message["message"])).collect();
    errors.sort();
    errors
}

fn error(message: &Value) -> Option<(u64, String)> {
    // At the end stands how many there were, nowhere.
    let line = message["spans"].as_array()?.iter().find(|span| span["is_primary"] == true)?["line_start"].as_u64()?;
    (message["level"] == "error").then(|| (line, message["message"].as_str().unwrap_or_default().into()))
}

/// The functions, and the line of each.
fn source(items: &[&str]) -> (String, Vec<u64>) {
    let mut source = String::from("use std::io;\nuse retry_runtime::{Attempt, Budget, retry};\n");
    let lines = items.iter().map(|item| {
        writeln!(source, "{item}").unwrap();
        source.lines().count() as u64
    });
    let lines = lines.collect();
    (source, lines)
}

#[test]
fn an_async_function_without_a_driver_is_told_once() {
    let options = [
        "",
        "deadline = 9s",
        "attempt_timeout = 1s",
        "cancel = std::future::pending::<()>()",
        "on_retry = |_, _| ()",
        "on_retry = heard",
        "fallback = async |_, error| Err(error)",
        "context = attempt",
        "retry_if = |error| error.kind() == io::ErrorKind::Other",
        "policy = *policy",
        "budget = SHARED",
    ];
    let functions = options.map(|option| {
        let policy = "policy: &retry_runtime::Policy";
        format!("#[retry(retry_on = transient, {option})] pub async fn f({policy}) -> io::Result<()> {{ Ok(()) }}")
    });
    let before = "pub static SHARED: Budget = Budget::credit(); pub async fn heard(_: &Attempt, _: &io::Error) {}";
    let modules: Vec<_> =
        functions.iter().zip(0..).map(|(function, n)| format!("pub mod f{n} {{ use super::*; {function} }}")).collect();
    let items: Vec<_> = modules.iter().map(String::as_str).chain([before]).collect();
    let (source, mut lines) = source(&items);
    lines.pop();
    let told = errors("no_tokio", "\"macros\", \"std\"", &source);
    let words = "an async function needs an async runtime, and none is built in; enable the feature `tokio`, `smol` or `futures-timer` of `retry-runtime` (`wasm` on `wasm32-unknown-unknown`), or write `runtime = path::to::MyRuntime` with one of your own";
    assert_eq!(told, lines.into_iter().map(|line| (line, words.into())).collect::<Vec<_>>());
}

#[test]
fn a_runtime_that_is_not_built_in_is_told_once_a_function() {
    let (source, lines) = source(&[
        "#[retry(retry_on = transient, attempt_timeout = 1s, runtime = smol)] pub async fn smol() -> io::Result<()> { Ok(()) }",
        "#[retry(retry_on = transient, runtime = futures_timer)] pub async fn timer() -> io::Result<()> { Ok(()) }",
        "#[retry(retry_on = transient, runtime = wasm)] pub async fn wasm() -> io::Result<()> { Ok(()) }",
        "#[retry(retry_on = transient, runtime = tokio)] pub async fn tokio() -> io::Result<()> { Ok(()) }",
    ]);
    let told = errors("no_smol", "\"macros\", \"std\"", &source);
    let words = |name, feature| {
        format!(
            "`runtime = {name}` needs the feature `{feature}` of `retry-runtime`, which is off; enable it, as by `cargo add retry-runtime --features {feature}`"
        )
    };
    let expected = [
        (lines[0], words("smol", "smol")),
        (lines[1], words("futures_timer", "futures-timer")),
        (lines[2], words("wasm", "wasm")),
        (lines[3], words("tokio", "tokio")),
    ];
    assert_eq!(told, expected);
}

#[test]
fn an_attribute_without_a_runtime_is_told_once() {
    let source =
        "use retry_runtime::retry;\n#[retry(retry_on = transient)]\npub fn blocking() -> Result<(), u32> { Ok(()) }\n";
    let words = "`#[retry]` needs the feature `std` of `retry-runtime`, which is off; enable it";
    assert_eq!(errors("no_std", "\"macros\"", source), [(2, words.into())]);
}

#[test]
fn keys_that_are_not_built_in_are_told_once_a_function() {
    let (source, lines) = source(&[
        "#[retry(retry_on = transient, idempotency_key = generate())] pub fn blocking() -> io::Result<()> { Ok(()) }",
        "#[retry(retry_on = transient, idempotency_key = key)] pub async fn waiting(key: &str) -> io::Result<()> { Ok(()) }",
    ]);
    let told = errors("no_keys", "\"default\"", &source);
    let words = "there are no idempotency keys without the feature `idempotency-key` of `retry-runtime`; enable it";
    assert_eq!(told, lines.into_iter().map(|line| (line, words.into())).collect::<Vec<_>>());
}

#[test]
fn an_async_effect_once_without_a_driver_is_told_once() {
    let before = "use retry_idempotency::{MemoryStore, OnceError, idempotent};";
    let (source, lines) = source(&[
        before,
        "#[idempotent(store = store, key = key)] pub fn blocking(store: &MemoryStore, key: &str) -> Result<u32, OnceError> { Ok(1) }",
        "#[idempotent(store = store, key = key)] pub async fn waiting(store: &MemoryStore, key: &str) -> Result<u32, OnceError> { Ok(1) }",
    ]);
    let told =
        errors_of("no_tokio_once", &[("retry-idempotency", "\"macros\""), ("retry-runtime", "\"macros\"")], &source);
    let words = "an async effect needs an async driver, and none is built in; enable the feature `tokio` of `retry-idempotency`";
    assert_eq!(told, [(lines[2], words.into())]);
}

#[test]
fn a_client_whose_classes_are_not_built_in_is_told_once_a_function() {
    let before = "mod reqwest { pub struct Error; pub struct Response; } mod eyre { pub type Result<T> = std::result::Result<T, ()>; }";
    let (source, lines) = source(&[
        before,
        "#[retry(retry_on = transient)] pub fn sent() -> Result<(), reqwest::Error> { Ok(()) }",
        "#[retry(policy = POLICY)] pub async fn read() -> eyre::Result<()> { Ok(()) }",
        "#[retry(retry_ok = Status(503))] pub async fn got() -> io::Result<reqwest::Response> { Ok(reqwest::Response) }",
        "#[retry(retry_if = |_| true)] pub fn by_predicate() -> Result<(), reqwest::Error> { Ok(()) }",
    ]);
    let told = errors("no_client", "\"default\"", &source);
    let words = |ty, feature| {
        format!(
            "`{ty}` has its failure classes by the feature `{feature}` of `retry-runtime`, which is off; enable it, as by `cargo add retry-runtime --features {feature}`"
        )
    };
    let expected = [
        (lines[1], words("reqwest::Error", "reqwest")),
        (lines[2], words("eyre::Result<()>", "eyre")),
        (lines[3], words("reqwest::Response", "reqwest")),
    ];
    assert_eq!(told, expected);
}
