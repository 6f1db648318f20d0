//! Query parameters of a request.

use std::format;
use std::string::String;
use std::vec::Vec;

use crate::page::column::{Column, Order};
use crate::page::sort::Sort;

/// Format of the response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Format {
    #[default]
    Html,
    Json,
    Prometheus,
}

/// Names of the page's own parameters.
const PARAMETERS: [&str; 3] = ["format", "sort", "order"];

/// Maximum length of an invalid value in an error message, in characters.
const MAX_REPEATED: usize = 40;

/// The longest foreign query that links repeat, in bytes; enough for a token.
const MAX_FOREIGN: usize = 4096;

/// Parses a query.
///
/// Ignores foreign parameters, and uses the last value of a repeated one.
///
/// # Errors
///
/// Returns a message that says which value is invalid, and what to write instead.
pub(super) fn parse(query: &str) -> Result<(Format, Sort), String> {
    let (mut format, mut by, mut order) = (Format::default(), Column::Health, None);
    for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        match key {
            "format" => format = parse_format(value)?,
            "sort" => by = parse_column(value)?,
            "order" => order = Some(parse_order(value)?),
            _ => {}
        }
    }
    Ok((format, Sort { by, order: order.unwrap_or(by.first_order()) }))
}

/// Returns the foreign parameters of a query, which links repeat.
///
/// A foreign parameter may be a token for a proxy. The result is empty if they are too long.
pub(super) fn foreign_parameters(query: &str) -> String {
    let is_own = |pair: &str| PARAMETERS.contains(&pair.split('=').next().unwrap_or_default());
    let foreign: Vec<_> = query.split('&').filter(|pair| !pair.is_empty() && !is_own(pair)).collect();
    let foreign = foreign.join("&");
    if foreign.len() > MAX_FOREIGN { String::new() } else { foreign }
}

fn parse_format(value: &str) -> Result<Format, String> {
    match value {
        "json" => Ok(Format::Json),
        "prometheus" => Ok(Format::Prometheus),
        value => Err(unknown("format", value, "`format=json` or `format=prometheus`, or nothing for the page")),
    }
}

fn parse_column(value: &str) -> Result<Column, String> {
    Column::ALL.into_iter().find(|column| column.key() == value).ok_or_else(|| {
        let keys: Vec<_> = Column::ALL.iter().map(|column| column.key()).collect();
        unknown("sort", value, &format!("`sort=` with one of {}", keys.join(", ")))
    })
}

fn parse_order(value: &str) -> Result<Order, String> {
    match value {
        "asc" => Ok(Order::Ascending),
        "desc" => Ok(Order::Descending),
        value => Err(unknown("order", value, "`order=asc` or `order=desc`")),
    }
}

fn unknown(what: &str, value: &str, instead: &str) -> String {
    let value: String = value.chars().take(MAX_REPEATED).collect();
    format!("unknown {what} `{value}`; write {instead}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_the_page_with_the_worst_first() {
        for query in ["", "&&", "token=1", "sort", "order=desc"] {
            assert_eq!(parse(query), Ok((Format::Html, Sort::default())), "{query}");
        }
    }

    #[test]
    fn every_column_has_a_key_and_a_first_order() {
        for column in Column::ALL {
            let sort = Sort { by: column, order: column.first_order() };
            assert_eq!(parse(&format!("sort={}", column.key())), Ok((Format::Html, sort)));
        }
        let sort = Sort { by: Column::Calls, order: Order::Ascending };
        assert_eq!(parse("sort=max&order=asc&format=json&sort=calls"), Ok((Format::Json, sort)));
    }

    #[test]
    fn foreign_parameters_are_kept_up_to_a_bound() {
        let cases = [
            ("", ""),
            ("sort=calls&order=asc&format=json", ""),
            ("token=a%20b&sort=calls&&flag", "token=a%20b&flag"),
            ("sorted=1&sort", "sorted=1"),
        ];
        for (query, kept) in cases {
            assert_eq!(foreign_parameters(query), kept, "{query}");
        }
        assert_eq!(foreign_parameters(&format!("x={}", "y".repeat(5000))), "");
    }

    #[test]
    fn an_invalid_value_is_repeated_in_part_only() {
        let message = parse(&format!("order={}", "x".repeat(5000))).unwrap_err();
        assert!(message.starts_with("unknown order `xxx") && message.len() < 100, "{message}");
    }
}
