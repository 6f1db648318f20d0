//! Effects that happen once: `once`, `#[idempotent]`, the HTTP layer, stores, files.

mod create_if_missing;
mod files;
mod idempotent;
mod layer;
mod once;
mod private;
mod purge;
mod readme;
mod replayed;
mod spaces;
mod stores;
mod values;
