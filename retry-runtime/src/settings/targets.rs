//! Annotated functions, and the statics that their options name.
//!
//! Settings may change these.

use core::fmt::Display;
use core::ptr;
use std::collections::BTreeSet;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use crate::calls::Fresh;
use crate::registry::{Registered, registered};
use crate::settings::entry::Section;
use crate::settings::pattern::is_pattern;
use crate::{Breaker, Budget, RateLimit};

/// All linked annotated functions, and the statics that they share.
pub(super) struct Targets {
    /// Sorted by name.
    pub(super) operations: Vec<&'static Registered>,
    pub(super) budgets: Vec<Shared<Budget>>,
    pub(super) breakers: Vec<Shared<Breaker>>,
    pub(super) rate_limits: Vec<Shared<RateLimit>>,
}

/// A static that operations share.
#[derive(Debug)]
pub(super) struct Shared<T: 'static> {
    pub(super) original: &'static T,
    /// Its path, and every end of it: `app::shop::SHOP`, `shop::SHOP`, `SHOP`.
    pub(super) names: BTreeSet<String>,
    /// Shortest name that no other static has.
    pub(super) name: String,
    /// The operations that share it.
    pub(super) operations: Vec<&'static Registered>,
}

impl<T: 'static> Shared<T> {
    /// Returns the longest name, which no other static has.
    fn full_name(&self) -> &str {
        self.names.iter().max_by_key(|name| name.len()).map_or("", String::as_str)
    }
}

impl<T: Fresh + Send + Sync> Shared<T> {
    /// Returns the value that calls use which begin now.
    ///
    /// Inside the scope of a test it is the replica.
    pub(super) fn in_scope(&self) -> &'static T {
        self.operations
            .first()
            .map_or(self.original, |registered| registered.operation.in_scope().shared(self.original))
    }
}

impl Targets {
    /// Collects what is linked.
    pub(super) fn all() -> Self {
        let mut operations: Vec<_> = registered().collect();
        operations
            .sort_by_key(|registered| (registered.operation.name(), registered.facts.file, registered.facts.line));
        let (mut budgets, mut breakers, mut rate_limits) = (Vec::new(), Vec::new(), Vec::new());
        for registered in &operations {
            let (facts, operation) = (&registered.facts, registered.operation);
            if !facts.budget.is_empty() {
                add(&mut budgets, operation.shared_budget(), facts.budget, registered);
            }
            add(&mut breakers, operation.circuit_breaker(), facts.breaker, registered);
            add(&mut rate_limits, facts.rate, facts.limit, registered);
        }
        choose_names(&mut budgets);
        choose_names(&mut breakers);
        choose_names(&mut rate_limits);
        Self { operations, budgets, breakers, rate_limits }
    }

    /// Returns every name of a section.
    pub(super) fn names(&self, section: Section) -> BTreeSet<String> {
        fn of<T>(shared: &[Shared<T>]) -> BTreeSet<String> {
            shared.iter().flat_map(|shared| shared.names.iter().cloned()).collect()
        }
        match section {
            Section::Operations => {
                self.operations.iter().map(|registered| registered.operation.name().to_string()).collect()
            }
            Section::Budgets => of(&self.budgets),
            Section::Breakers => of(&self.breakers),
            Section::RateLimits => of(&self.rate_limits),
        }
    }

    /// Returns the full names of the statics that one name matches.
    ///
    /// Returns `None` unless they are several.
    pub(super) fn ambiguous(&self, section: Section, name: &str) -> Option<Vec<String>> {
        fn of<T>(shared: &[Shared<T>], name: &str) -> Vec<String> {
            let named = shared.iter().filter(|shared| shared.names.contains(name));
            named.map(|shared| shared.full_name().to_string()).collect()
        }
        let found = match section {
            _ if is_pattern(name) => return None,
            Section::Operations => return None,
            Section::Budgets => of(&self.budgets, name),
            Section::Breakers => of(&self.breakers, name),
            Section::RateLimits => of(&self.rate_limits, name),
        };
        let found: BTreeSet<_> = found.into_iter().collect();
        (found.len() > 1).then(|| found.into_iter().collect())
    }

    /// Returns the static budget of an operation, with those that share it.
    pub(super) fn budget_of(&self, registered: &Registered) -> Option<&Shared<Budget>> {
        let budget = registered.operation.shared_budget()?;
        self.budgets.iter().find(|shared| ptr::eq(shared.original, budget))
    }
}

/// Adds the static that one attribute names.
fn add<T>(shared: &mut Vec<Shared<T>>, original: Option<&'static T>, written: &str, registered: &'static Registered) {
    let Some(original) = original else { return };
    let at = shared.iter().position(|known| ptr::eq(known.original, original)).unwrap_or_else(|| {
        shared.push(Shared { original, names: BTreeSet::new(), name: String::new(), operations: Vec::new() });
        shared.len() - 1
    });
    shared[at].names.extend(names(written, registered.facts.module));
    shared[at].operations.push(registered);
}

/// Chooses for each static the shortest name that no other one has.
fn choose_names<T>(shared: &mut [Shared<T>]) {
    for at in 0..shared.len() {
        let is_only =
            |name: &&String| !shared.iter().enumerate().any(|(other, one)| other != at && one.names.contains(*name));
        let shortest = shared[at].names.iter().filter(is_only).min_by_key(|name| name.len());
        shared[at].name = shortest.map_or_else(|| shared[at].full_name().to_string(), Clone::clone);
    }
}

/// Returns the names of a static that is written so in a module.
fn names(written: &str, module: &str) -> Vec<String> {
    let written = written.replace(' ', "");
    let written = written.trim_start_matches('&').trim_start_matches("::");
    let krate = module.split("::").next().unwrap_or(module);
    let (mut path, mut module) = (written, module);
    while let Some(rest) = path.strip_prefix("super::") {
        (path, module) = (rest, module.rsplit_once("::").map_or(module, |(outer, _)| outer));
    }
    let full = match (path.strip_prefix("crate::"), path.strip_prefix("self::")) {
        (Some(rest), _) => format!("{krate}::{rest}"),
        (None, Some(rest)) => format!("{module}::{rest}"),
        (None, None) => format!("{module}::{path}"),
    };
    let ends = full.match_indices("::").map(|(at, _)| full[at + 2..].to_string());
    ends.chain([full.clone()]).collect()
}

/// Formats the names of operations for a message.
pub(super) fn list(operations: &[&'static Registered]) -> impl Display {
    let names: BTreeSet<_> = operations.iter().map(|registered| registered.operation.name()).collect();
    let names: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_static_has_its_name_and_its_path() {
        let cases = [
            ("SHOP", "shop::SHOP"),
            ("limits::SHOP", "shop::limits::SHOP"),
            ("crate::limits::SHOP", "app::limits::SHOP"),
            ("super::SHOP", "app::SHOP"),
            ("self::SHOP", "app::shop::SHOP"),
        ];
        for (written, full) in cases {
            let module = if full.starts_with("app") { "app::shop" } else { "shop" };
            let names = names(written, module);
            assert!(names.contains(&full.to_string()) && names.contains(&"SHOP".to_string()), "{names:?}");
        }
    }
}
