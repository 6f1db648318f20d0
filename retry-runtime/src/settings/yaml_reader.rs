//! YAML files: one document, with anchors and merge keys.

use std::borrow::Cow;
use std::collections::HashMap;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use saphyr_parser::{Event, Parser, Span, StrInput};

use crate::settings::content::{Item, Node, SyntaxFault, Value};

/// Most values of a file, aliases included: a few lines may stand for billions.
const MAX_VALUES: usize = 10_000;
/// Deepest nesting; settings need four.
const MAX_DEPTH: usize = 32;

/// Reads a file.
///
/// The parser stops at the first fault of the syntax; duplicate keys are all reported.
pub(super) fn read(text: &str) -> Result<Node, Vec<SyntaxFault>> {
    let mut reader =
        Reader { parser: Parser::new_from_str(text), anchors: HashMap::new(), values: 0, faults: Vec::new() };
    match reader.document() {
        Ok(node) if reader.faults.is_empty() => Ok(node),
        Ok(_) => Err(reader.faults),
        Err(fault) => {
            reader.faults.push(fault);
            Err(reader.faults)
        }
    }
}

struct Reader<'t> {
    parser: Parser<'t, StrInput<'t>>,
    anchors: HashMap<usize, Node>,
    values: usize,
    faults: Vec<SyntaxFault>,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<(Event<'t>, Span), SyntaxFault> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => {
                Err(fault(error.marker().line(), format!("is not YAML: {}; correct the line", error.info())))
            }
            None => Err(fault(1, "is not YAML: it ends too early; complete it")),
        }
    }

    fn document(&mut self) -> Result<Node, SyntaxFault> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(root.unwrap_or(Node { line: 1, value: Value::Table(Vec::new()) })),
                Event::Nothing | Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd => {}
                _ if root.is_some() => {
                    return Err(fault(span.start.line(), "is a second document; put all settings into the first"));
                }
                event => root = Some(self.node(event, span, 0)?),
            }
        }
    }

    fn node(&mut self, event: Event<'t>, span: Span, depth: usize) -> Result<Node, SyntaxFault> {
        let line = span.start.line();
        self.count(1, line)?;
        if depth > MAX_DEPTH {
            return Err(fault(line, "is nested too deep; settings need four levels"));
        }
        let (anchor, value) = match event {
            Event::Scalar(text, _, anchor, _) => (anchor, Value::Scalar(Cow::into_owned(text))),
            Event::SequenceStart(anchor, _) => {
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => break,
                        (event, span) => drop(self.node(event, span, depth + 1)?),
                    }
                }
                (anchor, Value::List)
            }
            Event::MappingStart(anchor, _) => (anchor, Value::Table(self.items(depth)?)),
            Event::Alias(anchor) => {
                let node = self.anchors.get(&anchor).cloned();
                let node = node.ok_or_else(|| fault(line, "names an anchor inside itself; write its values"))?;
                self.count(size(&node), line)?;
                return Ok(node);
            }
            _ => return Err(fault(line, "is not YAML; correct the line")),
        };
        let node = Node { line, value };
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn items(&mut self, depth: usize) -> Result<Vec<Item>, SyntaxFault> {
        let (mut items, mut merged): (Vec<Item>, Vec<Item>) = (Vec::new(), Vec::new());
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                break;
            }
            let key = self.node(event, span, depth + 1)?;
            let (event, span) = self.next()?;
            let node = self.node(event, span, depth + 1)?;
            let line = key.line;
            match (key.scalar(), node.table()) {
                (Some("<<"), Some(table)) => merged.extend(table.iter().cloned()),
                (Some(name), _) if items.iter().any(|item| item.key == name) => {
                    self.faults.push(fault(line, format!("`{name}` is given twice; remove one")));
                }
                (Some(name), _) => items.push(Item { key: name.to_string(), line, node }),
                (None, _) => self.faults.push(fault(line, "a key is a word; write one as in `max_attempts: 4`")),
            }
        }
        for item in merged {
            if !items.iter().any(|own| own.key == item.key) {
                items.push(item);
            }
        }
        Ok(items)
    }

    fn count(&mut self, values: usize, line: usize) -> Result<(), SyntaxFault> {
        self.values += values;
        if self.values > MAX_VALUES { Err(fault(line, "has more than 10,000 values; remove some")) } else { Ok(()) }
    }
}

fn size(node: &Node) -> usize {
    1 + node.table().map_or(0, |items| items.iter().map(|item| 1 + size(&item.node)).sum())
}

fn fault(line: usize, message: impl Into<String>) -> SyntaxFault {
    SyntaxFault { line, message: message.into() }
}
