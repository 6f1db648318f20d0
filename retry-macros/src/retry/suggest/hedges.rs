//! Messages for a hedge that has another option.

use syn::Expr;

use crate::retry::parse::hedge::{delay, meant};
use crate::retry::suggest::accepted::is_accepted;
use crate::syntax::tokens::shown;

/// Message for a hedge, with the delay or the percentile that was written.
pub(super) fn unknown(name: &str, unit: Option<&str>, value: Option<&Expr>) -> String {
    let is_delay = name.contains("after") || name.contains("delay");
    let fallback = if is_delay { "after(100ms)" } else { "p95" };
    let found = value.and_then(|value| match unit {
        Some(unit) => Some(format!("after({}{unit})", shown(value))),
        None if is_delay => delay(value).or_else(|| meant(value)),
        None => meant(value),
    });
    let plain = value.map(|value| [shown(value), format!("after({})", shown(value))]).into_iter().flatten();
    let ways = found.into_iter().chain(plain).chain([fallback.into()]);
    let ours = ways.map(|way| format!("hedge = {way}")).find(|way| is_accepted(way)).unwrap_or_default();
    format!("unknown option `{name}`; write `{ours}`")
}
