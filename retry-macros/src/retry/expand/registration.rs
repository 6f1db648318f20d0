//! Makes a function known to a review without running it: one line beside its operation, where the feature `review` is on.
//!
//! The operation holds the policy as constants; here is what it does not hold: what the attribute says in expressions, as
//! text, and what the body calls by name.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Ident, Literal, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};

use crate::emit::{Paths, here};
use crate::retry::effects::Key;
use crate::retry::expand::docs;
use crate::retry::expand::policy;
use crate::retry::parse::Given;
use crate::retry::validate::{Base, Limit, Model};
use crate::syntax::function::{Function, Shape};
use crate::syntax::literal::shown;

/// `__register!(OPERATION, Facts { .. });`, which is nothing where the runtime has no such feature: a build for the host and
/// one for the target may differ in that.
pub(crate) fn registered(
    model: &Model,
    function: &Function,
    body: &TokenStream,
    operation: &Ident,
    runtime: &TokenStream,
) -> TokenStream {
    let name = bare(&function.signature.ident);
    let mut fields = TokenStream::new();
    let mut set = |field: &str, value: TokenStream| {
        let field = Ident::new(field, here());
        fields.extend(quote_spanned!(here()=> #field: #value,));
    };
    for (field, is_so) in flags(model) {
        if is_so {
            set(field, quote_spanned!(here()=> true));
        }
    }
    for (field, text) in texts(model, body) {
        if !text.is_empty() {
            set(field, Literal::string(&text).into_token_stream());
        }
    }
    if let Some(limit) = &model.shared.limit {
        let path = &limit.value;
        set("rate", quote_spanned!(here()=> ::core::option::Option::Some(&#path)));
    }
    quote_spanned!(here()=>
        #runtime::__register!(#operation, #runtime::review::Facts {
            #fields ..#runtime::review::Facts::new(#name, ::core::module_path!(), ::core::file!(), ::core::line!())
        });
    )
}

fn flags(model: &Model) -> [(&'static str, bool); 3] {
    [
        ("is_async", !matches!(model.shape, Shape::Blocking)),
        ("has_side_effects", model.effects.declared.is_some()),
        ("may_be_throttled", docs::may_be_throttled(model)),
    ]
}

fn texts(model: &Model, body: &TokenStream) -> [(&'static str, String); 10] {
    let shared = &model.shared;
    let policy = match &model.base {
        // With the options beside it, which the operation does not hold either.
        Base::PerCall(expr) => {
            let setters = policy::setters(model, &Paths::short(None, TokenStream::new()));
            shown(&quote_spanned!(here()=> #expr #setters))
        }
        Base::New | Base::Const(_) => String::new(),
    };
    let key = model.effects.key.as_ref().map(|given| match &given.value {
        Key::Generated => "generate()".into(),
        Key::PerCall(expr) => shown(expr),
    });
    let path = |given: &Option<Given<syn::Expr>>| given.as_ref().map(|given| shown(&given.value)).unwrap_or_default();
    [
        ("policy", policy),
        ("causes", docs::beside_classes(model).join(", ")),
        ("deadline", per_call(model.limits.deadline.as_ref())),
        ("attempt_timeout", per_call(model.limits.attempt_timeout.as_ref())),
        ("cancel", path(&model.cancel)),
        ("budget", shared.budget_name()),
        ("breaker", path(&shared.breaker)),
        ("limit", path(&shared.limit)),
        ("key", key.unwrap_or_default()),
        ("calls", called(body.clone()).into_iter().collect::<Vec<_>>().join(" ")),
    ]
}

fn per_call(limit: Option<&Given<Limit>>) -> String {
    match limit.map(|given| &given.value) {
        Some(Limit::PerCall(expr)) => shown(expr),
        Some(Limit::Always(_)) | None => String::new(),
    }
}

/// The names of the functions and methods that the tokens call: a small name before parentheses.
fn called(tokens: TokenStream) -> BTreeSet<String> {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let mut names = BTreeSet::new();
    for (index, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else { continue };
        if group.delimiter() == Delimiter::Parenthesis {
            names.extend(callee(&tokens[..index]).map(bare));
        }
        names.extend(called(group.stream()));
    }
    names
}

/// The name at the end of what stands before parentheses, unless it is defined there.
fn callee(before: &[TokenTree]) -> Option<&Ident> {
    match without_generics(before) {
        [.., TokenTree::Ident(word), TokenTree::Ident(_)] if word == "fn" => None,
        [.., TokenTree::Ident(name)] => is_function(name).then_some(name),
        _ => None,
    }
}

/// Without the `::<u8>` at the end, if there is one.
fn without_generics(tokens: &[TokenTree]) -> &[TokenTree] {
    let sign = |index: usize| if let TokenTree::Punct(sign) = &tokens[index] { sign.as_char() } else { ' ' };
    let mut open = 0;
    for index in (0..tokens.len()).rev() {
        match sign(index) {
            '>' if index == 0 || sign(index - 1) != '-' => open += 1,
            '<' => open -= 1,
            _ => {}
        }
        if open == 0 {
            let is_call = index >= 2 && index + 1 < tokens.len() && [sign(index - 2), sign(index - 1)] == [':', ':'];
            return if is_call { &tokens[..index - 2] } else { tokens };
        }
    }
    tokens
}

fn is_function(ident: &Ident) -> bool {
    let text = ident.to_string();
    let is_word =
        ["fn", "if", "while", "match", "return", "in", "let", "await", "move", "else", "break"].contains(&&*text);
    !is_word && text.starts_with(|first: char| first.is_lowercase() || first == '_')
}

fn bare(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").unwrap_or(&text).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_names_before_parentheses() {
        let body = quote::quote! {
            let order = Order(self.quote(r#async(1)).await?);
            fn inner(x: u8) {}
            if (order.is_new()) { shop::pay::charge(&order)?; print!("{}", stock::<u8>(2)) }
            match (1, 2) { (a, b) => return (a, b) }
        };
        let names: Vec<_> = called(body).into_iter().collect();
        assert_eq!(names, ["async", "charge", "is_new", "quote", "stock"]);
    }

    #[test]
    fn a_call_may_name_its_types() {
        let body = quote::quote! {
            self.quote::<Vec<Option<u8>>>(1).await?;
            shop::stock::<fn(u8) -> Vec<u8>, { 3 }>(2);
            fn inner<T>(x: T) {}
            Vec::<u8>::new();
            let is_more = a < b && c > (d);
            Order::<u8>(7);
            x >> (1);
        };
        let names: Vec<_> = called(body).into_iter().collect();
        assert_eq!(names, ["new", "quote", "stock"]);
    }
}
