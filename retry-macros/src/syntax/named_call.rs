//! Values that are written as a name with arguments: `exp(100ms, 10s)`, `credit(500)`.

use proc_macro2::Span;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprAssign, ExprCall, ExprPath, Token};

use crate::syntax::literal::ungrouped;
use crate::syntax::spelling::{listed, nearest};

/// A name, and what stands in parentheses behind it.
pub(crate) struct Written<'a> {
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) arguments: Option<&'a Punctuated<Expr, Token![,]>>,
}

pub(crate) fn written(expr: &Expr) -> Option<Written<'_>> {
    let (path, arguments) = match ungrouped(expr) {
        Expr::Path(path) => (path, None),
        Expr::Call(ExprCall { func, args, .. }) => match ungrouped(func) {
            Expr::Path(path) => (path, Some(args)),
            _ => return None,
        },
        _ => return None,
    };
    let ident = path_ident(path)?;
    Some(Written { name: ident.to_string(), span: ident.span(), arguments })
}

fn path_ident(path: &ExprPath) -> Option<&syn::Ident> {
    if path.qself.is_some() { None } else { path.path.get_ident() }
}

impl<'a> Written<'a> {
    /// The arguments, which must be as many as `form` shows.
    pub(crate) fn exactly<const N: usize>(
        &self,
        expr: &Expr,
        form: &str,
        plain: &[&'a Expr],
    ) -> syn::Result<[&'a Expr; N]> {
        <[&Expr; N]>::try_from(plain.to_vec()).map_err(|plain| {
            let (given, plural) = (plain.len(), if plain.len() == 1 { "" } else { "s" });
            let words = format!("`{}` takes {N}, not {given} argument{plural}; write `{form}`", self.name);
            syn::Error::new_spanned(expr, words)
        })
    }

    pub(crate) fn plain(&self) -> Vec<&'a Expr> {
        self.arguments.into_iter().flatten().collect()
    }

    pub(crate) fn alone(&self, expr: &Expr) -> syn::Result<()> {
        match self.arguments {
            None => Ok(()),
            Some(_) => {
                let words = format!("`{0}` takes no arguments; write `{0}`", self.name);
                Err(syn::Error::new_spanned(expr, words))
            }
        }
    }
}

/// `name = value` among arguments.
pub(crate) fn assigned(expr: &Expr) -> Option<&ExprAssign> {
    if let Expr::Assign(assign) = ungrouped(expr) { Some(assign) } else { None }
}

pub(crate) fn unknown(what: &str, name: &str, names: &[&str], default: &str) -> String {
    match nearest(name, names) {
        Some(near) => format!("unknown {what} `{name}`; write `{near}`"),
        None if name.starts_with("expo") => format!("unknown {what} `{name}`; write `{default}`"),
        None => format!("unknown {what} `{name}`; write one of {}", listed(names)),
    }
}
