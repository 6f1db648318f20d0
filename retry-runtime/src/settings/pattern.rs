//! Names and patterns of operations: `shop::quote`, `shop::*`, `*`.

pub(super) fn is_pattern(name: &str) -> bool {
    name.contains('*')
}

/// Returns how specific a name is: an exact one most, a pattern by its letters.
pub(super) fn specificity(name: &str) -> usize {
    if is_pattern(name) { name.chars().filter(|letter| *letter != '*').count() } else { usize::MAX }
}
