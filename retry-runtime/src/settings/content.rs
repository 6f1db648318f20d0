//! Content of a settings file: values with their lines.

use std::string::String;
use std::vec::Vec;

/// Format of a settings file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Toml,
    Yaml,
}

/// Value of a file, with its line from 1.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) value: Value,
}

/// Value of a file.
///
/// A number is the text of its digits, which the attribute's parser reads.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Scalar(String),
    List,
    Table(Vec<Item>),
}

/// Key of a table, with its line, and its value.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) key: String,
    pub(super) line: usize,
    pub(super) node: Node,
}

impl Node {
    pub(super) fn table(&self) -> Option<&[Item]> {
        if let Value::Table(items) = &self.value { Some(items) } else { None }
    }

    pub(super) fn scalar(&self) -> Option<&str> {
        if let Value::Scalar(text) = &self.value { Some(text) } else { None }
    }
}

/// Fault of the file's own syntax.
#[derive(Debug)]
pub(super) struct SyntaxFault {
    pub(super) line: usize,
    pub(super) message: String,
}
