//! Operations of call sites of [`call`](crate::call).
//!
//! Each call site is an operation of its own, with a budget and a name, like an annotated function.

use core::panic::Location;
use std::boxed::Box;
use std::format;
use std::path::{Component, Path};
use std::string::String;
use std::sync::OnceLock;
use std::vec::Vec;

use retry_core::TimedPolicy;

use crate::calls::operation::Operation;

/// Returns the operation of a call site.
///
/// The first call creates it, with the policy of that call. Later calls allocate nothing.
pub(crate) fn operation_at(caller: &'static Location<'static>, policy: &TimedPolicy) -> &'static Operation {
    static CALL_SITES: CallSites<MAX_CALL_SITES> = CallSites::new();
    CALL_SITES.operation_of(CallSite { file: caller.file(), line: caller.line(), column: caller.column() }, policy)
}

/// Far more call sites than a program has. Those beyond share one operation.
const MAX_CALL_SITES: usize = 256;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct CallSite {
    file: &'static str,
    line: u32,
    column: u32,
}

/// Hash table without removal, so that a lookup never waits.
struct CallSites<const N: usize> {
    slots: [OnceLock<&'static (CallSite, Operation)>; N],
    others: Operation,
}

impl<const N: usize> CallSites<N> {
    const fn new() -> Self {
        Self { slots: [const { OnceLock::new() }; N], others: Operation::new("expression", TimedPolicy::new()) }
    }

    fn operation_of(&'static self, site: CallSite, policy: &TimedPolicy) -> &'static Operation {
        let first = site.file.len() ^ site.line as usize ^ (site.column as usize) << 4;
        for index in first..first + N {
            let found = *self.slots[index % N].get_or_init(|| Box::leak(Box::new((site, site.operation(policy)))));
            if found.0 == site {
                return &found.1;
            }
        }
        &self.others
    }
}

impl CallSite {
    #[cold]
    fn operation(self, policy: &TimedPolicy) -> Operation {
        let name = format!("{}:{}", short(self.file), self.line);
        Operation::new(Box::leak(name.into_boxed_str()), policy.clone())
    }
}

/// Returns a source path for use in a name.
///
/// An absolute path, which would reveal where the program was built, is shortened to the folder around `src` and what
/// follows, or to the file name.
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
        static CALL_SITES: CallSites<4> = CallSites::new();
        let names = || {
            [1, 2, 3, 17, 5, 6].map(|line| {
                CALL_SITES.operation_of(CallSite { file: "a.rs", line, column: 9 }, &TimedPolicy::new()).name()
            })
        };
        let first: [&str; 6] = names();
        assert_eq!(first, ["a.rs:1", "a.rs:2", "a.rs:3", "a.rs:17", "expression", "expression"]);
        assert_eq!(names(), first);
    }

    #[test]
    fn two_places_of_a_line_are_two_operations() {
        static CALL_SITES: CallSites<4> = CallSites::new();
        let [one, other] = [5, 40]
            .map(|column| CALL_SITES.operation_of(CallSite { file: "a.rs", line: 1, column }, &TimedPolicy::new()));
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
