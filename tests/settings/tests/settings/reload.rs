//! Reload while calls run: a call has the settings of its begin, whole.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use retry_runtime::events::EventKind;
use retry_runtime::settings::Settings;
use retry_runtime::testing::{self, Scope};
use retry_runtime::{Classify, retry};
use retry_settings_tests::{load, quote};

use crate::toml;

/// File of one test, which is removed with it.
struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("retry-settings-{}-{name}", std::process::id())))
    }

    fn write(&self, text: &str) {
        fs::write(&self.0, text).unwrap();
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn attempts() -> u32 {
    let mut attempts = 0;
    let _ = quote(&mut attempts, &mut Vec::new());
    attempts
}

#[test]
fn a_bad_file_changes_nothing_and_the_last_good_one_stays() {
    let scope = testing::scope();
    let events = Arc::new(Mutex::new(Vec::new()));
    let seen = events.clone();
    scope.subscribe(move |event| {
        if event.operation() == "*" {
            seen.lock().unwrap().push(event.kind());
        }
    });
    let file = File::new("last-good.toml");
    file.write("[operations.\"shop::quote\"]\nmax_attempts = 2\n[breakers.\"*\"]\nopen_for = 5");
    let settings = Settings::from_file(&file.0).variables::<String, String>([]).load().unwrap();
    let before = settings.loaded();
    assert_eq!(attempts(), 2);

    file.write("[operations.\"shop::quote\"]\nmax_attempts = 3\ndeadline = 99");
    let error = settings.reload().unwrap_err();
    assert_eq!((error.faults().len(), error.faults()[0].line()), (1, Some(3)));
    assert_eq!((attempts(), settings.loaded()), (2, before.clone()));

    fs::remove_file(&file.0).unwrap();
    assert!(settings.reload().is_err());
    assert_eq!((attempts(), settings.loaded()), (2, before));

    file.write("[operations.\"shop::quote\"]\nmax_attempts = 4");
    let changes = settings.reload().unwrap();
    let path = file.0.display();
    let expected = [
        "retry_settings_tests::SHOP: open_for = 1s, was 5s (the code)".to_string(),
        format!("shop::quote: max_attempts = 4, was 2 ({path}:2)"),
        "stock::SHOP: open_for = 1s, was 5s (the code)".to_string(),
    ];
    assert_eq!(changes.iter().collect::<Vec<_>>(), expected);
    scope.reset();
    assert!(settings.reload().unwrap().is_empty());
    assert_eq!(attempts(), 4);
    let names: Vec<_> = events
        .lock()
        .unwrap()
        .iter()
        .map(|kind| match kind {
            EventKind::SettingsLoaded { changed, .. } => format!("loaded {changed}"),
            EventKind::SettingsRejected { faults, .. } => format!("rejected {faults}"),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(names, ["loaded 3", "rejected 1", "rejected 1", "loaded 1", "loaded 1"]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_has_begun_ends_with_its_own_settings() {
    let scope = testing::scope();
    scope.real_delays();
    let of = |attempts, delay| {
        format!("[operations.\"shop::load\"]\nmax_attempts = {attempts}\nbackoff = \"fixed({delay}s)\"")
    };
    let _settings = toml(&of(4, 2)).load().unwrap();
    let start = tokio::time::Instant::now();
    let call = async {
        let mut attempts = 0;
        let _ = load(&mut attempts, false).await;
        (attempts, start.elapsed().as_secs())
    };
    let change = async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        drop(toml(&of(2, 7)).load().unwrap());
    };
    let (of_call, ()) = tokio::join!(call, change);
    assert_eq!(of_call, (4, 6));
    let (mut attempts, start) = (0, tokio::time::Instant::now());
    let _ = load(&mut attempts, false).await;
    assert_eq!((attempts, start.elapsed().as_secs()), (2, 7));
}

#[derive(Debug, Classify)]
enum Down {
    Timeout,
}

/// Records the limit of attempts and the delay of each retry.
#[retry(
    max_attempts = 3, backoff = none, jitter = none, retry_on = transient, budget = none, name = "reload::both",
    on_retry = |next, _| seen.push((next.left().map(|left| next.number() + left), next.next_delay()))
)]
fn both(seen: &mut Vec<(Option<u32>, Duration)>) -> Result<u32, Down> {
    let _ = &seen;
    Err(Down::Timeout)
}

#[test]
fn each_of_many_calls_under_reloads_sees_one_of_both_settings_whole() {
    // Both differ in two values: a mix would be seen.
    let of = |attempts: u32, delay: u32| {
        format!(
            "[operations.\"reload::both\"]\nmax_attempts = {attempts}\nbackoff = \"fixed({delay}us)\"\njitter = \"none\""
        )
    };
    let scope = Scope::new();
    let (is_over, calls) = (AtomicBool::new(false), AtomicU32::new(0));
    let found = Mutex::new(BTreeSet::new());
    thread::scope(|threads| {
        for _ in 0..3 {
            threads.spawn(|| {
                scope.run(|| {
                    while !is_over.load(Ordering::Relaxed) {
                        let mut seen = Vec::new();
                        assert!(both(&mut seen).is_err());
                        calls.fetch_add(1, Ordering::Relaxed);
                        let limits: BTreeSet<_> = seen.iter().copied().collect();
                        assert_eq!(limits.len(), 1, "{seen:?}");
                        found.lock().unwrap().insert((seen.len() + 1, limits));
                    }
                });
            });
        }
        scope.run(|| {
            let settings: Vec<_> = [of(2, 1), of(5, 3)].iter().map(|text| toml(text)).collect();
            for round in 0..400 {
                settings[round % 2].clone().load().unwrap();
            }
        });
        is_over.store(true, Ordering::Relaxed);
    });
    // The code's three attempts before the first load, and then two or five.
    let found = found.into_inner().unwrap();
    let of = |attempts, micros| (attempts as usize, BTreeSet::from([(Some(attempts), Duration::from_micros(micros))]));
    assert!(found.contains(&of(2, 1)) && found.contains(&of(5, 3)), "{found:?}");
    assert!(found.is_subset(&BTreeSet::from([of(2, 1), of(3, 0), of(5, 3)])), "{found:?}");
    assert!(calls.into_inner() > 400);
}
