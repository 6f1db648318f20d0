//! Arrows between folders go down only, and files of a folder form no circle.

use std::collections::{BTreeMap, BTreeSet};

use crate::assert_none;
use crate::modules::{Modules, Reference};
use crate::sources::below;

/// A crate, and its folders and files from top to bottom. A file belongs to the longest entry that it begins with.
struct House {
    src: &'static str,
    floors: &'static [&'static str],
}

const HOUSES: [House; 5] = [
    House {
        src: "retry-core/src",
        floors: &[
            "lib",
            "serde",
            "decide",
            "policy",
            "hedge",
            "budget",
            "breaker",
            "breaker/window",
            "pace",
            "concurrency",
            "time_slots",
            "nesting",
            "quantile",
            "retry_counter",
            "idempotency_bounds",
            "jitter",
            "backoff",
            "class",
            "stop_reason",
            "parse",
            "error",
            "fixed_text",
            "display",
            "sync",
            "units",
        ],
    },
    House {
        src: "retry-runtime/src",
        floors: &[
            "lib",
            "guide",
            "__private",
            "__injection",
            "testing",
            "chaos",
            "storm",
            "storm/simulation",
            "storm/plan",
            "storm/topology",
            "storm/service",
            "storm/call_to",
            "storm/trigger",
            "storm/error",
            "page",
            "metrics",
            "report",
            "review",
            "settings",
            "registry",
            "events",
            "adapters",
            "per_key",
            "calls",
            "calls/expression",
            "calls/call",
            "calls/delay",
            "calls/driver",
            "calls/replacement",
            "calls/injectable",
            "calls/typed_operation",
            "calls/line",
            "calls/replica",
            "calls/operation",
            "calls/overrides",
            "calls/as_policy",
            "calls/from_stopped",
            "calls/as_shared",
            "calls/named",
            "calls/fresh",
            "calls/admission",
            "calls/attempt",
            "calls/context",
            "calls/key",
            "calls/env",
            "observe",
            "test_scope",
            "fault_plan",
            "names",
            "classify",
            "outcome",
            "stale",
            "stopped",
            "cfg",
        ],
    },
    House {
        src: "retry-idempotency/src",
        floors: &[
            "lib",
            "__private",
            "http",
            "once",
            "files",
            "create_if_missing",
            "stores",
            "session",
            "state_machine",
            "admin",
            "record",
            "protocol",
            "support",
        ],
    },
    House {
        src: "retry-macros/src",
        floors: &[
            "lib",
            "tests",
            "idempotent",
            "idempotent/expand",
            "idempotent/validate",
            "idempotent/modes",
            "idempotent/model",
            "idempotent/parse",
            "classify",
            "classify/expand",
            "classify/model",
            "classify/parse",
            "classify/names",
            "retry",
            "retry/suggest",
            "retry/expand",
            "retry/validate",
            "retry/draft",
            "retry/parse",
            "retry/interruption",
            "retry/registration",
            "retry/literal_policy",
            "retry/model",
            "retry/fallback_spec",
            "retry/guards",
            "retry/shared_spec",
            "retry/class_set",
            "retry/class_list",
            "retry/class_limit",
            "retry/limit_spelling",
            "emit",
            "syntax",
            "diagnostics",
        ],
    },
    House {
        src: "retry-keys/src",
        floors: &["main", "commands", "doctor", "finding", "args", "output", "store", "exit"],
    },
];

impl House {
    fn references(&self) -> Vec<Reference> {
        Modules::new(self.src, &below(self.src)).references()
    }

    /// The floor of a file, counted from the top.
    fn floor(&self, file: &str) -> Option<usize> {
        let is_in = |floor: &str| file.strip_prefix(floor).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'));
        let floors = self.floors.iter().enumerate().filter(|(_, floor)| is_in(floor));
        floors.max_by_key(|(_, floor)| floor.len()).map(|(at, _)| at)
    }
}

#[test]
fn every_file_is_on_a_floor_and_every_floor_has_a_file() {
    let mut places = Vec::new();
    for house in &HOUSES {
        let files: Vec<_> =
            below(house.src).iter().map(|source| source.path[house.src.len() + 1..].to_owned()).collect();
        let homeless = files.iter().filter(|file| house.floor(file).is_none());
        places.extend(homeless.map(|file| format!("{}/{file}: on no floor", house.src)));
        let used: BTreeSet<_> = files.iter().filter_map(|file| house.floor(file)).collect();
        let empty = house.floors.iter().enumerate().filter(|(at, _)| !used.contains(at));
        places.extend(empty.map(|(_, floor)| format!("{}: no file is on `{floor}`", house.src)));
    }
    assert_none("the list of floors is that of the crate", &places);
}

#[test]
fn arrows_go_down() {
    let mut places = Vec::new();
    for house in &HOUSES {
        for reference in house.references() {
            if house.floor(&reference.from) > house.floor(&reference.to) {
                places.push(format!("{}/{}:{}: uses {}", house.src, reference.from, reference.line, reference.to));
            }
        }
    }
    assert_none("a folder uses only folders below it", &places);
}

#[test]
fn files_of_a_folder_form_no_circle() {
    let mut places = Vec::new();
    for house in &HOUSES {
        let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for reference in house.references() {
            if !reference.is_facade && house.floor(&reference.from) == house.floor(&reference.to) {
                uses.entry(reference.from).or_default().insert(reference.to);
            }
        }
        places.extend(circles(uses).into_iter().map(|circle| format!("{}: {}", house.src, circle.join(", "))));
    }
    assert_none("files of a folder form no circle", &places);
}

/// The groups of files that use each other, directly or through others.
fn circles(mut uses: BTreeMap<String, BTreeSet<String>>) -> Vec<Vec<String>> {
    let files: Vec<_> = uses.keys().cloned().collect();
    // Warshall's closure.
    for middle in &files {
        let Some(reached) = uses.get(middle).cloned() else { continue };
        for reach in uses.values_mut().filter(|reach| reach.contains(middle)) {
            reach.extend(reached.iter().cloned());
        }
    }
    let both = |a: &String, b: &String| uses[a].contains(b) && uses.get(b).is_some_and(|reach| reach.contains(a));
    let mut groups: BTreeSet<Vec<String>> = BTreeSet::new();
    for file in &files {
        let group: Vec<_> = files.iter().filter(|other| both(file, other)).cloned().collect();
        if !group.is_empty() {
            groups.insert(group);
        }
    }
    groups.into_iter().collect()
}
