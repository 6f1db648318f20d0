//! Registration of a function, for the policy review and for settings.
//!
//! It does not run the function.
//!
//! The operation holds the policy as constants. The registration adds the parts of the attribute that are expressions, as
//! text, and the names of the functions that the body calls.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Ident, Literal, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};

use crate::emit::Emitter;
use crate::emit::tokens::{Tokens, here};
use crate::retry::expand::{docs, policy};
use crate::retry::guards::{BudgetSpec, Guards};
use crate::retry::model::{Key, Model, PolicyBase, TimeLimit};
use crate::retry::registration::Registration;
use crate::retry::shared_spec::{SharedSpec, refers_to_item};
use crate::syntax::function::{Function, unraw};
use crate::syntax::option::Given;
use crate::syntax::read_once;
use crate::syntax::tokens::shown;

/// Prints the statement.
///
/// The macro is empty if the runtime lacks the features `review` and `settings`: a build for the host and one for the target may differ
/// in their features.
///
/// ```text
/// __register!(OPERATION, Facts { is_async: true, budget: "PAYMENTS", ..Facts::new("quote", module_path!(), ..) });
/// ```
pub(super) fn statement(
    model: &Model,
    function: &Function,
    body: &TokenStream,
    operation: &Ident,
    registration: Registration,
    emitter: &mut Emitter,
) -> TokenStream {
    let (name, runtime) = (function.name(), emitter.runtime().clone());
    let mut fields = TokenStream::new();
    let mut set = |field: &str, value: TokenStream| {
        let field = Ident::new(field, here());
        fields.extend(quote_spanned!(here()=> #field: #value,));
    };
    for (field, is_set) in flags(model) {
        if is_set {
            set(field, quote_spanned!(here()=> true));
        }
    }
    // Settings need what an operation shares, and what each call brings; the rest is for the review alone.
    let texts = texts_of_settings(model);
    let more = registration.is_reviewed.then(|| texts_of_review(model, function, body));
    for (field, text) in texts.into_iter().chain(more.into_iter().flatten()) {
        if !text.is_empty() {
            set(field, Literal::string(&text).into_token_stream());
        }
    }
    if let Some(policy) = known_policy(model, emitter) {
        set("known_policy", quote_spanned!(here()=> ::core::option::Option::Some(|| #policy)));
    }
    if let Some(path) = model.guards.rate_limit.as_ref().and_then(|limit| limit.value.named()) {
        set("rate", quote_spanned!(here()=> ::core::option::Option::Some(&#path)));
    }
    quote_spanned!(here()=>
        #runtime::__register!(#operation, #runtime::__registry::Facts {
            #fields ..#runtime::__registry::Facts::new(#name, ::core::module_path!(), ::core::file!(), ::core::line!())
        });
    )
}

fn flags(model: &Model) -> [(&'static str, bool); 4] {
    [
        ("is_async", model.is_async()),
        ("is_interruptible", model.interruption().is_some()),
        ("has_side_effects", model.effects.declared.is_some()),
        ("may_be_throttled", docs::may_be_throttled(model)),
    ]
}

fn texts_of_settings(model: &Model) -> [(&'static str, String); 7] {
    let guards = &model.guards;
    let cancel = model.cancel.as_ref().map(|given| shown(&given.value)).unwrap_or_default();
    let shared =
        |given: &Option<Given<SharedSpec>>| given.as_ref().map(|given| shown(given.value.expr())).unwrap_or_default();
    [
        ("policy", policy_per_call(model)),
        ("deadline", per_call(model.limits.deadline.as_ref())),
        ("attempt_timeout", per_call(model.limits.attempt_timeout.as_ref())),
        ("cancel", cancel),
        ("budget", budget(guards)),
        ("breaker", shared(&guards.breaker)),
        ("limit", shared(&guards.rate_limit)),
    ]
}

fn texts_of_review(model: &Model, function: &Function, body: &TokenStream) -> [(&'static str, String); 5] {
    let key = model.effects.key.as_ref().map(|given| match &given.value {
        Key::Generated => "generate()".into(),
        Key::PerCall(expr) => shown(expr),
    });
    [
        ("causes", docs::causes_beside_classes(model).join(", ")),
        ("key", key.unwrap_or_default()),
        ("hedge", model.guards.hedge.as_ref().map(|given| given.value.text()).unwrap_or_default()),
        ("reads_once", reads_once(model, function)),
        ("calls", called(body.clone()).into_iter().collect::<Vec<_>>().join(" ")),
    ]
}

/// Formats a policy that is evaluated per call, with its options.
///
/// The operation holds neither.
fn policy_per_call(model: &Model) -> String {
    let PolicyBase::PerCall(expr) = &model.base else { return String::new() };
    let text = policy::setters(expr.to_token_stream().into(), model, &mut Emitter::for_text());
    shown(&text)
}

/// Prints what the review may know of a policy per call.
///
/// ```text
/// policy = &GENTLE, max_attempts = 5   ->  KnownPolicy::new(&GENTLE).map(|policy| policy.max_attempts(5))
/// ```
fn known_policy(model: &Model, emitter: &mut Emitter) -> Option<TokenStream> {
    let PolicyBase::PerCall(expr) = &model.base else { return None };
    if !refers_to_item(expr) {
        return None;
    }
    let policy = Ident::new("policy", here());
    let changed = policy::setters(Tokens::default().ident(&policy), model, emitter);
    let changed = emitter.with_constants(changed.into());
    let runtime = emitter.runtime();
    Some(quote_spanned!(here()=> #runtime::__registry::KnownPolicy::new(&#expr).map(|#policy| #changed)))
}

fn per_call(limit: Option<&Given<TimeLimit>>) -> String {
    limit.and_then(|given| given.value.per_call()).map(shown).unwrap_or_default()
}

/// The arguments and the result whose names suggest that they can be read once.
fn reads_once(model: &Model, function: &Function) -> String {
    if model.allows_read_once {
        return String::new();
    }
    read_once::by_name(function, &model.outcome, &model.clone).join("`, `")
}

/// The budget as the attribute names it; `none` if there is none.
fn budget(guards: &Guards) -> String {
    match guards.budget() {
        Some(BudgetSpec::Static(expr) | BudgetSpec::PerCall(expr)) => shown(expr),
        Some(BudgetSpec::None) => "none".into(),
        Some(BudgetSpec::Default | BudgetSpec::Inline(_)) | None => String::new(),
    }
}

/// Returns the names of the functions and methods that the tokens call.
///
/// A call is a name in lower case before parentheses.
fn called(tokens: TokenStream) -> BTreeSet<String> {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let mut names = BTreeSet::new();
    for (index, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else { continue };
        if group.delimiter() == Delimiter::Parenthesis {
            names.extend(callee(&tokens[..index]).map(unraw));
        }
        names.extend(called(group.stream()));
    }
    names
}

/// Returns the name right before the parentheses, unless it is a definition.
fn callee(before: &[TokenTree]) -> Option<&Ident> {
    match without_generics(before) {
        [.., TokenTree::Ident(word), TokenTree::Ident(_)] if word == "fn" => None,
        [.., TokenTree::Ident(name)] => is_function(name).then_some(name),
        _ => None,
    }
}

/// Strips a turbofish, `::<u8>`, from the end.
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
