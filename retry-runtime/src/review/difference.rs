//! What a review file says otherwise than the code, in words.

use std::string::String;
use std::vec::Vec;
use std::{format, vec};

use crate::review::file::{Read, Row};
use crate::review::row::HEAD;

/// Each difference, in the file's order; the words for who reads a failed test.
pub(super) fn words(found: &Read<'_>, expected: &Read<'_>) -> Vec<String> {
    let pairs = paired(&found.rows, &expected.rows);
    let mut words: Vec<_> = pairs.iter().flat_map(|pair| pair_words(*pair)).collect();
    if words.is_empty() {
        words.extend(first_line(found, expected));
    }
    words
}

/// A line of the file, a line of what is expected, or both where they are of one operation.
#[derive(Clone, Copy)]
struct Pair<'a> {
    found: Option<&'a Row>,
    expected: Option<&'a Row>,
}

/// Those of the file first; of several of one name the first with the first.
fn paired<'a>(found: &'a [Row], expected: &'a [Row]) -> Vec<Pair<'a>> {
    let mut rest: Vec<_> = expected.iter().collect();
    let mut pairs: Vec<_> = found
        .iter()
        .map(|row| {
            let twin = rest.iter().position(|other| other.name() == row.name());
            Pair { found: Some(row), expected: twin.map(|index| rest.remove(index)) }
        })
        .collect();
    pairs.extend(rest.into_iter().map(|row| Pair { found: None, expected: Some(row) }));
    pairs
}

fn pair_words(pair: Pair<'_>) -> Vec<String> {
    match (pair.found, pair.expected) {
        (Some(found), Some(expected)) => changed(found, expected),
        (Some(found), None) => vec![format!("line {}: no function is `{}` any more", found.line, found.name())],
        (None, Some(expected)) => vec![new(expected)],
        (None, None) => Vec::new(),
    }
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
