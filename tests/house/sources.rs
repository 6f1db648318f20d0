//! The Rust files of the workspace.

use std::fs;
use std::path::Path;

/// Folders of files that are data of a test or built.
const SKIPPED: [&str; 5] = [".git", "target", "tests/fixed", "tests/ui", "retry-macros/snapshots"];

/// The crates that are published.
pub(crate) const PRODUCTS: [&str; 5] =
    ["retry-core", "retry-idempotency", "retry-keys", "retry-macros", "retry-runtime"];

/// A Rust file.
pub(crate) struct Source {
    /// From the root of the workspace, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Every Rust file below `folder`, a path from the root of the workspace, sorted by path.
pub(crate) fn below(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    collect(folder, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!found.is_empty(), "no Rust file is in `{folder}`");
    found
}

/// Every Rust file in the `src` of the published crates.
pub(crate) fn products() -> Vec<Source> {
    PRODUCTS.iter().flat_map(|product| below(&format!("{product}/src"))).collect()
}

fn collect(folder: &str, found: &mut Vec<Source>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for entry in fs::read_dir(root.join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}")) {
        let entry = entry.expect("the entry is readable");
        let name = entry.file_name().into_string().expect("file names are UTF-8");
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        if entry.file_type().expect("the entry has a type").is_dir() {
            if !SKIPPED.contains(&path.as_str()) {
                collect(&path, found);
            }
        } else if Path::new(&path).extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(entry.path()).unwrap_or_else(|error| panic!("{path}: {error}"));
            found.push(Source { path, text });
        }
    }
}
