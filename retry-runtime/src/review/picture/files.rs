//! A file for each picture.

use std::collections::BTreeSet;
use std::path::Path;
use std::string::String;
use std::{format, fs, io};

use crate::review::Review;

impl Review {
    /// Writes a picture of each operation into `folder`, which is made where it is not there: `shop-quote.svg` for
    /// `shop::quote`, see [`Reviewed::svg`](crate::review::Reviewed::svg). What else is in the folder stays.
    ///
    /// # Errors
    ///
    /// If a file or the folder cannot be written, with its path; and if no annotated function is linked.
    pub fn draw(&self, folder: impl AsRef<Path>) -> io::Result<()> {
        let folder = folder.as_ref();
        if self.operations().is_empty() {
            let words = "nothing to draw: no annotated function is linked; name their crate, as in `use shop as _;`";
            return Err(io::Error::new(io::ErrorKind::NotFound, words));
        }
        fs::create_dir_all(folder).map_err(|error| naming(folder, &error))?;
        let mut taken = BTreeSet::new();
        for of in self.operations() {
            let path = folder.join(file_name(of.name(), &mut taken));
            fs::write(&path, of.svg()).map_err(|error| naming(&path, &error))?;
        }
        Ok(())
    }
}

fn naming(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{} cannot be written: {error}", path.display()))
}

/// Longer names are cut, since file systems cut them off at 255.
const LONGEST: usize = 100;

/// Letters, digits and underscores of the name, other parts as one hyphen; with a number where that is taken, also by a
/// name in other case.
fn file_name(operation: &str, taken: &mut BTreeSet<String>) -> String {
    let is_kept = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let parts = operation.split(|letter| !is_kept(letter)).filter(|part| !part.is_empty());
    let joined = parts.fold(String::new(), |name, part| if name.is_empty() { part.into() } else { name + "-" + part });
    let stem = if joined.is_empty() { "operation" } else { &joined[..joined.len().min(LONGEST)] };
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
    fn names_are_safe_and_each_is_another() {
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
