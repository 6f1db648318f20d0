//! What a repetition of the body changes, and the key that makes it harmless: `side_effects` and `idempotency_key`.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, ExprMacro, ExprMethodCall};

use crate::diagnostics::Diagnostics;
use crate::emit::here;
use crate::retry::class_list::Class;
use crate::retry::parse::Given;
use crate::retry::validate::{Base, Model};
use crate::syntax::literal::{names_any, shown, ungrouped};
use crate::syntax::named_call::written;

#[derive(Default)]
pub(crate) struct Effects {
    /// Where `side_effects` stands.
    pub(crate) declared: Option<Span>,
    pub(crate) key: Option<Given<Key>>,
    /// Whether a key is written, and at fault.
    pub(crate) is_faulty: bool,
}

/// Where a call's key comes from.
pub(crate) enum Key {
    Generated,
    PerCall(Expr),
}

/// `generate()`, or an expression that differs between calls.
pub(crate) fn effects(
    declared: Option<Span>,
    given: Option<Given<Expr>>,
    arguments: &[String],
    diagnostics: &mut Diagnostics,
) -> Effects {
    let Some(given) = given else { return Effects { declared, ..Effects::default() } };
    let (key, is_right) = diagnostics.none_in(|diagnostics| key(&given.value, arguments, diagnostics));
    let key = key.map(|value| Given { key: given.key, value });
    Effects { declared, key, is_faulty: !is_right }
}

fn key(expr: &Expr, arguments: &[String], diagnostics: &mut Diagnostics) -> Option<Key> {
    let is_argument = |name: &str| arguments.iter().any(|argument| argument == name);
    if let Some(name) = written(expr).filter(|written| written.name == "generate" && !is_argument("generate")) {
        if name.arguments.is_some_and(syn::punctuated::Punctuated::is_empty) {
            return Some(Key::Generated);
        }
        diagnostics.at(expr, "`generate` is called without arguments; write `idempotency_key = generate()`");
        return None;
    }
    if is_constant(expr, arguments) {
        let words = format!(
            "`{}` is the same for all calls, which would be taken for one; write an expression over the arguments, or `idempotency_key = generate()`",
            shown(expr)
        );
        diagnostics.at(expr, words);
        return None;
    }
    Some(Key::PerCall(expr.clone()))
}

/// Whether it is the same at every call, as far as can be seen: it is made of literals and of names that are no arguments.
pub(crate) fn is_constant(expr: &Expr, arguments: &[String]) -> bool {
    let all = |exprs: &syn::punctuated::Punctuated<Expr, syn::Token![,]>| {
        exprs.iter().all(|expr| is_constant(expr, arguments))
    };
    match ungrouped(expr) {
        Expr::Lit(_) => true,
        Expr::Path(_) | Expr::Field(_) => !names_any(expr.to_token_stream(), arguments),
        Expr::Reference(reference) => is_constant(&reference.expr, arguments),
        Expr::Binary(binary) => is_constant(&binary.left, arguments) && is_constant(&binary.right, arguments),
        Expr::MethodCall(ExprMethodCall { receiver, args, .. }) => {
            matches!(ungrouped(receiver), Expr::Lit(_) | Expr::Path(_)) && is_constant(receiver, arguments) && all(args)
        }
        // What takes nothing may make something new.
        Expr::Call(ExprCall { args, .. }) => !args.is_empty() && all(args),
        Expr::Macro(ExprMacro { mac, .. }) => is_plain(mac.tokens.clone()),
        _ => false,
    }
}

/// Whether a macro is given literals alone, without places for values.
fn is_plain(tokens: TokenStream) -> bool {
    tokens.into_iter().all(|token| match token {
        TokenTree::Literal(literal) => !literal.to_string().contains('{'),
        TokenTree::Punct(_) => true,
        TokenTree::Ident(_) | TokenTree::Group(_) => false,
    })
}

/// What is repeated changes something: it has a key, or nothing is repeated that may have happened.
pub(crate) fn check(model: &Model, diagnostics: &mut Diagnostics) {
    let effects = &model.effects;
    let Some(declared) = effects.declared else { return };
    let is_unknown = effects.is_faulty || model.limits.is_incomplete;
    if effects.key.is_none() && !is_unknown && !is_proven(model) {
        let instead = if matches!(model.base, Base::New) { "" } else { " beside `policy`" };
        let words = format!(
            "a retry may repeat what this function changes; write `idempotency_key = generate()` and send the key, or `retry_on = Connect` alone{instead}: only that proves that nothing happened"
        );
        diagnostics.here(declared, words);
    }
}

/// Whether only what certainly did not happen is repeated.
fn is_proven(model: &Model) -> bool {
    let Some(listed) = model.retry_on.as_ref().map(|given| &given.value) else { return false };
    let is_connect = |class: &Class| matches!(class, Class::Named(name, _) if name == "Connect");
    let is_listed = !listed.classes.is_empty() && listed.classes.iter().all(is_connect);
    is_listed
        && listed.patterns.is_empty()
        && listed.none.is_none()
        && model.retry_if.is_none()
        && model.retry_ok.is_none()
}

impl Effects {
    /// Where the key stands, which a call may end by.
    pub(crate) fn refuses(&self) -> Option<Span> {
        self.key.as_ref().map(|given| given.key)
    }

    /// The key, which lives as long as the call.
    pub(crate) fn locals(&self, runtime: &TokenStream) -> TokenStream {
        match self.key.as_ref().map(|given| &given.value) {
            None => TokenStream::new(),
            Some(Key::Generated) => quote_spanned!(here()=> let key = #runtime::__private::CallKey::generate();),
            Some(Key::PerCall(expr)) => {
                let place = here().located_at(expr.span());
                let borrowed = match ungrouped(expr) {
                    Expr::Binary(_) | Expr::Cast(_) | Expr::Range(_) => quote_spanned!(place=> &(#expr)),
                    _ => quote_spanned!(place=> &#expr),
                };
                quote_spanned!(place=> let key = #runtime::__private::CallKey::new(#borrowed);)
            }
        }
    }

    /// `.with_key(&key)`, behind the call.
    pub(crate) fn of_call(&self) -> Option<TokenStream> {
        self.key.as_ref().map(|given| {
            let with_key = syn::Ident::new("with_key", here().located_at(given.key));
            quote_spanned!(here()=> .#with_key(&key))
        })
    }

    /// The body of an attempt, under the key.
    pub(crate) fn around(&self, body: TokenStream, method: &str) -> TokenStream {
        if self.key.is_none() {
            return body;
        }
        let method = syn::Ident::new(method, here());
        quote_spanned!(here()=> key.#method(#body))
    }

    /// In words, for the docs.
    pub(crate) fn words(&self) -> Option<String> {
        let key = match self.key.as_ref().map(|given| &given.value) {
            None => None,
            Some(Key::Generated) => Some("a generated key".to_string()),
            Some(Key::PerCall(expr)) => Some(format!("the key `{}`", shown(expr))),
        };
        match (self.declared, key) {
            (None, None) => None,
            (None, Some(key)) => Some(format!("Every attempt has {key}.")),
            (Some(_), Some(key)) => Some(format!("It has side effects, and every attempt has {key}.")),
            (Some(_), None) => Some("It has side effects, and is repeated only where nothing happened.".into()),
        }
    }
}
