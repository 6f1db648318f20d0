//! First words and first lines of doc comments.

use crate::assert_none;
use crate::sources::{Source, products};

const FORBIDDEN: [&str; 7] = ["As", "How", "Of", "What", "Where", "Whether", "Who"];
/// A first line is shorter, in characters.
const WIDTH: usize = 80;

/// A line of a doc comment.
struct Line<'a> {
    text: &'a str,
    number: usize,
    /// The first line of its comment.
    is_first: bool,
    /// The first line of a paragraph of prose.
    is_head: bool,
}

/// The lines of every doc comment, without code blocks.
fn doc_lines(source: &Source) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let (mut marker, mut is_code, mut is_after_blank) = ("", false, true);
    for (line, number) in source.text.lines().zip(1..) {
        let line = line.trim_start();
        let found = ["///", "//!"].into_iter().find(|found| line.starts_with(found) && !line.starts_with("////"));
        let Some(found) = found else {
            (marker, is_code) = ("", false);
            continue;
        };
        let text = line[found.len()..].trim();
        let is_first = found != marker;
        (marker, is_after_blank) = (found, is_after_blank || is_first);
        if text.starts_with("```") {
            is_code = !is_code;
        } else if !is_code && !text.is_empty() {
            lines.push(Line { text, number, is_first, is_head: is_after_blank });
        }
        is_after_blank = text.is_empty();
    }
    lines
}

fn first_word(text: &str) -> &str {
    text.split(|letter: char| !letter.is_alphanumeric()).find(|word| !word.is_empty()).unwrap_or_default()
}

#[test]
fn no_paragraph_begins_with_a_question_word_or_a_fragment() {
    let mut places = Vec::new();
    for source in products() {
        let heads =
            doc_lines(&source).into_iter().filter(|line| line.is_head && FORBIDDEN.contains(&first_word(line.text)));
        places.extend(heads.map(|line| format!("{}:{}: {}", source.path, line.number, line.text)));
    }
    assert_none("a paragraph of docs begins with a verb or a noun phrase", &places);
}

#[test]
fn every_first_line_is_short() {
    let mut places = Vec::new();
    for source in products() {
        let long = doc_lines(&source).into_iter().filter(|line| line.is_first && line.text.chars().count() >= WIDTH);
        places.extend(long.map(|line| format!("{}:{}: {}", source.path, line.number, line.text)));
    }
    assert_none("the first line of docs is shorter than 80 characters", &places);
}
