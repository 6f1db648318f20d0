//! The operations of expressions: each place in the source that retries one is an operation of its own, with a budget and a
//! name, as each annotated function is.

use core::panic::Location;
use std::boxed::Box;
use std::format;
use std::path::{Component, Path};
use std::string::String;
use std::sync::OnceLock;
use std::vec::Vec;

use retry_core::Policy;

use crate::calls::operation::Operation;

/// The operation of this place in the source. A place's first call makes it, under its policy, and no later one allocates
/// anything.
pub(crate) fn operation_at(caller: &Location<'static>, policy: &Policy) -> &'static Operation {
    static PLACES: Places<MOST> = Places::new();
    PLACES.operation_of(Place { file: caller.file(), line: caller.line(), column: caller.column() }, policy)
}

/// Far more than a source has. Those beyond share an operation.
const MOST: usize = 256;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    file: &'static str,
    line: u32,
    column: u32,
}

/// A table that places are only ever put into, so that no look at it waits.
struct Places<const N: usize> {
    slots: [OnceLock<&'static (Place, Operation)>; N],
    others: Operation,
}

impl<const N: usize> Places<N> {
    const fn new() -> Self {
        Self { slots: [const { OnceLock::new() }; N], others: Operation::new("expression", Policy::new()) }
    }

    fn operation_of(&'static self, place: Place, policy: &Policy) -> &'static Operation {
        let first = place.file.len() ^ place.line as usize ^ (place.column as usize) << 4;
        for index in first..first + N {
            let found = *self.slots[index % N].get_or_init(|| Box::leak(Box::new((place, place.operation(policy)))));
            if found.0 == place {
                return &found.1;
            }
        }
        &self.others
    }
}

impl Place {
    #[cold]
    fn operation(self, policy: &Policy) -> Operation {
        let name = format!("{}:{}", short(self.file), self.line);
        Operation::new(Box::leak(name.into_boxed_str()), policy.clone())
    }
}

/// A path as the compiler was given it; of one that begins at the root, which says where it was built, what follows the
/// folder around `src`, or the file alone.
fn short(file: &str) -> String {
    if !Path::new(file).is_absolute() {
        return file.replace('\\', "/");
    }
    let parts: Vec<_> = Path::new(file).components().filter(|part| matches!(part, Component::Normal(_))).collect();
    let source = parts.iter().rposition(|part| part.as_os_str() == "src");
    let from = source.map_or(parts.len().saturating_sub(1), |source| source.saturating_sub(1));
    let kept: Vec<_> = parts.iter().skip(from).map(|part| part.as_os_str().to_string_lossy()).collect();
    kept.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_is_an_operation_and_those_beyond_the_table_share_one() {
        static PLACES: Places<4> = Places::new();
        let names = || {
            [1, 2, 3, 17, 5, 6]
                .map(|line| PLACES.operation_of(Place { file: "a.rs", line, column: 9 }, &Policy::new()).name())
        };
        let first: [&str; 6] = names();
        assert_eq!(first, ["a.rs:1", "a.rs:2", "a.rs:3", "a.rs:17", "expression", "expression"]);
        assert_eq!(names(), first);
    }

    #[test]
    fn two_places_of_a_line_are_two_operations() {
        static PLACES: Places<4> = Places::new();
        let [one, other] =
            [5, 40].map(|column| PLACES.operation_of(Place { file: "a.rs", line: 1, column }, &Policy::new()));
        assert_eq!(one.name(), other.name());
        assert!(!core::ptr::eq(one, other));
    }

    #[test]
    fn a_name_does_not_say_where_it_was_built() {
        assert_eq!(short("src/shop/client.rs"), "src/shop/client.rs");
        assert_eq!(short("/home/me/.cargo/registry/src/x/shop-1.2.3/src/lib.rs"), "shop-1.2.3/src/lib.rs");
        assert_eq!(short("/tmp/main.rs"), "main.rs");
    }
}
