//! TOML files.

use core::ops::Range;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use toml::de::{DeTable, DeValue};

use crate::settings::content::{Item, Node, SyntaxFault, Value};

/// Reads a file; all faults of its syntax at once.
pub(super) fn read(text: &str) -> Result<Node, Vec<SyntaxFault>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Ok(Node { line: 1, value: Value::Table(items(text, table.get_ref())) });
    }
    let mut faults: Vec<_> = errors.iter().map(|error| syntax_fault(text, error)).collect();
    // One mistake in a line may be several errors.
    faults.dedup_by_key(|fault| fault.line);
    Err(faults)
}

fn syntax_fault(text: &str, error: &toml::de::Error) -> SyntaxFault {
    let line = line_of(text, error.span());
    let content = text.lines().nth(line - 1).unwrap_or("").trim();
    let message = if content.starts_with('[') && content.contains("::") && !content.contains('"') {
        String::from("a name with `::` needs quotes; write as in `[operations.\"shop::quote\"]`")
    } else if let ("duplicate key", Some(key)) = (error.message(), error.span().and_then(|span| text.get(span))) {
        format!("`{key}` is given twice; remove one")
    } else {
        format!("is not TOML: {}; correct the line", error.message().trim().replace('\n', ", "))
    };
    SyntaxFault { line, message }
}

fn items(text: &str, table: &DeTable<'_>) -> Vec<Item> {
    let mut items: Vec<_> = table
        .iter()
        .map(|(key, value)| Item {
            key: key.get_ref().to_string(),
            line: line_of(text, Some(key.span())),
            node: Node { line: line_of(text, Some(value.span())), value: value_of(text, value.get_ref()) },
        })
        .collect();
    items.sort_by_key(|item| item.line);
    items
}

fn value_of(text: &str, value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(value) => Value::Scalar(value.to_string()),
        DeValue::Integer(value) if value.radix() == 10 => Value::Scalar(value.as_str().replace('_', "")),
        DeValue::Integer(value) => {
            Value::Scalar(i64::from_str_radix(value.as_str(), value.radix()).unwrap_or(-1).to_string())
        }
        DeValue::Float(value) => Value::Scalar(value.as_str().replace('_', "")),
        DeValue::Boolean(value) => Value::Scalar(value.to_string()),
        DeValue::Datetime(value) => Value::Scalar(value.to_string()),
        DeValue::Array(_) => Value::List,
        DeValue::Table(table) => Value::Table(items(text, table)),
    }
}

fn line_of(text: &str, span: Option<Range<usize>>) -> usize {
    let start = span.map_or(0, |span| span.start).min(text.len());
    text.as_bytes()[..start].split(|byte| *byte == b'\n').count()
}
