//! Charts of schedules, compared with the policies.

#![allow(dead_code)] // registered without being called

mod bars;
mod files;
mod schedules;
mod text;

use retry_runtime::review::{Review, ReviewedOperation};
use roxmltree::{Document, Node};

/// All functions with a schedule.
fn all() -> Vec<ReviewedOperation> {
    Review::module("chart::schedules").operations().to_vec()
}

/// The one of this name.
fn of(name: &str) -> ReviewedOperation {
    let is_it = |of: &ReviewedOperation| of.name().ends_with(&format!("::{name}"));
    all().into_iter().find(is_it).unwrap()
}

/// Elements with a class, in the order in which they are drawn.
fn elements<'a>(document: &'a Document<'_>, class: &str) -> Vec<Node<'a, 'a>> {
    let all = document.descendants();
    all.filter(|node| node.attribute("class").is_some_and(|has| has.split(' ').any(|one| one == class))).collect()
}

fn number(node: Node<'_, '_>, name: &str) -> f64 {
    node.attribute(name).unwrap().parse().unwrap()
}
