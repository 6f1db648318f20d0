//! Settings in use, and their reload.

use core::fmt::{self, Display, Formatter};
use std::path::PathBuf;
use std::string::String;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::vec::Vec;

use crate::observe::emit;
use crate::settings::apply;
use crate::settings::fault::SettingsError;
use crate::settings::loaded::Loaded;
use crate::settings::source::SettingsSource;

/// One load at a time: two that run together would mix.
static LOADING: Mutex<()> = Mutex::new(());

fn loading() -> MutexGuard<'static, ()> {
    LOADING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Settings that are in use, until others are loaded.
///
/// A program has one at a time; clones are the same. Dropping it changes nothing.
///
/// ```
/// use retry_runtime::retry;
/// use retry_runtime::settings::Settings;
///
/// #[retry(max_attempts = 2, backoff = none, retry_on = transient, name = "shop::quote")]
/// fn quote(attempts: &mut u32) -> std::io::Result<u32> {
///     *attempts += 1;
///     Err(std::io::ErrorKind::TimedOut.into())
/// }
///
/// let file = r#"
///     [operations."shop::*"]
///     max_attempts = 3
///
///     [production.operations."shop::quote"]
///     max_attempts = 5
/// "#;
/// let settings = Settings::from_toml(file).environment("production").load()?;
/// let mut attempts = 0;
/// assert!(quote(&mut attempts).is_err());
/// assert_eq!(attempts, 5);
/// let loaded = settings.loaded();
/// let of_quote = loaded.settings().iter().find(|setting| setting.target == "shop::quote").unwrap();
/// assert_eq!((&*of_quote.value, &*of_quote.code, &*of_quote.origin), ("5", "2", "settings.toml:6"));
///
/// let error = Settings::from_toml("[operations.\"shop::qoute\"]\nmax_attempts = 4").load().unwrap_err();
/// assert_eq!(error.faults()[0].to_string(), "settings.toml:2: unknown operation `shop::qoute`; write `shop::quote`");
/// # settings.remove();
/// # Ok::<(), retry_runtime::settings::SettingsError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Settings {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    source: SettingsSource,
    loaded: Mutex<Loaded>,
}

impl Settings {
    /// Names a file of settings: `.toml`, `.yaml` or `.yml`.
    ///
    /// [`load`](SettingsSource::load) reads it.
    pub fn from_file(path: impl Into<PathBuf>) -> SettingsSource {
        SettingsSource::file(path.into())
    }

    /// Takes settings from the text of a TOML file.
    pub fn from_toml(text: &str) -> SettingsSource {
        SettingsSource::toml(text)
    }

    /// Takes settings from the text of a YAML file.
    pub fn from_yaml(text: &str) -> SettingsSource {
        SettingsSource::yaml(text)
    }

    /// Reads file and variables again, and applies them.
    ///
    /// They apply to all calls that begin from now on. A call that has begun ends with the settings of its begin. Budgets whose settings stay the same keep their tokens, and a
    /// breaker keeps its state.
    ///
    /// # Errors
    ///
    /// Returns all faults. Nothing has changed then: the last good settings stay.
    pub fn reload(&self) -> Result<Changes, SettingsError> {
        let _guard = loading();
        let loaded = self.inner.source.load_and_apply()?;
        let mut current = self.inner.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        let changes = Changes { lines: loaded.changes_since(&current) };
        *current = loaded;
        Ok(changes)
    }

    /// Returns the settings of the last successful load.
    pub fn loaded(&self) -> Loaded {
        self.inner.loaded.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Restores what the code says, for all calls that begin from now on.
    pub fn remove(self) {
        let _guard = loading();
        let empty = SettingsSource::toml("").variables::<String, String>([]);
        let _ = empty.with_plans(|_, plans| plans.iter().for_each(|(_, plan)| apply::clear(plan)));
    }
}

impl SettingsSource {
    /// Reads file and variables, judges them, and applies them.
    ///
    /// They apply to all calls that begin from now on.
    ///
    /// # Errors
    ///
    /// Returns all faults, of every environment. Nothing has changed then.
    pub fn load(self) -> Result<Settings, SettingsError> {
        let _guard = loading();
        let loaded = self.load_and_apply()?;
        Ok(Settings { inner: Arc::new(Inner { source: self, loaded: Mutex::new(loaded) }) })
    }

    fn load_and_apply(&self) -> Result<Loaded, SettingsError> {
        let result = self.with_plans(|source, plans| {
            let known: Vec<_> = plans.iter().filter_map(|(environment, _)| environment.as_deref()).collect();
            let chosen = self.chosen_environment(&known)?;
            // A file without a section of the environment has the settings of every environment.
            let of_chosen = plans.iter().find(|(environment, _)| *environment == chosen).or(plans.first());
            let (_, plan) = of_chosen.ok_or_else(|| SettingsError::new(Vec::new()))?;
            apply::apply(plan);
            Ok(Loaded::new(source, chosen.as_deref(), plan))
        });
        let result = result.and_then(|loaded| loaded);
        match &result {
            Ok(loaded) => emit::settings_loaded(loaded.targets()),
            Err(error) => emit::settings_rejected(error.faults().len()),
        }
        result
    }
}

/// Values that a reload changed; empty if it changed none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    lines: Vec<String>,
}

impl Changes {
    /// Returns whether nothing has changed.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Returns a line for each value.
    ///
    /// For example `shop::quote: max_attempts = 5, was 3 (retries.toml:3)`.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(String::as_str)
    }
}

/// Prints a line for each value.
impl Display for Changes {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        if self.lines.is_empty() {
            return formatter.write_str("nothing changed");
        }
        formatter.write_str(&self.lines.join("\n"))
    }
}
