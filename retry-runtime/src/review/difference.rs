//! Differences between a review file and the code, as text.

use std::string::String;
use std::vec::Vec;
use std::{format, vec};

use crate::review::file::{ParsedFile, Row};
use crate::review::table_row::HEAD;

/// Returns a text for each difference, in the order of the file.
pub(super) fn differences(found: &ParsedFile<'_>, expected: &ParsedFile<'_>) -> Vec<String> {
    let conflicts = conflicts(found);
    if !conflicts.is_empty() {
        return conflicts;
    }
    let pairs = pair_rows(&found.rows, &expected.rows);
    let mut lines: Vec<_> = pairs.iter().flat_map(|pair| pair_difference(*pair, &expected.rows)).collect();
    if lines.is_empty() {
        lines.extend(first_line(found, expected));
    }
    lines
}

/// Returns the conflict markers that a merge left.
///
/// They make other differences noise.
fn conflicts(found: &ParsedFile<'_>) -> Vec<String> {
    let markers = found.lines.iter().zip(1..).filter(|(line, _)| line.starts_with("<<<<<<<"));
    markers.map(|(line, at)| format!("line {at}: unresolved merge conflict `{line}`")).collect()
}

/// Row of the file, row of the code, or both if they belong to the same operation.
#[derive(Clone, Copy)]
struct Pair<'a> {
    found: Option<&'a Row>,
    expected: Option<&'a Row>,
}

/// Pairs rows of the same operation, in the order of the file.
///
/// Several rows may have the same name: equal rows are paired first, the others in order.
fn pair_rows<'a>(found: &'a [Row], expected: &'a [Row]) -> Vec<Pair<'a>> {
    let mut rest: Vec<_> = expected.iter().collect();
    let mut take = |matches: &dyn Fn(&Row) -> bool| {
        let index = rest.iter().position(|other| matches(other));
        index.map(|index| rest.remove(index))
    };
    let equal: Vec<_> = found.iter().map(|row| take(&|other| other.cells == row.cells)).collect();
    let twins = found.iter().zip(equal).map(|(row, equal)| {
        let expected = equal.or_else(|| take(&|other| other.name() == row.name()));
        Pair { found: Some(row), expected }
    });
    let mut pairs: Vec<_> = twins.collect();
    pairs.extend(rest.into_iter().map(|row| Pair { found: None, expected: Some(row) }));
    pairs
}

fn pair_difference(pair: Pair<'_>, all: &[Row]) -> Vec<String> {
    match (pair.found, pair.expected) {
        (Some(found), Some(expected)) => changed(found, expected),
        (Some(found), None) => vec![removed(found, all)],
        (None, Some(expected)) => vec![added(expected)],
        (None, None) => Vec::new(),
    }
}

fn removed(found: &Row, all: &[Row]) -> String {
    let (line, name) = (found.line, found.name());
    if all.iter().any(|other| other.name() == name) {
        return format!("line {line}: more lines than functions named `{name}`");
    }
    format!("line {line}: no function is named `{name}` any more")
}

/// Returns the operation, and a line for each cell that differs.
fn changed(found: &Row, expected: &Row) -> Vec<String> {
    if found.cells == expected.cells {
        return Vec::new();
    }
    let mut lines = vec![format!("line {}, `{}`:", found.line, found.name())];
    let cell = |row: &Row, column: usize| row.cells.get(column).cloned().unwrap_or_default();
    for (column, title) in HEAD.iter().enumerate() {
        let (in_file, in_code) = (cell(found, column), cell(expected, column));
        if in_file != in_code {
            lines.push(format!("    {title}: {in_file} in the file, {in_code} in the code"));
        }
    }
    if lines.len() == 1 {
        lines.push("    more cells than the table has columns".into());
    }
    lines
}

fn added(expected: &Row) -> String {
    let cells: Vec<_> =
        HEAD.iter().zip(&expected.cells).skip(1).map(|(title, cell)| format!("{title} {cell}")).collect();
    format!("no line for `{}`: {}", expected.name(), cells.join("; "))
}

/// Returns the first line that differs, if no cell of the table does.
fn first_line(found: &ParsedFile<'_>, expected: &ParsedFile<'_>) -> Option<String> {
    let longest = found.lines.len().max(expected.lines.len());
    let at = |lines: &[&str], index: usize| lines.get(index).map_or_else(String::new, |line| (*line).into());
    (0..longest).find(|index| found.lines.get(*index) != expected.lines.get(*index)).map(|index| {
        let (in_file, in_code) = (at(&found.lines, index), at(&expected.lines, index));
        format!("line {}: `{in_file}` in the file, expected `{in_code}`", index + 1)
    })
}
