//! Values of the form `name(arguments)`: `exp(100ms, 10s)`, `credit(500)`.

use proc_macro2::Span;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprAssign, ExprCall, ExprPath, Token};

use crate::syntax::duration::duration;
use crate::syntax::literal::Value;
use crate::syntax::spelling::{listed, nearest};
use crate::syntax::tokens::{shown, ungrouped};

/// Name with the arguments in the parentheses that follow it.
pub(crate) struct NamedCall<'a> {
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) arguments: Option<&'a Punctuated<Expr, Token![,]>>,
}

/// Reads `name` or `name(arguments)`.
pub(crate) fn named_call(expr: &Expr) -> Option<NamedCall<'_>> {
    let (path, arguments) = match ungrouped(expr) {
        Expr::Path(path) => (path, None),
        Expr::Call(ExprCall { func, args, .. }) => match ungrouped(func) {
            Expr::Path(path) => (path, Some(args)),
            _ => return None,
        },
        _ => return None,
    };
    let ident = path_ident(path)?;
    Some(NamedCall { name: ident.to_string(), span: ident.span(), arguments })
}

fn path_ident(path: &ExprPath) -> Option<&syn::Ident> {
    if path.qself.is_some() { None } else { path.path.get_ident() }
}

impl<'a> NamedCall<'a> {
    /// Returns the arguments, or an error unless there are exactly `N`.
    pub(crate) fn exactly<const N: usize>(
        &self,
        expr: &Expr,
        form: &str,
        plain: &[&'a Expr],
    ) -> syn::Result<[&'a Expr; N]> {
        <[&Expr; N]>::try_from(plain.to_vec()).map_err(|plain| {
            let (given, plural) = (plain.len(), if plain.len() == 1 { "" } else { "s" });
            let message = format!("`{}` takes {N}, not {given} argument{plural}; write `{form}`", self.name);
            syn::Error::new_spanned(expr, message)
        })
    }

    /// All arguments.
    pub(crate) fn plain(&self) -> Vec<&'a Expr> {
        self.arguments.into_iter().flatten().collect()
    }

    /// Splits the arguments into settings, `name = value`, and plain values.
    ///
    /// # Errors
    ///
    /// A plain value behind a setting.
    #[allow(clippy::type_complexity)] // two lists
    pub(crate) fn settings_and_plain(&self) -> syn::Result<(Vec<&'a Expr>, Vec<&'a Expr>)> {
        let all = self.plain();
        let (settings, plain): (Vec<_>, Vec<_>) = all.iter().partition(|argument| assigned(argument).is_some());
        let first = all.iter().position(|argument| assigned(argument).is_some()).unwrap_or(all.len());
        if let Some(late) = all[first..].iter().find(|argument| assigned(argument).is_none()) {
            let ordered: Vec<_> = plain.iter().chain(&settings).map(|argument| shown(*argument)).collect();
            let message = format!(
                "`{}` stands behind a value with a name; write `{}({})`",
                shown(late),
                self.name,
                ordered.join(", ")
            );
            return Err(syn::Error::new_spanned(late, message));
        }
        Ok((settings, plain))
    }

    /// Returns an error if the argument behind `plain` is a time that lacks its name.
    pub(crate) fn needs_name(&self, name: &str, time: &Expr, plain: &[&Expr]) -> syn::Result<()> {
        let Ok(Value::Literal { .. }) = duration(time) else { return Ok(()) };
        let (given, plain) = (shown(time), plain.iter().map(|argument| shown(*argument)).collect::<Vec<_>>());
        let message =
            format!("`{given}` needs its name; write `{}({}, {name} = {given})`", self.name, plain.join(", "));
        Err(syn::Error::new_spanned(time, message))
    }

    /// Returns an error if there are arguments.
    pub(crate) fn alone(&self, expr: &Expr) -> syn::Result<()> {
        match self.arguments {
            None => Ok(()),
            Some(_) => {
                let message = format!("`{0}` takes no arguments; write `{0}`", self.name);
                Err(syn::Error::new_spanned(expr, message))
            }
        }
    }
}

/// Reads an argument of the form `name = value`.
pub(crate) fn assigned(expr: &Expr) -> Option<&ExprAssign> {
    if let Expr::Assign(assign) = ungrouped(expr) { Some(assign) } else { None }
}

/// Message for a name that is not one of `names`.
pub(crate) fn unknown(what: &str, name: &str, names: &[&str], default: &str) -> String {
    match nearest(name, names) {
        Some(near) => format!("unknown {what} `{name}`; write `{near}`"),
        None if name.starts_with("expo") => format!("unknown {what} `{name}`; write `{default}`"),
        None => format!("unknown {what} `{name}`; write one of {}", listed(names)),
    }
}
