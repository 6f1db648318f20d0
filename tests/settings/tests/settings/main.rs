//! Settings that replace policies of the code.

mod applied;
mod messages;
mod observed;
mod other_files;
mod precedence;
mod reload;

use retry_runtime::settings::{Settings, SettingsSource};
use retry_settings_tests as _;

/// A TOML source without the variables of the process.
fn toml(text: &str) -> SettingsSource {
    Settings::from_toml(text).variables::<String, String>([])
}

/// The faults of a source, one per line.
fn faults(source: &SettingsSource) -> Vec<String> {
    match source.check() {
        Ok(_) => Vec::new(),
        Err(error) => error.faults().iter().map(ToString::to_string).collect(),
    }
}
