//! The review as a file: a head with a checksum, and a table in Markdown with a line an operation.

use core::fmt::{self, Display, Formatter};
use std::string::{String, ToString};
use std::vec::Vec;
use std::{format, vec};

use crate::review::Review;
use crate::review::row::{self, HEAD};

const TITLE: &str = "# Retries";
const LEGEND: &str = "What each annotated function may do at most, with all constants resolved: attempts with the first one included; \
waits between them as backoff and jitter; the sum of the longest waits, unless a server asks for more; and the longest time \
of a call. A server's hint is heeded up to 60s unless a line says otherwise.";

/// The whole file.
pub(super) fn text(review: &Review) -> String {
    let body = review.to_string();
    format!("{}\n{body}", head(&body))
}

/// As in the file: a title, a legend and a table in Markdown.
impl Display for Review {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&body(self))
    }
}

fn body(review: &Review) -> String {
    let mut lines = vec![TITLE.to_string(), String::new(), LEGEND.to_string(), String::new()];
    lines.push(line(&HEAD.map(String::from)));
    lines.push(format!("|{}", "---|".repeat(HEAD.len())));
    lines.extend(review.operations().iter().map(|of| line(&row::cells(*of))));
    lines.join("\n") + "\n"
}

fn head(body: &str) -> String {
    format!(
        "<!-- Written by `retry_runtime::review`; renew it by `RETRIES=overwrite cargo test`, do not edit it. {SUM}{:016x} -->",
        sum(body)
    )
}

const SUM: &str = "Sum: ";

fn line(cells: &[String]) -> String {
    let escaped: Vec<_> = cells.iter().map(|cell| cell.replace('|', "\\|").replace(char::is_control, " ")).collect();
    format!("| {} |", escaped.join(" | "))
}

/// FNV-1a of 64 bits, by its reference of Fowler, Noll and Vo: it tells an edit, and is no secret.
fn sum(body: &str) -> u64 {
    body.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// A line of the table, as it stands in a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// From 1.
    pub(super) line: usize,
    pub(super) cells: Vec<String>,
}

impl Row {
    /// Its first cell, which says the operation and its kind.
    pub(super) fn operation(&self) -> &str {
        self.cells.first().map_or("", String::as_str)
    }

    /// The operation's name alone: what is between its marks, of which there may be several.
    pub(super) fn name(&self) -> &str {
        let operation = self.operation();
        let rest = operation.trim_start_matches('`');
        let mark = &operation[..operation.len() - rest.len()];
        rest.split_once(mark).filter(|_| !mark.is_empty()).map_or(operation, |(name, _)| name.trim())
    }
}

/// A file that was read.
pub(super) struct Read<'a> {
    pub(super) lines: Vec<&'a str>,
    pub(super) rows: Vec<Row>,
    /// Whether it is as it was written, by its checksum.
    pub(super) is_whole: bool,
}

/// Reads a file, whatever ends its lines, and whether or not an editor has put a mark of its encoding before them.
pub(super) fn read(text: &str) -> Read<'_> {
    let lines: Vec<_> = text.trim_start_matches('\u{feff}').lines().collect();
    let body = lines.iter().skip(1).fold(String::new(), |body, line| body + line + "\n");
    let is_whole = lines.first().is_some_and(|first| *first == head(&body));
    let numbered = lines.iter().enumerate().map(|(index, line)| (index + 1, *line));
    let rows = numbered.filter(|(_, line)| line.starts_with('|') && !is_rule(line));
    let rows = rows.map(|(line, text)| Row { line, cells: cells(text) }).filter(|row| row.cells != HEAD);
    Read { rows: rows.collect(), lines, is_whole }
}

/// Whether it is the line below the table's head, also where an editor has aligned the columns.
fn is_rule(line: &str) -> bool {
    line.contains("---") && line.chars().all(|letter| "|-: ".contains(letter))
}

/// The cells of a line, with `\|` for a bar inside of one.
fn cells(line: &str) -> Vec<String> {
    let inside = line.trim().trim_start_matches('|');
    let inside = inside.strip_suffix('|').filter(|rest| !rest.ends_with('\\')).unwrap_or(inside);
    inside.replace("\\|", "\0").split('|').map(|cell| cell.trim().replace('\0', "|")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_stands_between_its_marks() {
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
