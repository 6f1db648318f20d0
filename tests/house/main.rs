//! Rules of the source tree: floors of each crate, sizes, first lines of docs and names of files.

mod docs;
mod floors;
mod modules;
mod sizes;
mod sources;
mod stems;

/// Fails with every place that breaks a rule.
#[track_caller]
fn assert_none(rule: &str, places: &[String]) {
    assert!(places.is_empty(), "{rule}; {} places:\n{}", places.len(), places.join("\n"));
}
