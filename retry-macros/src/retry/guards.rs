//! What calls share: the budget that retries draw from, the circuit breaker and the rate limit before attempts.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use crate::diagnostics::Diagnostics;
use crate::emit::{Paths, here};
use crate::retry::budget::Budget;
use crate::retry::parse::Given;
use crate::retry::validate::rules;
use crate::syntax::literal::{names_any, shown, ungrouped, word};
use crate::syntax::named_call::written;

#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) budget: Option<Given<Budget>>,
    pub(crate) breaker: Option<Given<Expr>>,
    pub(crate) limit: Option<Given<Expr>>,
    /// `nested = retry`.
    pub(crate) retries_nested: bool,
}

/// A breaker or a rate limit: the path of a `static` of this type.
pub(crate) fn path(
    given: Option<Given<Expr>>,
    option: &str,
    kind: &str,
    [arguments, generics]: [&[String]; 2],
    diagnostics: &mut Diagnostics,
) -> Option<Given<Expr>> {
    let given = given?;
    if matches!(word(&given.value).as_deref(), Some("none" | "None")) {
        diagnostics.at(&given.value, format!("no `{option}` is what there is without the option; remove it"));
        return None;
    }
    let names_argument = names_any(given.value.to_token_stream(), arguments);
    if matches!(ungrouped(&given.value), Expr::Path(_)) && !names_argument {
        rules::one_static(option, &given.value, generics, diagnostics);
        return Some(given);
    }
    let words = format!(
        "`{option}` is the path of a `static {kind}` that calls share, not `{}`; write `{option} = SHOP`",
        shown(&given.value)
    );
    diagnostics.at(&given.value, words);
    None
}

/// `nested = stop` or `nested = retry`.
pub(crate) fn nested(given: Option<Given<Expr>>, diagnostics: &mut Diagnostics) -> bool {
    let Some(given) = given else { return false };
    match written(&given.value).map(|written| (written.arguments.is_none(), written.name)) {
        Some((true, name)) if name == "retry" => return true,
        Some((true, name)) if name == "stop" => {}
        _ => {
            let words = format!("`nested` is `stop` or `retry`, not `{}`; write `nested = retry`", shown(&given.value));
            diagnostics.at(&given.value, words);
        }
    }
    false
}

impl Shared {
    /// Whether attempts may be refused, so that a call may end without an outcome; and by which option.
    pub(crate) fn refuses(&self) -> Option<Span> {
        self.breaker.as_ref().or(self.limit.as_ref()).map(|given| given.key)
    }

    fn budget(&self) -> Option<&Budget> {
        self.budget.as_ref().map(|given| &given.value)
    }

    /// As it is named in the attribute, where it is; `none` if there is none.
    pub(crate) fn budget_name(&self) -> String {
        match self.budget() {
            Some(Budget::Static(expr) | Budget::PerCall(expr)) => shown(expr),
            Some(Budget::None) => "none".into(),
            Some(Budget::Own | Budget::Written(_)) | None => String::new(),
        }
    }

    /// What is evaluated at each call.
    pub(crate) fn locals(&self) -> TokenStream {
        match self.budget() {
            Some(Budget::PerCall(expr)) => quote_spanned!(at(expr)=> let budget = &#expr;),
            _ => TokenStream::new(),
        }
    }

    /// The items before the operation's static: a budget that is written in the attribute.
    pub(crate) fn items(&self, paths: &Paths) -> Option<TokenStream> {
        let Some(Budget::Written(shape)) = self.budget() else { return None };
        let (of, shape, name) = (paths.item("Budget"), shape.printed(paths), budget_name(paths));
        let constants = paths.constants();
        Some(quote_spanned!(here()=> #(#constants)* static #name: #of = #of::#shape;))
    }

    /// `.budget(&PAYMENTS).breaker(&SHOP)`, behind the operation. What is said of a path is said there.
    pub(crate) fn of_operation(&self, paths: &Paths) -> TokenStream {
        let mut chain = match self.budget() {
            None | Some(Budget::Own) => TokenStream::new(),
            Some(Budget::None | Budget::PerCall(_)) => quote_spanned!(here()=> .without_budget()),
            Some(Budget::Static(expr)) => {
                let path = paths.users(expr);
                quote_spanned!(at(expr)=> .budget(&#path))
            }
            Some(Budget::Written(_)) => {
                let name = budget_name(paths);
                quote_spanned!(here()=> .budget(&#name))
            }
        };
        if let Some(breaker) = &self.breaker {
            let path = paths.users(&breaker.value);
            chain.extend(quote_spanned!(at(&breaker.value)=> .breaker(&#path)));
        }
        chain
    }

    /// `.with_shared_budget()`, behind the call.
    pub(crate) fn of_call(&self) -> TokenStream {
        match self.budget() {
            Some(Budget::Static(_) | Budget::Written(_)) => quote_spanned!(here()=> .with_shared_budget()),
            Some(Budget::PerCall(expr)) => quote_spanned!(at(expr)=> .with_budget(budget)),
            _ => TokenStream::new(),
        }
    }

    /// What each attempt waits for before it begins.
    pub(crate) fn before_attempt(&self, is_async: bool) -> TokenStream {
        self.limit.as_ref().map_or_else(TokenStream::new, |limit| {
            let (path, place) = (&limit.value, at(&limit.value));
            let wait = is_async.then(|| quote_spanned!(place=> .await));
            quote_spanned!(place=> call.rate_limit(&#path) #wait;)
        })
    }

    /// In words, for the docs.
    pub(crate) fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        match self.budget() {
            None | Some(Budget::Own) => {}
            Some(Budget::None) => words.push("Retries draw from no budget.".into()),
            Some(Budget::Static(expr) | Budget::PerCall(expr)) => {
                words.push(format!("Retries draw from the budget `{}`.", shown(expr)));
            }
            Some(Budget::Written(shape)) => {
                words.push(format!("Retries draw from a budget of their own, {}.", shape.words()));
            }
        }
        if let Some(breaker) = &self.breaker {
            words.push(format!("No attempt while the breaker `{}` is open.", shown(&breaker.value)));
        }
        if let Some(limit) = &self.limit {
            words.push(format!("Attempts keep to the rate limit `{}`.", shown(&limit.value)));
        }
        if self.retries_nested {
            words.push("Retried also where an inner operation has given up.".into());
        }
        words
    }
}

fn at(expr: &Expr) -> Span {
    here().located_at(expr.span())
}

fn budget_name(paths: &Paths) -> Ident {
    Ident::new(&paths.fresh("BUDGET"), here())
}
