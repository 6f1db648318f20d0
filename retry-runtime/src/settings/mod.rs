//! Settings by environment (feature `settings`).
//!
//! Policies change while the program runs. The attribute is the policy that reviewers approve. A file and variables above it change parts of it in production,
//! without a new build. The page [settings](crate::guide::settings) shows what to write.
//!
//! ```no_run
//! use retry_runtime::settings::Settings;
//!
//! let settings = Settings::from_file("retries.toml").load()?; // `RETRY_ENV` names the environment
//! print!("{}", settings.loaded());
//!
//! // Later, after a signal or a request of an operator:
//! match settings.reload() {
//!     Ok(changes) => println!("{changes}"),
//!     Err(error) => eprintln!("{error}"), // the last good settings stay
//! }
//! # Ok::<(), retry_runtime::settings::SettingsError>(())
//! ```
//!
//! Values are written as an attribute writes them, and the compiler's rules judge them. A file is applied as a whole, or not at
//! all: [`SettingsError`] lists every fault with its line, the operation, and what to write instead.
//!
//! # Reach
//!
//! Settings reach every function with `#[retry]` that is linked, and the statics that its options name. Places that use
//! [`call`](crate::call()) are not reached, because they have no name before they run. Inside a scope of a test
//! (`retry_runtime::testing::scope`) settings that are loaded apply to the scope alone, and those of the process do not
//! apply.
//!
//! # Costs
//!
//! A call reads one word more. If its operation has settings, the call also takes a lock that only loads write, and
//! allocates once; it keeps the settings until it ends, and the last call frees them.

mod apply;
mod content;
mod document;
mod effective;
mod entry;
mod fault;
mod handle;
mod loaded;
mod names;
mod of_code;
mod operation_rules;
mod other_libraries;
mod pattern;
mod plan;
#[cfg(feature = "review")]
pub(crate) mod reviewed;
mod shared_rules;
mod source;
mod targets;
mod toml_reader;
mod values;
mod variables;
mod yaml_reader;

pub use self::fault::{Fault, SettingsError};
pub use self::handle::{Changes, Settings};
pub use self::loaded::{Loaded, LoadedSetting, SkippedSetting};
pub use self::source::SettingsSource;
