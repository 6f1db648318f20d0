//! Chart files, one per operation.

use std::collections::BTreeSet;
use std::path::Path;
use std::string::String;
use std::{format, fs, io};

use crate::review::policy_review::Review;

impl Review {
    /// Writes a chart of each operation into `folder`.
    ///
    /// The file of `shop::quote` is `shop-quote.svg`. Creates the folder if it does not exist, and keeps other files in
    /// it. See [`ReviewedOperation::svg`](crate::review::ReviewedOperation::svg).
    ///
    /// # Errors
    ///
    /// Returns an error with the path if a file or the folder cannot be written, and an error if no annotated function
    /// is linked.
    pub fn draw(&self, folder: impl AsRef<Path>) -> io::Result<()> {
        let folder = folder.as_ref();
        if self.operations().is_empty() {
            let message = "nothing to draw: no annotated function is linked; name its crate, as in `use shop as _;`";
            return Err(io::Error::new(io::ErrorKind::NotFound, message));
        }
        fs::create_dir_all(folder).map_err(|error| with_path(folder, &error))?;
        let mut taken = BTreeSet::new();
        for operation in self.operations() {
            let path = folder.join(file_name(operation.name(), &mut taken));
            fs::write(&path, operation.svg()).map_err(|error| with_path(&path, &error))?;
        }
        Ok(())
    }
}

fn with_path(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{} cannot be written: {error}", path.display()))
}

/// Longer names are truncated, because file systems allow 255 bytes.
const MAX_STEM: usize = 100;

/// Returns a unique file name for an operation.
///
/// Keeps letters, digits and underscores, and replaces other characters by one hyphen. Appends a number if the name is
/// taken, ignoring case.
///
/// Appends a number if the name is taken, ignoring case.
fn file_name(operation: &str, taken: &mut BTreeSet<String>) -> String {
    let is_kept = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let parts = operation.split(|letter| !is_kept(letter)).filter(|part| !part.is_empty());
    let joined = parts.fold(String::new(), |name, part| if name.is_empty() { part.into() } else { name + "-" + part });
    let stem = if joined.is_empty() { "operation" } else { &joined[..joined.len().min(MAX_STEM)] };
    let mut name = format!("{stem}.svg");
    let mut number = 1;
    while !taken.insert(name.to_ascii_lowercase()) {
        number += 1;
        name = format!("{stem}-{number}.svg");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_safe_and_unique() {
        let mut taken = BTreeSet::new();
        let mut name = |operation: &str| file_name(operation, &mut taken);
        assert_eq!(name("shop::quote"), "shop-quote.svg");
        assert_eq!(name("shop-quote"), "shop-quote-2.svg");
        assert_eq!(name("Shop::Quote"), "Shop-Quote-3.svg");
        assert_eq!(name("../../etc/passwd"), "etc-passwd.svg");
        assert_eq!(name("T\u{e4}glich <\"a b\">"), "T-glich-a-b.svg");
        assert_eq!(name("::"), "operation.svg");
        assert_eq!(name(&"x".repeat(300)).len(), 104);
    }
}
