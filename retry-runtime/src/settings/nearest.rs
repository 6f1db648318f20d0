//! Nearest name to a misspelled one.

use std::vec::Vec;

/// Returns the name that `name` is most likely a misspelling of.
///
/// At most a third of its letters differ, or it begins so.
pub(super) fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let is_begun = |candidate: &str| lower.chars().count() >= 3 && candidate.to_lowercase().starts_with(&lower);
    let distances = names.into_iter().map(|candidate| match distance(&lower, &candidate.to_lowercase()) {
        _ if is_begun(candidate) => (1, candidate),
        distance => (distance, candidate),
    });
    let near = distances.filter(|(distance, candidate)| *distance <= 1 + candidate.chars().count() / 3);
    near.min().map(|(_, candidate)| candidate)
}

/// Computes the edit distance of two words.
///
/// Two letters that swapped places count once.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<_>, Vec<_>) = (one.chars().collect(), other.chars().collect());
    let mut before = Vec::new();
    let mut last: Vec<_> = (0..=other.len()).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut current = std::vec![row + 1];
        for (column, candidate) in other.iter().enumerate() {
            let replaced = last[column] + usize::from(letter != candidate);
            let mut edits = replaced.min(last[column + 1] + 1).min(current[column] + 1);
            let is_swap = row > 0 && column > 0 && one[row - 1] == *candidate && other[column - 1] == *letter;
            if is_swap {
                let swapped: &Vec<usize> = &before;
                edits = edits.min(swapped[column - 1] + 1);
            }
            current.push(edits);
        }
        before = core::mem::replace(&mut last, current);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelling_is_near_and_another_word_is_not() {
        let names = ["max_attempts", "shop::quote", "production"];
        let cases = [
            ("max_atempts", Some("max_attempts")),
            ("shop::qoute", Some("shop::quote")),
            ("Prodution", Some("production")),
            ("prod", Some("production")),
            ("pr", None),
            ("zebra::*", None),
            ("", None),
        ];
        for (name, expected) in cases {
            assert_eq!(nearest(name, names), expected, "{name}");
        }
    }
}
