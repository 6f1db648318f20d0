//! Patterns of operation names: `shop::quote`, `shop::*`, `*`.

/// Returns whether `name` matches `pattern`, in which `*` matches any text.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut left) = name.strip_prefix(first) else { return false };
    let mut parts = rest.split('*');
    let Some(last) = parts.next_back() else { return false };
    for part in parts {
        match left.split_once(part) {
            Some((_, after)) => left = after,
            None => return false,
        }
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        let cases = [
            ("*", "shop::quote", true),
            ("shop::*", "shop::quote", true),
            ("shop::*", "shop::api::quote", true),
            ("shop::*", "shopping::quote", false),
            ("shop::*::quote", "shop::api::quote", true),
            ("*::quote", "shop::quote", true),
            ("*::quote", "shop::quotes", false),
            ("a*b*a", "aba", true),
            ("a*a", "a", false),
            ("", "shop", false),
            ("*é*", "café", true),
            ("shop::quote", "shop::quote", true),
            ("shop::quote", "shop::quotes", false),
        ];
        for (pattern, name, expected) in cases {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
