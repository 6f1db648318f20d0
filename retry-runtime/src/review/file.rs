//! The review file.
//!
//! It has a head with a checksum, and a Markdown table with a line per operation.

use core::fmt::{self, Display, Formatter};
use std::string::{String, ToString};
use std::vec::Vec;
use std::{format, vec};

use crate::review::policy_review::Review;
use crate::review::table_row::{self, HEAD};

const TITLE: &str = "# Retries";
const LEGEND: &str = "Upper bounds of each annotated function, with all constants resolved. `attempts` includes the first one; `delays` are \
backoff and jitter; `worst delay` is the sum of the longest delays, unless a server asks for more; `worst time` is the \
longest time of a call; `in line` is how long it may also wait for its budget while the service answers, within the deadline. A server hint (Retry-After) is honored up to 60s unless a line says otherwise.";

/// Returns the text of the whole file.
pub(super) fn text(review: &Review) -> String {
    let body = review.to_string();
    format!("{}\n{body}", head(&body))
}

/// Prints the file without its head: a title, a legend and a Markdown table.
impl Display for Review {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&body(self))
    }
}

fn body(review: &Review) -> String {
    let mut lines = vec![TITLE.to_string(), String::new(), LEGEND.to_string(), String::new()];
    lines.push(line(&HEAD.map(String::from)));
    lines.push(format!("|{}", "---|".repeat(HEAD.len())));
    let rows = review.operations().iter().flat_map(|operation| review.lines_of(*operation));
    lines.extend(rows.map(|operation| line(&table_row::cells(operation))));
    lines.join("\n") + "\n"
}

fn head(body: &str) -> String {
    format!(
        "<!-- Written by `retry_runtime::review`; do not edit, run `RETRIES=overwrite cargo test`. {SUM}{:016x} -->",
        sum(body)
    )
}

const SUM: &str = "Sum: ";

fn line(cells: &[String]) -> String {
    let escaped: Vec<_> = cells.iter().map(|cell| cell.replace('|', "\\|").replace(char::is_control, " ")).collect();
    format!("| {} |", escaped.join(" | "))
}

/// Computes the 64-bit FNV-1a checksum; it detects edits and is not a secret.
fn sum(body: &str) -> u64 {
    body.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// Row of the table in a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The line number, from 1.
    pub(super) line: usize,
    pub(super) cells: Vec<String>,
}

impl Row {
    /// Returns the first cell: the operation's name and kind.
    pub(super) fn operation(&self) -> &str {
        self.cells.first().map_or("", String::as_str)
    }

    /// Returns the operation's name: the text between its backticks.
    ///
    /// There may be several backticks on each side.
    pub(super) fn name(&self) -> &str {
        let operation = self.operation();
        let rest = operation.trim_start_matches('`');
        let ticks = &operation[..operation.len() - rest.len()];
        rest.split_once(ticks).filter(|_| !ticks.is_empty()).map_or(operation, |(name, _)| name.trim())
    }
}

/// Parsed review file.
pub(super) struct ParsedFile<'a> {
    pub(super) lines: Vec<&'a str>,
    pub(super) rows: Vec<Row>,
    /// True if the checksum matches: the file was not edited.
    pub(super) is_unedited: bool,
}

/// Parses a file with any line endings, with or without a byte order mark.
pub(super) fn parse(text: &str) -> ParsedFile<'_> {
    let lines: Vec<_> = text.trim_start_matches('\u{feff}').lines().collect();
    let body = lines.iter().skip(1).fold(String::new(), |body, line| body + line + "\n");
    let is_unedited = lines.first().is_some_and(|first| *first == head(&body));
    let numbered = lines.iter().enumerate().map(|(index, line)| (index + 1, *line));
    let rows = numbered.filter(|(_, line)| line.starts_with('|') && !is_delimiter(line));
    let rows = rows.map(|(line, text)| Row { line, cells: cells(text) }).filter(|row| row.operation() != HEAD[0]);
    ParsedFile { rows: rows.collect(), lines, is_unedited }
}

/// Returns whether the line is the delimiter row of the table.
///
/// An editor may have aligned its columns.
fn is_delimiter(line: &str) -> bool {
    line.contains("---") && line.chars().all(|letter| "|-: ".contains(letter))
}

/// Splits a line into cells; `\|` is a bar inside a cell.
fn cells(line: &str) -> Vec<String> {
    let inside = line.trim().trim_start_matches('|');
    let inside = inside.strip_suffix('|').filter(|rest| !rest.ends_with('\\')).unwrap_or(inside);
    inside.replace("\\|", "\0").split('|').map(|cell| cell.trim().replace('\0', "|")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_text_between_its_backticks() {
        for (cell, name) in [
            ("`shop::quote` async", "shop::quote"),
            ("`` a`b `` blocking", "a`b"),
            ("``` `a``b ``` blocking", "`a``b"),
            ("no mark", "no mark"),
            ("`one alone", "`one alone"),
            ("", ""),
        ] {
            assert_eq!(Row { line: 1, cells: vec![cell.into()] }.name(), name);
        }
    }
}
