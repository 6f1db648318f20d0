//! Sections of a file: its content as settings, before they are judged.

use std::format;
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;

use crate::names::nearest;
use crate::settings::content::{Format, Item, Node, SyntaxFault};
use crate::settings::entry::{Entry, Section};
use crate::settings::fault::{Fault, Origin};
use crate::settings::of_code;
use crate::settings::other_libraries::{self, Foreign, is_foreign};
use crate::settings::{toml_reader, yaml_reader};

/// Settings of a file, with its faults.
#[derive(Debug, Default)]
pub(super) struct Document {
    pub(super) entries: Vec<Entry>,
    pub(super) faults: Vec<Fault>,
    /// Environments that the file has a section of.
    pub(super) environments: Vec<String>,
}

/// Reads the content of a file.
///
/// `environments` are the names that a section may have.
pub(super) fn read(source: &Arc<str>, format: Format, text: &str, environments: &[String]) -> Document {
    let root = match format {
        Format::Toml => toml_reader::read(text),
        Format::Yaml => yaml_reader::read(text),
    };
    let mut walk = Walk { source, format, known: environments, document: Document::default(), foreign: Vec::new() };
    match root {
        Ok(root) => walk.root(&root),
        Err(faults) => {
            for SyntaxFault { line, message } in faults {
                walk.fault(line, message);
            }
        }
    }
    walk.finish()
}

struct Walk<'a> {
    source: &'a Arc<str>,
    format: Format,
    known: &'a [String],
    document: Document,
    foreign: Vec<Foreign>,
}

impl Walk<'_> {
    fn finish(mut self) -> Document {
        if let Some(first) = self.foreign.iter().map(|foreign| foreign.line).min() {
            let mut keys: Vec<String> = Vec::new();
            for key in self.foreign.iter().flat_map(|foreign| &foreign.keys) {
                if !keys.contains(key) {
                    keys.push(key.clone());
                }
            }
            let keys = format!("`{}`", keys.join("`, `"));
            let ours = other_libraries::document(self.format, &self.foreign);
            self.fault(first, format!("has the keys of another library, {keys}; write\n\n{ours}"));
        }
        self.document
    }

    fn fault(&mut self, line: usize, message: impl Into<String>) {
        let origin = self.origin(line);
        self.document.faults.push(Fault::new(&origin, message));
    }

    fn origin(&self, line: usize) -> Origin {
        Origin { source: self.source.clone(), line: Some(line) }
    }

    fn root(&mut self, root: &Node) {
        let Some(items) = root.table() else {
            return self.fault(root.line, format!("is not a table; write a section, as in {}", self.header("shop::*")));
        };
        let (loose, items): (Vec<_>, Vec<_>) = items.iter().cloned().partition(|item| item.node.table().is_none());
        self.loose(&loose, None);
        for item in &items {
            if self.known.contains(&item.key) {
                self.document.environments.push(item.key.clone());
                self.environment(item);
            } else {
                self.section(item, None);
            }
        }
    }

    fn environment(&mut self, item: &Item) {
        let items = item.node.table().unwrap_or_default();
        let (loose, sections): (Vec<_>, Vec<_>) = items.iter().cloned().partition(|item| item.node.table().is_none());
        self.loose(&loose, Some(&item.key));
        for section in &sections {
            self.section(section, Some(&item.key));
        }
    }

    /// Reports values outside of sections.
    fn loose(&mut self, items: &[Item], environment: Option<&str>) {
        if items.iter().any(|item| is_foreign(&item.key)) {
            self.foreign.push(Foreign::new(environment.map(String::from), "*", items));
            return;
        }
        for item in items {
            let header = self.header("*");
            self.fault(item.line, format!("`{}` is outside of a section; write it under {header}", item.key));
        }
    }

    fn section(&mut self, item: &Item, environment: Option<&str>) {
        let items = item.node.table().unwrap_or_default();
        if let Some(section) = Section::from_name(&item.key) {
            for named in items {
                self.named(named, section, environment);
            }
            return;
        }
        if self.has_foreign_keys(item, environment) {
            return;
        }
        let name = &item.key;
        if name.contains("::") || name.contains('*') {
            let header = self.header(name);
            return self.fault(item.line, format!("`{name}` is outside of a section; write {header}"));
        }
        if let Some(message) = of_code::section(self.format, name) {
            return self.fault(item.line, message);
        }
        let sections = Section::ALL.map(Section::name);
        let environments = self.known.iter().map(String::as_str).filter(|_| environment.is_none());
        let message = match nearest(name, sections.into_iter().chain(environments)) {
            Some(near) => format!("unknown section `{name}`; write `{near}`"),
            None if environment.is_some() => {
                format!("unknown section `{name}`; write one of `{}`", sections.join("`, `"))
            }
            None => format!(
                "unknown section `{name}`; write one of `{}`, or an environment of `{}`",
                sections.join("`, `"),
                self.known.join("`, `"),
            ),
        };
        self.fault(item.line, message);
    }

    /// Translates a table with keys of other libraries, or tables of them.
    fn has_foreign_keys(&mut self, item: &Item, environment: Option<&str>) -> bool {
        let items = item.node.table().unwrap_or_default();
        // A group such as `default`, `retry` or `resilience` means every operation.
        let name = name_of(&item.key).unwrap_or("*");
        let environment = environment.map(String::from);
        if items.iter().any(|item| is_foreign(&item.key)) {
            self.foreign.push(Foreign::new(environment, name, items));
            return true;
        }
        let is_group =
            |item: &&Item| item.node.table().is_some_and(|items| items.iter().any(|item| is_foreign(&item.key)));
        let groups: Vec<_> = items.iter().filter(is_group).collect();
        for group in &groups {
            let items = group.node.table().unwrap_or_default();
            self.foreign.push(Foreign::new(environment.clone(), name_of(&group.key).unwrap_or(name), items));
        }
        !groups.is_empty()
    }

    fn named(&mut self, named: &Item, section: Section, environment: Option<&str>) {
        let Some(items) = named.node.table() else {
            let (key, one, name) = (&named.key, section.article_and_one(), section.name());
            let header = self.header_of(section, if section == Section::Operations { "shop::quote" } else { "SHOP" });
            let message = format!("`{key}` in `{name}` is not the name of {one} with its keys; write {header}");
            return self.fault(named.line, message);
        };
        let mut seen: Vec<&str> = Vec::new();
        for item in items {
            if seen.contains(&&*item.key) {
                self.fault(item.line, format!("`{}` is given twice; remove one", item.key));
            }
            seen.push(&item.key);
            self.setting(item, section, &named.key, environment);
        }
    }

    fn setting(&mut self, item: &Item, section: Section, name: &str, environment: Option<&str>) {
        let origin = self.origin(item.line);
        let Some(key) = section.keys().iter().find(|key| **key == item.key) else {
            let message = unknown_key(self.format, section, item);
            return self.document.faults.push(Fault::new(&origin, message).of(name));
        };
        let Some(value) = item.node.scalar() else {
            let message = format!("`{key}` is not one value; write one, as an attribute does");
            return self.document.faults.push(Fault::new(&origin, message).of(name));
        };
        self.document.entries.push(Entry {
            section,
            environment: environment.map(String::from),
            name: name.to_string(),
            key,
            value: value.trim().to_string(),
            origin,
            format: Some(self.format),
        });
    }

    fn header(&self, name: &str) -> String {
        self.header_of(Section::Operations, name)
    }

    fn header_of(&self, section: Section, name: &str) -> String {
        let section = section.name();
        match self.format {
            Format::Toml => format!("`[{section}.\"{name}\"]`"),
            Format::Yaml => format!("`{section}: {{\"{name}\": {{..}}}}`"),
        }
    }
}

/// Returns a key that is the name or the pattern of operations.
fn name_of(key: &str) -> Option<&str> {
    (key.contains("::") || key.contains('*')).then_some(key)
}

/// Message for an unknown key, with the nearest one or that of another library.
pub(super) fn unknown_key(format: Format, section: Section, item: &Item) -> String {
    let key = &item.key;
    let near =
        || nearest(key, section.keys().iter().copied()).map(|near| format!("unknown key `{key}`; write `{near}`"));
    let of_code = of_code::key(format, section, key);
    of_code.or_else(|| other_libraries::message(format, section, item)).or_else(near).unwrap_or_else(|| {
        let keys = section.keys().join("`, `");
        format!("unknown key `{key}`; {} has `{keys}`, so write one of them", section.article_and_one())
    })
}
