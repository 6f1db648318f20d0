//! Value of `concurrency`: a limit of the operation, a `static`, or an expression.

use syn::{Expr, ExprAssign, ExprLit, ExprUnary, Lit, UnOp};

use crate::retry::guards::ConcurrencySpec;
use crate::retry::parse::guards::none_by_default;
use crate::retry::parse::shared;
use crate::syntax::duration::duration;
use crate::syntax::literal::{Length, count};
use crate::syntax::named_call::{NamedCall, assigned, named_call};
use crate::syntax::tokens::{shown, ungrouped};

const LIMIT: &str = "limit(20)";
const WITH_WAIT: &str = "limit(20, wait = 200ms)";

/// Reads a concurrency limit.
pub(crate) fn concurrency(expr: &Expr, arguments: &[String]) -> syn::Result<ConcurrencySpec> {
    none_by_default(expr, "concurrency")?;
    if is_number(expr) {
        let attempts = count(expr, "a concurrency limit", "concurrency = 20")?;
        return Ok(ConcurrencySpec::Inline { attempts, wait: None });
    }
    if let Some(call) = named_call(expr).filter(|call| call.name == "limit" && call.arguments.is_some()) {
        return limit(&call, expr);
    }
    if shared::cannot_be_shared(expr) || shared::creates(expr, &["Concurrency", "Semaphore"]) {
        let message = format!(
            "`concurrency` is a number of attempts or a limit that calls share, not `{}`; write `concurrency = 20`, or `concurrency = DB`, with `static DB: Concurrency = Concurrency::new(20);`",
            shown(expr)
        );
        return Err(syn::Error::new_spanned(expr, message));
    }
    shared::spec(expr, arguments).map(ConcurrencySpec::Shared)
}

fn is_number(expr: &Expr) -> bool {
    match ungrouped(expr) {
        Expr::Lit(ExprLit { lit, .. }) => matches!(lit, Lit::Int(_) | Lit::Float(_)),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => is_number(expr),
        _ => false,
    }
}

fn limit(call: &NamedCall<'_>, expr: &Expr) -> syn::Result<ConcurrencySpec> {
    let (settings, plain) = call.settings_and_plain()?;
    if let ([], [attempts, wait]) = (&settings[..], &plain[..]) {
        call.needs_name("wait", wait, &[*attempts])?;
    }
    let [attempts] = call.exactly(expr, if settings.is_empty() { LIMIT } else { WITH_WAIT }, &plain)?;
    let attempts = count(attempts, "a concurrency limit", LIMIT)?;
    let mut wait = None;
    for assign in settings.iter().filter_map(|setting| assigned(setting)) {
        let found = one_wait(assign)?;
        if wait.replace(found).is_some() {
            return Err(syn::Error::new_spanned(assign, "`wait` is given twice; write it once"));
        }
    }
    Ok(ConcurrencySpec::Inline { attempts, wait })
}

fn one_wait(assign: &ExprAssign) -> syn::Result<Length> {
    let name = shown(&assign.left);
    if name != "wait" {
        let message = format!("a concurrency limit has no setting `{name}`; write `{WITH_WAIT}`");
        return Err(syn::Error::new_spanned(assign, message));
    }
    if matches!(shown(&assign.right).as_str(), "none" | "None" | "false") {
        let message = "a limit that rejects at once is a `static`; write `concurrency = DB`, with `static DB: Concurrency = Concurrency::new(20).refusing();`";
        return Err(syn::Error::new_spanned(&assign.right, message));
    }
    duration(&assign.right)
}
