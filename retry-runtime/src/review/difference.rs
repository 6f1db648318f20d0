//! What a review file says otherwise than the code, in words.

use std::string::String;
use std::vec::Vec;
use std::{format, vec};

use crate::review::file::{Read, Row};
use crate::review::row::HEAD;

/// Each difference, in the file's order; the words for who reads a failed test.
pub(super) fn words(found: &Read<'_>, expected: &Read<'_>) -> Vec<String> {
    let conflicts = conflicts(found);
    if !conflicts.is_empty() {
        return conflicts;
    }
    let pairs = paired(&found.rows, &expected.rows);
    let mut words: Vec<_> = pairs.iter().flat_map(|pair| pair_words(*pair, &expected.rows)).collect();
    if words.is_empty() {
        words.extend(first_line(found, expected));
    }
    words
}

/// Where a merge has left two versions, of which nothing else is worth saying.
fn conflicts(found: &Read<'_>) -> Vec<String> {
    let marks = found.lines.iter().zip(1..).filter(|(line, _)| line.starts_with("<<<<<<<"));
    marks.map(|(line, at)| format!("line {at}: the file says `{line}`: a merge has left two versions here")).collect()
}

/// A line of the file, a line of what is expected, or both where they are of one operation.
#[derive(Clone, Copy)]
struct Pair<'a> {
    found: Option<&'a Row>,
    expected: Option<&'a Row>,
}

/// Those of the file first; of several of one name those that are equal, and of the rest the first with the first.
fn paired<'a>(found: &'a [Row], expected: &'a [Row]) -> Vec<Pair<'a>> {
    let mut rest: Vec<_> = expected.iter().collect();
    let mut take = |is_it: &dyn Fn(&Row) -> bool| {
        let index = rest.iter().position(|other| is_it(other));
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

fn pair_words(pair: Pair<'_>, all: &[Row]) -> Vec<String> {
    match (pair.found, pair.expected) {
        (Some(found), Some(expected)) => changed(found, expected),
        (Some(found), None) => vec![gone(found, all)],
        (None, Some(expected)) => vec![new(expected)],
        (None, None) => Vec::new(),
    }
}

fn gone(found: &Row, all: &[Row]) -> String {
    let (line, name) = (found.line, found.name());
    if all.iter().any(|other| other.name() == name) {
        return format!("line {line}: there are fewer functions `{name}` than lines of them");
    }
    format!("line {line}: no function is `{name}` any more")
}

/// The cells that differ, one a line below the operation.
fn changed(found: &Row, expected: &Row) -> Vec<String> {
    if found.cells == expected.cells {
        return Vec::new();
    }
    let mut words = vec![format!("line {}, `{}`:", found.line, found.name())];
    let cell = |row: &Row, column: usize| row.cells.get(column).cloned().unwrap_or_default();
    for (column, title) in HEAD.iter().enumerate() {
        let (said, is) = (cell(found, column), cell(expected, column));
        if said != is {
            words.push(format!("    {title}: the file says {said}, the code {is}"));
        }
    }
    if words.len() == 1 {
        words.push("    more cells than the table has columns".into());
    }
    words
}

fn new(expected: &Row) -> String {
    let cells: Vec<_> =
        HEAD.iter().zip(&expected.cells).skip(1).map(|(title, cell)| format!("{title} {cell}")).collect();
    format!("no line is of `{}`: {}", expected.name(), cells.join("; "))
}

/// Where nothing differs in the table: the first line that is another.
fn first_line(found: &Read<'_>, expected: &Read<'_>) -> Option<String> {
    let longest = found.lines.len().max(expected.lines.len());
    let at = |lines: &[&str], index: usize| lines.get(index).map_or_else(String::new, |line| (*line).into());
    (0..longest).find(|index| found.lines.get(*index) != expected.lines.get(*index)).map(|index| {
        let (said, is) = (at(&found.lines, index), at(&expected.lines, index));
        format!("line {}: the file says `{said}`, and `{is}` is written", index + 1)
    })
}
