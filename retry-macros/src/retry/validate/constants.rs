//! Rules for values that are the same for all calls.

use proc_macro2::TokenStream;
use quote::ToTokens;

use crate::diagnostics::Diagnostics;
use crate::retry::parse::{Options, RawRetryOk};
use crate::syntax::function::Scope;
use crate::syntax::option::Given;
use crate::syntax::tokens::{first_name, names_any};

/// Checks that the values of the policy are the same for all calls.
///
/// None of them names an argument, a generic parameter or `Self`.
pub(crate) fn constants(options: &Options, scope: &Scope, diagnostics: &mut Diagnostics) {
    let limits = [
        ("max_attempts", &options.max_attempts),
        ("backoff", &options.backoff),
        ("throttled_backoff", &options.throttled_backoff),
        ("jitter", &options.jitter),
        ("max_retry_after", &options.max_retry_after),
    ];
    let lists = [("retry_on", &options.retry_on), ("except", &options.except)];
    let statuses = lists.into_iter().filter_map(|(option, given)| Some((option, &given.as_ref()?.value)));
    let refused = match &options.retry_ok {
        Some(Given { value: RawRetryOk::Classes(list), .. }) => Some(("retry_ok", list)),
        _ => None,
    };
    let numbers =
        limits.into_iter().filter_map(|(option, given)| Some((option, given.as_ref()?.value.to_token_stream())));
    let statuses =
        statuses.chain(refused).flat_map(|(option, list)| list.statuses().map(move |tokens| (option, tokens)));
    for (option, tokens) in numbers.chain(statuses) {
        same_for_all_calls(option, tokens, scope, diagnostics);
    }
    let timed = [("deadline", &options.deadline), ("attempt_timeout", &options.attempt_timeout)];
    for (option, given) in timed.into_iter().filter_map(|(option, given)| Some((option, given.as_ref()?))) {
        let tokens = given.value.to_token_stream();
        if !names_any(tokens.clone(), &scope.arguments) {
            instances(option, tokens, &scope.generics, diagnostics);
        }
    }
}

/// Checks that a value is the same for all calls and all instances.
pub(crate) fn same_for_all_calls(option: &str, tokens: TokenStream, scope: &Scope, diagnostics: &mut Diagnostics) {
    let is_argument = |name: &str| name == "self" || scope.arguments.iter().any(|argument| argument == name);
    let is_generic = |name: &str| scope.generics.iter().any(|generic| generic == name);
    if first_name(tokens.clone(), &|name| is_argument(name) || is_generic(name)).is_none() {
        return;
    }
    if let Some(name) = first_name(tokens.clone(), &is_argument) {
        let whole = whole(option);
        let message = format!(
            "`{option}` is a constant, and `{name}` is known only at the call; write a constant, or `{whole} = ..` with a {whole} from an argument"
        );
        diagnostics.at(&name, message);
    } else {
        instances(option, tokens, &scope.generics, diagnostics);
    }
}

fn instances(option: &str, tokens: TokenStream, generics: &[String], diagnostics: &mut Diagnostics) {
    if let Some(name) = first_name(tokens, &|name| generics.iter().any(|generic| generic == name)) {
        let whole = whole(option);
        let message = format!(
            "`{option}` is the same for all instances of the function, and `{name}` is not; name the type, as in `Client::LIMIT`, or write `{whole} = ..`"
        );
        diagnostics.at(&name, message);
    }
}

/// The option that can differ between calls.
fn whole(option: &str) -> &str {
    if option == "budget" { option } else { "policy" }
}

/// Checks that the path of a `static` is the same for all instances.
pub(crate) fn same_for_all_instances(option: &str, path: &syn::Expr, scope: &Scope, diagnostics: &mut Diagnostics) {
    if let Some(name) = first_name(path.to_token_stream(), &|name| scope.generics.iter().any(|generic| generic == name))
    {
        let message = format!(
            "`{option}` is one `static` for all instances of the function, and `{name}` differs between them; name the `static`, as in `{option} = SHOP`"
        );
        diagnostics.at(&name, message);
    }
}
