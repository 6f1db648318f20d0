//! Advice of the messages, followed to the letter.
//!
//! Each compile-fail file of `tests/ui` has the messages beside it. What a message says to write is put in the place that
//! it underlines, and the attribute must be accepted then.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;

use crate::retry::parse::GRAMMAR;

/// One message: its line and the underlined columns, from 0.
struct Message {
    line: usize,
    start: usize,
    end: usize,
    text: String,
}

/// Messages whose advice is more than a text for one place, with the reason.
const OTHERWISE: &[(&str, &str)] = &[
    ("a duration is one word", "the number stands before the place"),
    ("a duration has one unit, not several as in `1h30m`; write `90m`", "in `1h 30m` it stands before the place"),
    ("a duration is a decimal number, not `0x5ms`", "the deadline of the case is too short for its backoff"),
    ("a duration must be at most a day, not `25h`", "the jitter of the case is above its cap then"),
    ("`100` has no unit, and a number without one is in seconds", "`exp(100, 2000)` has two of them"),
    ("`max_attempts` is a number, not", "it says that a `deadline` stands beside it"),
    ("unknown option `side_effect`", "the case lacks its key too"),
    ("`3` is a value without its option", "the case says not what is retried"),
    ("unknown option `max_att`", "the case is half typed, and has no value"),
    ("the least number of retries is a whole number", "the case has its numbers in the other order"),
];

fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ui");
    let folders = fs::read_dir(root).unwrap().map(|folder| folder.unwrap().path());
    let files = folders.flat_map(|folder| fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()));
    let mut found: Vec<_> = files.filter(|file| file.extension().is_some_and(|end| end == "stderr")).collect();
    found.sort();
    found
}

/// Reads the messages that underline a part of one line.
fn messages(stderr: &str) -> Vec<Message> {
    let mut found = Vec::new();
    for block in stderr.split("\n\n") {
        let mut lines = block.lines();
        let Some(text) = lines.next().and_then(|first| first.strip_prefix("error: ")) else { continue };
        let Some(place) = lines.next().and_then(|place| place.split_once("--> ")) else { continue };
        let numbers: Vec<_> = place.1.rsplitn(3, ':').filter_map(|number| number.parse::<usize>().ok()).collect();
        let [column, line] = numbers[..] else { continue };
        let Some(mark) = lines.find(|line| line.contains('^')) else { continue };
        let length = mark.chars().filter(|letter| *letter == '^').count();
        found.push(Message { line: line - 1, start: column - 1, end: column - 1 + length, text: text.into() });
    }
    found
}

/// Returns the advice of a message.
fn advice(text: &str) -> Option<&str> {
    text.split_once("; write `")?.1.split('`').next()
}

/// Returns the columns of the option around `column`.
fn option_around(line: &str, column: usize) -> (usize, usize) {
    let open = line.find('(').unwrap() + 1;
    let close = line.rfind(")]").unwrap();
    let (mut depth, mut is_closure, mut is_text, mut start) = (0, false, false, open);
    for (at, letter) in line.char_indices().filter(|(at, _)| (open..close).contains(at)) {
        match letter {
            '"' => is_text = !is_text,
            _ if is_text => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '|' => is_closure = !is_closure,
            ',' if depth == 0 && !is_closure => {
                if at > column {
                    return (start, at);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    (start, close)
}

/// Returns the columns of the option `name`, if the attribute has it.
fn option_named(line: &str, name: &str) -> Option<(usize, usize)> {
    let starts = line.match_indices(name).map(|(at, _)| at);
    let options = starts.map(|at| option_around(line, at));
    options.into_iter().find(|(start, end)| line[*start..*end].trim_start().starts_with(&format!("{name} =")))
}

/// Returns the columns that a call replaces.
///
/// They are those of a call around the place, or of the value of the option.
fn call_around(line: &str, name: &str, message: &Message) -> (usize, usize) {
    let (start, end) = option_around(line, message.start);
    let value = start + line[start..end].find('=').map_or(0, |equals| equals + 1);
    let begins = line[value..=message.start].rfind(&format!("{name}(")).map(|at| value + at);
    let is_alone = line[value..end].trim().starts_with('(');
    match begins {
        Some(begin) => (begin, begin + closing(&line[begin..])),
        None if is_alone => (message.start, message.end),
        None => (value, end),
    }
}

/// Returns the length of a call up to its parenthesis.
fn closing(text: &str) -> usize {
    let mut depth = 0;
    for (at, letter) in text.char_indices() {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        if letter == ')' && depth == 0 {
            return at + 1;
        }
    }
    text.len()
}

/// Puts the advice where the message points.
fn follow(line: &str, message: &Message, advice: &str) -> String {
    let name = advice.split([' ', '(']).next().unwrap_or_default();
    let underlined = &line[message.start..message.end];
    let is_underlined = underlined == advice;
    let (start, end) = if underlined.starts_with(&format!("{name} =")) {
        (message.start, message.end)
    } else if GRAMMAR.names().contains(&name) && advice.contains(" =") {
        option_named(line, name).unwrap_or_else(|| option_around(line, message.start))
    } else if is_underlined {
        // What is too much stands beside it.
        option_around(line, message.start)
    } else if let Some(before) = advice.split_once(" = ").and_then(|(name, _)| line[..message.start].rfind(name)) {
        (before, before + line[before..].find([',', ')']).unwrap_or_default())
    } else if advice.ends_with(')') {
        call_around(line, name, message)
    } else {
        (message.start, message.end)
    };
    format!("{} {}{}", &line[..start], advice, &line[end..])
}

/// Returns the tokens inside the attribute and the function below it.
fn parts(attribute: &str, source: &[&str], line: usize) -> Option<(TokenStream, TokenStream)> {
    let attribute = attribute.trim().strip_prefix("#[retry(")?.strip_suffix(")]")?;
    let indent = source[line].len() - source[line].trim_start().len();
    let end = format!("{}}}", " ".repeat(indent));
    let length = source[line + 1..].iter().position(|line| *line == end)?;
    let item = source[line + 1..=line + 1 + length].join("\n");
    Some((attribute.parse().ok()?, item.parse().ok()?))
}

#[test]
fn what_a_message_says_to_write_is_accepted() {
    let (mut followed, mut refused) = (0, Vec::new());
    for file in files() {
        let source = fs::read_to_string(file.with_extension("rs")).unwrap();
        let source: Vec<_> = source.lines().collect();
        let mut by_line = BTreeMap::<usize, Vec<Message>>::new();
        for message in messages(&fs::read_to_string(&file).unwrap()) {
            by_line.entry(message.line).or_default().push(message);
        }
        for (line, mut messages) in by_line {
            let is_attribute = source[line].trim().starts_with("#[retry(") && source[line].ends_with(")]");
            if !is_attribute || messages.iter().any(|message| advice(&message.text).is_none()) {
                continue;
            }
            messages.sort_by_key(|message| std::cmp::Reverse(message.start));
            let attribute = messages.iter().fold(source[line].to_string(), |attribute, message| {
                follow(&attribute, message, advice(&message.text).unwrap_or_default())
            });
            let Some((tokens, item)) = parts(&attribute, &source, line) else { continue };
            followed += 1;
            if let Err(errors) = crate::retry::pipeline(tokens, item, crate::retry::Registration::default()) {
                let name = file.file_stem().unwrap().to_string_lossy().into_owned();
                refused.push(format!("{name}:{} {}\n    {attribute}\n    {errors}", line + 1, messages[0].text));
            }
        }
    }
    refused.retain(|refused| !OTHERWISE.iter().any(|(message, _)| refused.contains(message)));
    assert!(refused.is_empty(), "{} of {followed} are refused:\n{}", refused.len(), refused.join("\n"));
    assert!(followed > 100, "{followed}");
}
