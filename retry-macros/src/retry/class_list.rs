//! Lists of failure classes and patterns.
//!
//! They are the values of `retry_on`, `except` and `retry_ok`.

use std::fmt::{self, Display, Formatter};

use proc_macro2::Span;
use quote::ToTokens;
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, Pat, PatIdent, Token, token};

use crate::retry::class_limit::{self, LimitSpec};
use crate::retry::limit_spelling;
use crate::syntax::literal::Value;
use crate::syntax::option::take_item;
use crate::syntax::spelling::CLASSES;
use crate::syntax::tokens::shown;

/// List as it is written.
pub(crate) struct RawList(pub(crate) Vec<RawItem>);

/// Item of a list: a pattern, its guard behind `if`, and its limit behind `up_to`.
pub(crate) struct RawItem {
    pub(crate) pattern: Pat,
    pub(crate) guard: Option<Expr>,
    pub(crate) limit: Option<Expr>,
}

/// List with its classes and its patterns told apart.
#[derive(Default)]
pub(crate) struct ClassList {
    pub(crate) classes: Vec<Class>,
    pub(crate) limits: Vec<LimitSpec>,
    pub(crate) patterns: Vec<(Pat, Option<Expr>)>,
    /// The place of `None`, the failure of an `Option`.
    pub(crate) none: Option<Span>,
}

#[allow(clippy::large_enum_variant)] // there are only a few of them at a time
pub(crate) enum Class {
    Transient(Span),
    Named(String, Span),
    Status { first: Value<u16>, last: Value<u16>, span: Span },
}

impl Class {
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Transient(span) | Self::Named(_, span) | Self::Status { span, .. } => *span,
        }
    }

    /// Returns whether a failure of this class may be a `429`.
    pub(crate) fn includes_throttled(&self) -> bool {
        match self {
            Self::Transient(_) => true,
            Self::Named(name, _) => name == "Throttled",
            Self::Status { first, last, .. } => first.literal() <= Some(&429) && Some(&429) <= last.literal(),
        }
    }

    /// The user's expressions in it.
    pub(crate) fn constants(&self) -> impl Iterator<Item = &Expr> {
        let ends = match self {
            Self::Status { first, last, .. } => [first.constant(), last.constant()],
            Self::Transient(_) | Self::Named(..) => [None, None],
        };
        ends.into_iter().flatten()
    }
}

/// The class as the attribute writes it, in backticks.
impl Display for Class {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transient(_) => formatter.write_str("`transient`"),
            Self::Named(name, _) => write!(formatter, "`{name}`"),
            Self::Status { first, last, .. } => match (status(first), status(last)) {
                (first, last) if first == last => write!(formatter, "`Status({first})`"),
                (first, last) => write!(formatter, "`Status({first}..={last})`"),
            },
        }
    }
}

fn status(value: &Value<u16>) -> String {
    match value {
        Value::Literal { value, .. } => value.to_string(),
        Value::Const(expr) => shown(&expr.to_token_stream()),
    }
}

impl ClassList {
    /// Returns whether each class has a limit.
    pub(crate) fn is_limited(&self) -> bool {
        !self.classes.is_empty() && self.limits.len() == self.classes.len() && !self.has_patterns()
    }

    /// Returns the limit of the class at `index`.
    pub(crate) fn limit_of(&self, index: usize) -> Option<&LimitSpec> {
        self.limits.iter().find(|limit| limit.class == index)
    }

    /// Returns whether it holds more than classes.
    pub(crate) fn has_patterns(&self) -> bool {
        !self.patterns.is_empty() || self.none.is_some()
    }
}

impl Parse for RawList {
    /// Reads one item, or a list of items in parentheses.
    fn parse(input: ParseStream) -> syn::Result<Self> {
        if input.peek(token::Bracket) || input.peek(token::Brace) {
            return Err(other_delimiter(input));
        }
        if !input.peek(token::Paren) {
            return item(input).map(|item| Self(vec![item]));
        }
        let content;
        syn::parenthesized!(content in input);
        let items: Punctuated<_, Token![,]> = content.parse_terminated(item, Token![,])?;
        Ok(Self(items.into_iter().collect()))
    }
}

/// Error for a list in brackets or braces.
fn other_delimiter(input: ParseStream) -> syn::Error {
    let message = match input.fork().parse::<proc_macro2::Group>() {
        Ok(group) if is_numbers(&group) => {
            let statuses = shown(&group.stream()).replace(", ", " | ");
            format!("a number is not a class; write `Status({})`", statuses.trim())
        }
        Ok(group) => format!("a list needs parentheses; write `({})`", shown(&group.stream()).trim()),
        Err(_) => "a list needs parentheses; write `(Timeout, Connect)`".into(),
    };
    input.error(message)
}

/// Returns whether a list has whole numbers only: `[429, 503]`.
fn is_numbers(group: &proc_macro2::Group) -> bool {
    let mut items = group.stream().to_string();
    items.retain(|letter| !letter.is_whitespace());
    !items.is_empty() && items.trim_end_matches(',').split(',').all(|item| item.parse::<u16>().is_ok())
}

fn item(input: ParseStream) -> syn::Result<RawItem> {
    if let Some(pattern) = class_item(input) {
        return Ok(RawItem { pattern, guard: None, limit: None });
    }
    if let Some(error) = limit_spelling::error(take_item(&input.fork())) {
        return Err(error);
    }
    let pattern = Pat::parse_multi(input)?;
    let guard = if input.peek(Token![if]) {
        input.parse::<Token![if]>()?;
        Some(input.parse()?)
    } else {
        None
    };
    Ok(RawItem { pattern, guard, limit: class_limit::parse(input)? })
}

/// Reads an item that is the name of a class.
///
/// Most items are, and the parser of all patterns is slow.
fn class_item(input: ParseStream) -> Option<Pat> {
    let ahead = input.fork();
    let ident: syn::Ident = ahead.parse().ok()?;
    if !(ahead.is_empty() || ahead.peek(Token![,])) {
        return None;
    }
    input.advance_to(&ahead);
    Some(Pat::Ident(PatIdent { attrs: Vec::new(), by_ref: None, mutability: None, ident, subpat: None }))
}

/// Returns whether the value of `retry_ok` is a list of classes.
///
/// Otherwise it is a predicate.
pub(crate) fn begins_list(input: ParseStream) -> bool {
    let ahead = input.fork();
    match ahead.parse::<syn::Ident>() {
        Ok(ident) => {
            let name = ident.to_string();
            (is_class_name(&name) || name == "Status") && !ahead.peek(Token![::])
        }
        Err(_) => input.peek(token::Paren) && !begins_closure(&ahead),
    }
}

/// Returns whether the next parentheses hold a closure.
fn begins_closure(input: ParseStream) -> bool {
    let first = input.fork().parse::<proc_macro2::Group>().ok().and_then(|group| group.stream().into_iter().next());
    first.is_some_and(|first| matches!(first.to_string().as_str(), "|" | "move" | "async"))
}

/// Returns whether `name` is a class without a number.
pub(crate) fn is_class_name(name: &str) -> bool {
    name == "transient" || CLASSES.contains(&name)
}

impl RawList {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The items as they are written, without the parentheses around them.
    pub(crate) fn text(&self) -> String {
        let item = |RawItem { pattern, guard, limit }: &RawItem| {
            let guard = guard.as_ref().map(|guard| format!(" if {}", shown(guard))).unwrap_or_default();
            let limit = limit.as_ref().map(|limit| format!(" up_to {}", shown(limit))).unwrap_or_default();
            format!("{}{guard}{limit}", shown(pattern))
        };
        self.0.iter().map(item).collect::<Vec<_>>().join(", ")
    }

    /// The content of each `Status(..)`.
    pub(crate) fn statuses(&self) -> impl Iterator<Item = &Pat> {
        self.0.iter().flat_map(|item| statuses_in(&item.pattern))
    }

    /// The guards of the patterns.
    pub(crate) fn guards(&self) -> impl Iterator<Item = &Expr> {
        self.0.iter().filter_map(|item| item.guard.as_ref())
    }

    /// The limits of the items.
    pub(crate) fn limits(&self) -> impl Iterator<Item = &Expr> {
        self.0.iter().filter_map(|item| item.limit.as_ref())
    }
}

fn statuses_in(pattern: &Pat) -> Vec<&Pat> {
    match pattern {
        Pat::Or(or) => or.cases.iter().flat_map(statuses_in).collect(),
        Pat::Paren(paren) => statuses_in(&paren.pat),
        Pat::TupleStruct(tuple) if tuple.path.is_ident("Status") => tuple.elems.iter().collect(),
        _ => Vec::new(),
    }
}
