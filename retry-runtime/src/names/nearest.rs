//! Nearest name to a misspelled one.

#[cfg(any(feature = "testing", feature = "chaos", feature = "storm"))]
use std::format;
use std::string::String;
use std::vec::Vec;

/// Returns the name that `name` is most likely a misspelling of.
///
/// At most a third of its letters differ, it begins so, or it ends in the same segment of a path.
pub(crate) fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let is_begun = |candidate: &str| lower.chars().count() >= 3 && candidate.to_lowercase().starts_with(&lower);
    let last = |name: &str| name.to_lowercase().rsplit("::").next().map(String::from).unwrap_or_default();
    // The star ends every pattern.
    let is_end = |candidate: &str| candidate.contains("::") && last(candidate) == last(name) && last(name) != "*";
    let distances = names.into_iter().map(|candidate| match distance(&lower, &candidate.to_lowercase()) {
        _ if is_begun(candidate) => (1, candidate),
        distance if is_end(candidate) => (distance.min(2), candidate),
        distance => (distance, candidate),
    });
    let near = distances.filter(|(distance, candidate)| *distance <= 1 + candidate.chars().count() / 3);
    near.min().map(|(_, candidate)| candidate)
}

/// Says which name was meant, or which names there are.
#[cfg(any(feature = "testing", feature = "chaos", feature = "storm"))]
pub(crate) fn proposal<'a>(given: &str, names: impl Iterator<Item = &'a str> + Clone) -> String {
    if let Some(near) = nearest(given, names.clone()) {
        return format!("write `{near}`");
    }
    let count = names.clone().count();
    let listed: Vec<_> = names.take(LISTED).map(|name| format!("`{name}`")).collect();
    match count {
        0 => "the program has none: annotate a function with `#[retry]`".into(),
        1..=LISTED => format!("the program has {}", listed.join(", ")),
        _ => format!("the program has {} and {} more", listed.join(", "), count - LISTED),
    }
}

/// Names that a message lists.
#[cfg(any(feature = "testing", feature = "chaos", feature = "storm"))]
const LISTED: usize = 5;

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
            ("elsewhere::quote", Some("shop::quote")),
            ("quote", Some("shop::quote")),
            ("zebra::*", None),
            ("", None),
        ];
        for (name, expected) in cases {
            assert_eq!(nearest(name, names), expected, "{name}");
        }
        assert_eq!(nearest("shp::*", ["client::*", "shop::*"]), Some("shop::*"));
    }
}
