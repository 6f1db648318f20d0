//! The short names that an expansion imports by a glob.

use std::fs;

use syn::{Item, UseTree, Visibility};

use crate::emit::SHORT_NAMES;

fn imported(tree: &UseTree, names: &mut Vec<String>) {
    match tree {
        UseTree::Path(path) => imported(&path.tree, names),
        UseTree::Name(name) => names.push(name.ident.to_string()),
        UseTree::Rename(rename) => names.push(rename.rename.to_string()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| imported(tree, names)),
        UseTree::Glob(_) => panic!("a glob would hide which names are exported"),
    }
}

/// A name that is exported and not listed could hide a name of the user.
#[test]
fn all_that_the_runtime_exports_for_expansions_is_listed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../retry-runtime/src/__private/mod.rs");
    let file = syn::parse_file(&fs::read_to_string(path).expect("the runtime has the module")).expect("it is Rust");
    let mut names = Vec::new();
    for item in file.items {
        match item {
            Item::Use(item) if matches!(item.vis, Visibility::Public(_)) => imported(&item.tree, &mut names),
            Item::Fn(item) if matches!(item.vis, Visibility::Public(_)) => names.push(item.sig.ident.to_string()),
            Item::Mod(item) if matches!(item.vis, Visibility::Public(_)) => names.push(item.ident.to_string()),
            _ => {}
        }
    }
    names.sort();
    names.dedup();
    assert_eq!(names, SHORT_NAMES);
}
