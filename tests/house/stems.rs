//! File names that the glossary replaces, and names that say nothing.

use crate::assert_none;
use crate::sources::below;

/// Stems of files and names of folders. A stem that is a term of one crate and was a wrong name in another is not listed.
const FORBIDDEN: &[&str] = &[
    "apart",
    "arbitrary",
    "around",
    "ask",
    "attempting",
    "between",
    "carry",
    "chance",
    "claimed",
    "common",
    "counted",
    "covers",
    "creation",
    "decided",
    "derived",
    "drive",
    "ended",
    "fate",
    "field",
    "foreign",
    "halves",
    "heard",
    "held",
    "helper",
    "helpers",
    "hint",
    "judge",
    "judged",
    "kept",
    "keyed",
    "known",
    "lib_util",
    "link",
    "listed",
    "listener",
    "look",
    "mark",
    "marks",
    "medium",
    "minute",
    "misc",
    "missing",
    "node",
    "of",
    "outcome_of",
    "own",
    "owner",
    "pause",
    "place",
    "printed",
    "purse",
    "put_back",
    "receipt",
    "recorded",
    "rule",
    "said",
    "saved",
    "settle",
    "share",
    "spread",
    "stuff",
    "tail",
    "tell",
    "told",
    "together",
    "track",
    "treatment",
    "trouble",
    "utils",
    "util",
    "waits",
    "what",
    "word",
    "words",
    "worker",
    "written",
];

#[test]
fn no_file_has_a_name_that_the_glossary_replaces() {
    let mut places = Vec::new();
    for source in below("") {
        let stems = source.path.trim_end_matches(".rs").split('/');
        let forbidden = stems.filter(|stem| FORBIDDEN.contains(stem));
        places.extend(forbidden.map(|stem| format!("{}: `{stem}`", source.path)));
    }
    assert_none("a file is named by a term of the glossary", &places);
}

#[test]
fn a_module_with_children_is_a_folder_with_mod_rs() {
    let sources = below("");
    let beside = |path: &str| {
        let folder = format!("{}/", path.trim_end_matches(".rs"));
        sources.iter().any(|source| source.path.starts_with(&folder))
    };
    let places: Vec<_> =
        sources.iter().filter(|source| beside(&source.path)).map(|source| source.path.clone()).collect();
    assert_none("`foo/mod.rs`, not `foo.rs` beside `foo/`", &places);
}
