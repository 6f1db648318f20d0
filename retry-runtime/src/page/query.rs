//! What a request asks for, by its query.

use std::format;
use std::string::String;
use std::vec::Vec;

use crate::page::column::Column;

/// The form of the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Form {
    #[default]
    Html,
    Json,
    Prometheus,
}

/// By what rows are sorted, and which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sort {
    pub(super) by: Column,
    pub(super) order: Order,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Ascending,
    Descending,
}

/// The parameters that are the page's own.
const OWN: [&str; 3] = ["format", "sort", "order"];

/// The most of a wrong word that an answer repeats.
const REPEATED: usize = 40;

/// The longest that links repeat of what is said to others: no token is longer.
const LONGEST: usize = 4096;

impl Order {
    /// As a query says it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Ascending => "asc",
            Self::Descending => "desc",
        }
    }

    pub(super) const fn other(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}

/// The worst first.
impl Default for Sort {
    fn default() -> Self {
        Self { by: Column::Health, order: Order::Descending }
    }
}

/// Reads a query; parameters of others are none of ours, and of one that is there twice the last one counts.
///
/// # Errors
///
/// What is wrong with it, and what to write instead.
pub(super) fn parse(query: &str) -> Result<(Form, Sort), String> {
    let (mut form, mut by, mut order) = (Form::default(), Column::Health, None);
    for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        match key {
            "format" => form = form_of(value)?,
            "sort" => by = column_of(value)?,
            "order" => order = Some(order_of(value)?),
            _ => {}
        }
    }
    Ok((form, Sort { by, order: order.unwrap_or(by.first_order()) }))
}

/// What a query says to others, as a token to a proxy, for links to say it again; nothing where it is too long.
pub(super) fn others(query: &str) -> String {
    let is_own = |pair: &str| OWN.contains(&pair.split('=').next().unwrap_or_default());
    let others: Vec<_> = query.split('&').filter(|pair| !pair.is_empty() && !is_own(pair)).collect();
    let others = others.join("&");
    if others.len() > LONGEST { String::new() } else { others }
}

fn form_of(word: &str) -> Result<Form, String> {
    match word {
        "json" => Ok(Form::Json),
        "prometheus" => Ok(Form::Prometheus),
        word => Err(unknown("format", word, "`format=json` or `format=prometheus`, or nothing for the page")),
    }
}

fn column_of(word: &str) -> Result<Column, String> {
    Column::ALL.into_iter().find(|column| column.word() == word).ok_or_else(|| {
        let words: Vec<_> = Column::ALL.iter().map(|column| column.word()).collect();
        unknown("sort", word, &format!("`sort=` with one of {}", words.join(", ")))
    })
}

fn order_of(word: &str) -> Result<Order, String> {
    match word {
        "asc" => Ok(Order::Ascending),
        "desc" => Ok(Order::Descending),
        word => Err(unknown("order", word, "`order=asc` or `order=desc`")),
    }
}

fn unknown(what: &str, word: &str, instead: &str) -> String {
    let word: String = word.chars().take(REPEATED).collect();
    format!("unknown {what} `{word}`; write {instead}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_the_page_with_the_worst_first() {
        for query in ["", "&&", "token=1", "sort", "order=desc"] {
            assert_eq!(parse(query), Ok((Form::Html, Sort::default())), "{query}");
        }
    }

    #[test]
    fn every_column_has_a_word_and_an_order_to_begin_with() {
        for column in Column::ALL {
            let sort = Sort { by: column, order: column.first_order() };
            assert_eq!(parse(&format!("sort={}", column.word())), Ok((Form::Html, sort)));
        }
        let sort = Sort { by: Column::Calls, order: Order::Ascending };
        assert_eq!(parse("sort=max&order=asc&format=json&sort=calls"), Ok((Form::Json, sort)));
    }

    #[test]
    fn what_is_said_to_others_is_kept_up_to_a_bound() {
        let cases = [
            ("", ""),
            ("sort=calls&order=asc&format=json", ""),
            ("token=a%20b&sort=calls&&flag", "token=a%20b&flag"),
            ("sorted=1&sort", "sorted=1"),
        ];
        for (query, kept) in cases {
            assert_eq!(others(query), kept, "{query}");
        }
        assert_eq!(others(&format!("x={}", "y".repeat(5000))), "");
    }

    #[test]
    fn a_wrong_word_is_repeated_in_part_only() {
        let fault = parse(&format!("order={}", "x".repeat(5000))).unwrap_err();
        assert!(fault.starts_with("unknown order `xxx") && fault.len() < 100, "{fault}");
    }
}
