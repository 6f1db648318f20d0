//! `keep`, `lease`, `wait`, and the window of a key from content: known while compiling, or at the call.

use std::time::Duration;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};
use retry_core::{idempotency_bounds, units, validate};
use syn::{Expr, Lit};

use crate::diagnostics::{Diagnostics, with};
use crate::emit::{Checked, Paths, here};
use crate::retry::parse::Given;
use crate::syntax::duration;
use crate::syntax::literal::{Value, names_any, ungrouped};

/// A time that is written.
pub(super) enum Time {
    Fixed(Value<Duration>),
    /// It names an argument, or what differs between instances.
    PerCall(Expr),
}

/// The times of one attribute. The window of a key from content stands for `keep`.
#[derive(Default)]
pub(super) struct Times {
    pub(super) lease: Option<Time>,
    pub(super) keep: Option<Time>,
    pub(super) wait: Option<Time>,
}

/// Reads a time; `names` are those that are known at the call alone.
pub(super) fn time(expr: &Expr, names: &[String], diagnostics: &mut Diagnostics) -> Option<Time> {
    if names_any(expr.to_token_stream(), names) {
        diagnostics.take(duration::plain(expr))?;
        return Some(Time::PerCall(expr.clone()));
    }
    if let Some(fault) = days(expr) {
        diagnostics.push(fault);
        return None;
    }
    diagnostics.take(duration::duration(expr)).map(Time::Fixed)
}

pub(super) fn given(given: Option<&Given<Expr>>, names: &[String], diagnostics: &mut Diagnostics) -> Option<Time> {
    time(&given?.value, names, diagnostics)
}

/// Days have no unit in Rust's own words, and results are kept for days.
fn days(expr: &Expr) -> Option<syn::Error> {
    let Expr::Lit(literal) = ungrouped(expr) else { return None };
    let Lit::Int(int) = &literal.lit else { return None };
    let hours = match int.suffix() {
        "d" | "day" | "days" => 24,
        "w" | "week" | "weeks" => 168,
        _ => return None,
    };
    let number = int.base10_digits().parse::<u32>().ok()?.checked_mul(hours)?;
    Some(syn::Error::new(int.span(), format!("unknown unit `{}` in `{int}`; write `{number}h`", int.suffix())))
}

impl Times {
    /// Holds each literal against its rules.
    pub(super) fn check(&self, diagnostics: &mut Diagnostics) {
        let lease = known(self.lease.as_ref());
        if let Some((lease, text, span)) = lease {
            broken(idempotency_bounds::lease(lease), text, span, diagnostics);
        }
        let beside = match (&self.lease, lease) {
            (None, _) => idempotency_bounds::LEASE,
            (_, Some((lease, ..))) if idempotency_bounds::lease(lease).is_ok() => lease,
            _ => idempotency_bounds::MIN,
        };
        if let Some((keep, text, span)) = known(self.keep.as_ref()) {
            broken(idempotency_bounds::keep(keep, beside), text, span, diagnostics);
        }
        if let Some((wait, text, span)) = known(self.wait.as_ref()) {
            broken(validate::day(wait), text, span, diagnostics);
        }
    }

    /// The constants among them, each held against its rules, as locals: `let keep = { const KEEP: .. };`. An item beside
    /// the body would not be hidden from it.
    pub(super) fn locals(&self, paths: &Paths) -> TokenStream {
        let mut named = Vec::new();
        let of = |name, rule| Checked { name, kind: "Duration", rule };
        let nothing = TokenStream::new;
        let mut beside = paths.duration(Duration::from_nanos(idempotency_bounds::LEASE));
        match (&self.lease, &self.keep) {
            (Some(Time::Fixed(Value::Const(lease))), Some(Time::Fixed(Value::Known { value: keep, .. }))) => {
                let keep = paths.duration(*keep);
                let after = quote_spanned!(here()=> , #keep);
                named.push(("lease", paths.constant(of("LEASE", "lease_below"), lease, [nothing(), after])));
            }
            (Some(Time::Fixed(Value::Const(lease))), _) => {
                let lease = paths.constant(of("LEASE", "lease"), lease, [nothing(), nothing()]);
                beside = lease.clone();
                named.push(("lease", lease));
            }
            (Some(Time::Fixed(Value::Known { value, .. })), _) => beside = paths.duration(*value),
            (Some(Time::PerCall(_)), _) => beside = paths.duration(Duration::from_nanos(idempotency_bounds::MIN)),
            (None, _) => {}
        }
        if let Some(Time::Fixed(Value::Const(keep))) = &self.keep {
            let before = quote_spanned!(here()=> #beside,);
            named.push(("keep", paths.constant(of("KEEP", "keep"), keep, [before, nothing()])));
        }
        if let Some(Time::Fixed(Value::Const(wait))) = &self.wait {
            named.push(("wait", paths.constant(of("WAIT", "duration"), wait, [nothing(), nothing()])));
        }
        let constants = paths.constants();
        let (locals, values): (Vec<_>, Vec<_>) =
            named.into_iter().map(|(name, constant)| (Ident::new(name, here()), constant)).unzip();
        match (locals.as_slice(), values.as_slice()) {
            ([], _) => nothing(),
            ([local], [value]) => quote_spanned!(here()=> let #local = { #(#constants)* #value };),
            (locals, values) => quote_spanned!(here()=> let (#(#locals),*) = { #(#constants)* (#(#values),*) };),
        }
    }
}

/// A time where it is used: `name` is the local that holds it, if it is a constant.
pub(super) fn printed(time: &Time, name: &str, paths: &Paths) -> TokenStream {
    match time {
        Time::Fixed(Value::Known { value, .. }) => paths.duration(*value),
        Time::Fixed(Value::Const(_)) => Ident::new(name, here()).into_token_stream(),
        Time::PerCall(expr) => expr.to_token_stream(),
    }
}

fn known(time: Option<&Time>) -> Option<(u64, &str, proc_macro2::Span)> {
    match time? {
        Time::Fixed(Value::Known { value, text, span }) => Some((units::from(*value), text, *span)),
        _ => None,
    }
}

fn broken(rule: validate::Rule, text: &str, span: proc_macro2::Span, diagnostics: &mut Diagnostics) {
    if let Err(broken) = rule {
        diagnostics.here(span, with(broken.message(), &format!(", not `{text}`")));
    }
}
