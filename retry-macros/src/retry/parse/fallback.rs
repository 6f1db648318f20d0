//! Value of `fallback`: a hook, `stale(CACHE, key)` or `value(expr)`.

use syn::{Expr, ExprAssign};

use crate::retry::fallback_spec::{Fallback, MaxAge, Stale};
use crate::retry::parse::{hooks, shared};
use crate::syntax::constancy::is_same_for_all_calls;
use crate::syntax::duration::{duration, without_units};
use crate::syntax::function::Scope;
use crate::syntax::literal::Value;
use crate::syntax::named_call::{NamedCall, assigned, named_call};
use crate::syntax::tokens::{Names, shown, ungrouped};

const WITH_AGE: &str = "stale(CACHE, key, max_age = 10m)";

/// Reads a fallback.
///
/// A path is a hook whatever its name, and so is a call of a longer path.
pub(crate) fn fallback(expr: Expr, scope: &Scope) -> syn::Result<Fallback> {
    let is_argument = |name: &str| scope.arguments.iter().any(|argument| argument == name);
    let call = named_call(&expr).filter(|call| call.arguments.is_some() && !is_argument(&call.name));
    match call.as_ref().map(|call| (call.name.as_str(), call)) {
        Some(("stale", call)) => stale(call, &expr, scope).map(|stale| Fallback::Stale(Box::new(stale))),
        Some(("value", call)) => {
            let [value] = call.exactly(&expr, "value(Quote::default())", &call.plain())?;
            without_units(value)?;
            Ok(Fallback::Value(value.clone()))
        }
        _ => hooks::hook(expr, scope).map(Fallback::Hook),
    }
}

fn stale(call: &NamedCall<'_>, expr: &Expr, scope: &Scope) -> syn::Result<Stale> {
    let (settings, plain) = call.settings_and_plain()?;
    if let ([], [cache, key, age]) = (&settings[..], &plain[..]) {
        call.needs_name("max_age", age, &[*cache, *key])?;
    }
    let [cache, key] = call.exactly(expr, &form(&plain, scope), &plain)?;
    let max_age = match settings[..] {
        [] => None,
        [setting] => Some(max_age(setting, scope)?),
        [_, extra, ..] => {
            let message = format!("`stale` has one setting, `max_age`; write `{WITH_AGE}`");
            return Err(syn::Error::new_spanned(extra, message));
        }
    };
    Ok(Stale { cache: checked_cache(cache)?, key: checked_key(cache, key, scope)?, max_age })
}

/// Returns the form with the cache and an argument of the function.
fn form(plain: &[&Expr], scope: &Scope) -> String {
    let cache = plain.first().map_or_else(|| "CACHE".into(), |cache| shown(*cache));
    let argument = scope.arguments.iter().find(|argument| *argument != "self");
    format!("stale({cache}, {})", argument.map_or("()", String::as_str))
}

fn checked_cache(cache: &Expr) -> syn::Result<Expr> {
    let is_made = matches!(ungrouped(cache), Expr::Call(call) if call.args.len() < 2 && is_constructor(&call.func));
    if is_value(cache) || is_made {
        let message = format!(
            "a cache is kept between calls, and `{}` is not; write `CACHE` with `static CACHE: LazyLock<..>`, or a field as `self.cache`",
            shown(cache)
        );
        return Err(syn::Error::new_spanned(cache, message));
    }
    without_units(cache)?;
    Ok(cache.clone())
}

fn is_value(expr: &Expr) -> bool {
    !matches!(ungrouped(expr), Expr::Unary(_) | Expr::Reference(_)) && shared::cannot_be_shared(expr)
}

/// Returns whether a function creates a cache, as `Cache::new` does.
fn is_constructor(function: &Expr) -> bool {
    let Expr::Path(path) = ungrouped(function) else { return false };
    let mut names = path.path.segments.iter().rev().map(|segment| segment.ident.to_string());
    let is_new = names.next().is_some_and(|name| matches!(name.as_str(), "new" | "default" | "builder"));
    is_new && names.next().is_some_and(|ty| ty.starts_with(char::is_uppercase))
}

fn checked_key(cache: &Expr, key: &Expr, scope: &Scope) -> syn::Result<Expr> {
    if is_same_for_all_calls(key, &scope.arguments) {
        let written = shown(key);
        let message = match scope.arguments.iter().find(|argument| *argument != "self") {
            Some(argument) => format!(
                "`{written}` is the same key for all calls, so one gets the value of another; write an expression over the arguments, as `{argument}`, or `()` if all calls have one value"
            ),
            None => {
                format!(
                    "`{written}` is the same key for all calls; write `stale({}, ())`, because they have one value",
                    shown(cache)
                )
            }
        };
        return Err(syn::Error::new_spanned(key, message));
    }
    without_units(key)?;
    Ok(key.clone())
}

fn max_age(setting: &Expr, scope: &Scope) -> syn::Result<MaxAge> {
    let Some(ExprAssign { left, right, .. }) = assigned(setting) else {
        return Err(syn::Error::new_spanned(setting, format!("write `{WITH_AGE}`")));
    };
    if shown(left) != "max_age" {
        let message = format!("unknown setting `{}` of `stale`; write `max_age = {}`", shown(left), shown(right));
        return Err(syn::Error::new_spanned(setting, message));
    }
    if right.names_any(&scope.arguments) {
        without_units(right)?;
        return Ok(MaxAge::PerCall((**right).clone()));
    }
    match duration(right)? {
        Value::Literal { value, .. } if value.is_zero() => {
            let message = "`max_age` is zero, so no value would be young enough; write `max_age = 10m`";
            Err(syn::Error::new_spanned(right, message))
        }
        Value::Literal { value, .. } => Ok(MaxAge::Literal(value)),
        Value::Const(expr) => Ok(MaxAge::PerCall(expr)),
    }
}
