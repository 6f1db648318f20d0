//! Modules of a crate, and which file refers to which.

use std::collections::HashMap;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Item, UseTree, Visibility};

use crate::sources::Source;

/// The path of a module from the root of its crate.
type Path = Vec<String>;

/// A file refers to another one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Reference {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) line: usize,
    /// A module exports what is in its own folder.
    pub(crate) is_facade: bool,
}

#[derive(Default)]
struct Module {
    file: String,
    /// `None` for an item that the module defines, the path of an import otherwise.
    names: HashMap<String, Option<Path>>,
    globs: Vec<Path>,
    /// The path, the line, and whether it is an export.
    mentions: Vec<(Path, usize, bool)>,
}

/// A module has no item of this name.
struct Unknown;

/// The most imports that are followed, because two modules may import each other by globs.
const MAX_DEPTH: usize = 8;

/// The modules of a crate, without those of tests.
pub(crate) struct Modules(HashMap<Path, Module>);

impl Modules {
    /// Reads the files of `src`, a folder from the root of the workspace.
    pub(crate) fn new(src: &str, sources: &[Source]) -> Self {
        let mut modules = Self(HashMap::new());
        for source in sources {
            let path = &source.path[src.len() + 1..];
            let segments: Path = path.trim_end_matches(".rs").split('/').map(Into::into).collect();
            if segments.iter().any(|segment| segment == "tests") {
                continue;
            }
            let is_head = segments.last().is_some_and(|stem| ["lib", "main", "mod"].contains(&stem.as_str()));
            let segments = segments[..segments.len() - usize::from(is_head)].to_vec();
            let file = syn::parse_file(&source.text).unwrap_or_else(|error| panic!("{}: {error}", source.path));
            modules.collect(segments, path, file.items);
        }
        modules
    }

    fn collect(&mut self, path: Path, file: &str, items: Vec<Item>) {
        let mut module = Module { file: file.to_owned(), ..Module::default() };
        for item in items {
            if is_of_tests(&item) {
                continue;
            }
            match item {
                Item::Mod(syn::ItemMod { content: Some((_, items)), ident, .. }) => {
                    self.collect([path.as_slice(), &[ident.to_string()]].concat(), file, items);
                }
                Item::Use(import) => {
                    let is_export = !matches!(import.vis, Visibility::Inherited);
                    module.import(&import.tree, &mut Vec::new(), is_export);
                }
                item => {
                    if let Some(name) = name(&item) {
                        module.names.insert(name, None);
                    }
                    mentions(item.into_token_stream(), &mut module.mentions);
                }
            }
        }
        self.0.insert(path, module);
    }

    /// Every reference from a file to another one.
    pub(crate) fn references(&self) -> Vec<Reference> {
        let mut references = Vec::new();
        for (path, module) in &self.0 {
            for (mention, line, is_export) in &module.mentions {
                let Some(target) = self.resolve(path, mention, 0) else { continue };
                let to = &self.0[&target].file;
                if *to != module.file {
                    let is_facade = *is_export && target.starts_with(path);
                    references.push(Reference { from: module.file.clone(), to: to.clone(), line: *line, is_facade });
                }
            }
        }
        references.sort_by(|a, b| (&a.from, a.line, &a.to).cmp(&(&b.from, b.line, &b.to)));
        references
    }

    /// The module that defines what `mention` names inside of `module`; `None` for another crate.
    fn resolve(&self, module: &[String], mention: &[String], depth: usize) -> Option<Path> {
        let mut at = module.to_vec();
        for (index, segment) in mention.iter().enumerate() {
            match segment.as_str() {
                "crate" => at.clear(),
                "self" => {}
                "super" => drop(at.pop()),
                name => {
                    let child = [at.as_slice(), &[name.to_owned()]].concat();
                    if self.0.contains_key(&child) {
                        at = child;
                        continue;
                    }
                    let unknown = (index > 0).then_some(at.clone());
                    return self.item(&at, name, depth).unwrap_or(unknown);
                }
            }
        }
        Some(at)
    }

    /// The module that defines the item `name` of the module `at`, also if that one imports it; `None` for another crate.
    fn item(&self, at: &[String], name: &str, depth: usize) -> Result<Option<Path>, Unknown> {
        let module = self.0.get(at).filter(|_| depth < MAX_DEPTH).ok_or(Unknown)?;
        match module.names.get(name) {
            Some(None) => Ok(Some(at.to_vec())),
            Some(Some(import)) => Ok(self.resolve(at, import, depth + 1)),
            None => {
                let targets = module.globs.iter().filter_map(|glob| self.resolve(at, glob, depth + 1));
                targets.map(|target| self.item(&target, name, depth + 1)).find(Result::is_ok).unwrap_or(Err(Unknown))
            }
        }
    }
}

impl Module {
    fn import(&mut self, tree: &UseTree, path: &mut Path, is_export: bool) {
        match tree {
            UseTree::Path(tree) => {
                path.push(tree.ident.to_string());
                self.import(&tree.tree, path, is_export);
                path.pop();
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, path, is_export)),
            UseTree::Glob(glob) => {
                self.globs.push(path.clone());
                self.mentions.push((path.clone(), glob.star_token.spans[0].start().line, is_export));
            }
            UseTree::Name(tree) => self.leaf(path, &tree.ident, &tree.ident, is_export),
            UseTree::Rename(tree) => self.leaf(path, &tree.ident, &tree.rename, is_export),
        }
    }

    fn leaf(&mut self, path: &[String], ident: &syn::Ident, name: &syn::Ident, is_export: bool) {
        let full = if ident == "self" { path.to_vec() } else { [path, &[ident.to_string()]].concat() };
        let name = if name == "self" { path.last().cloned().unwrap_or_default() } else { name.to_string() };
        self.names.insert(name, Some(full.clone()));
        self.mentions.push((full, ident.span().start().line, is_export));
    }
}

/// Adds every path of two segments or more, also of macro calls. A path in a quotation of a macro that begins with a local
/// module is one, too; paths that expansions print begin with `::`.
fn mentions(tokens: TokenStream, found: &mut Vec<(Path, usize, bool)>) {
    let mut path = Path::new();
    let (mut line, mut colons) = (0, 0);
    let mut end = |path: &mut Path, line| {
        let path = std::mem::take(path);
        if path.len() > 1 && path[0] != "::" {
            found.push((path, line, false));
        }
    };
    let mut groups = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                if colons != 2 {
                    end(&mut path, line);
                    line = ident.span().start().line;
                }
                path.push(ident.to_string());
                colons = 0;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => {
                colons += 1;
                if colons == 2 && path.is_empty() {
                    path.push("::".to_owned());
                }
            }
            other => {
                end(&mut path, line);
                colons = 0;
                if let TokenTree::Group(group) = other
                    && !is_visibility(&group.stream())
                {
                    groups.push(group.stream());
                }
            }
        }
    }
    end(&mut path, line);
    for group in groups {
        mentions(group, found);
    }
}

/// The `(in crate::calls)` of `pub(in crate::calls)` uses nothing.
fn is_visibility(tokens: &TokenStream) -> bool {
    matches!(tokens.clone().into_iter().next(), Some(TokenTree::Ident(first)) if first == "in")
}

fn is_of_tests(item: &Item) -> bool {
    let attributes = match item {
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Const(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        _ => return false,
    };
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.to_token_stream().to_string().replace(' ', "").contains("(test)")
    })
}

fn name(item: &Item) -> Option<String> {
    Some(match item {
        Item::Const(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        Item::Fn(item) => item.sig.ident.to_string(),
        Item::Macro(item) => item.ident.as_ref()?.to_string(),
        Item::Static(item) => item.ident.to_string(),
        Item::Struct(item) => item.ident.to_string(),
        Item::Trait(item) => item.ident.to_string(),
        Item::Type(item) => item.ident.to_string(),
        Item::Union(item) => item.ident.to_string(),
        _ => return None,
    })
}
