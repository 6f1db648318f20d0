//! Rules for values that are the same for all calls.

use syn::Expr;

use crate::diagnostics::Diagnostics;
use crate::retry::class_list::RawList;
use crate::retry::parse::timeouts::is_by_number;
use crate::retry::parse::{Options, RawRetryOk};
use crate::syntax::function::Scope;
use crate::syntax::option::Given;
use crate::syntax::tokens::Names;

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
        ("attempt_timeout", &options.attempt_timeout),
    ];
    for (option, given) in limits {
        if let Some(given) = given.as_ref().filter(|given| option != "attempt_timeout" || is_by_number(&given.value)) {
            same_for_all_calls(option, &given.value, scope, diagnostics);
        }
    }
    let rejected = match &options.retry_ok {
        Some(Given { value: RawRetryOk::Classes(list), .. }) => Some(list),
        _ => None,
    };
    let [retry_on, except] = [&options.retry_on, &options.except].map(|given| given.as_ref().map(|given| &given.value));
    for (option, list) in [("retry_on", retry_on), ("except", except), ("retry_ok", rejected)] {
        for status in list.into_iter().flat_map(RawList::statuses) {
            same_for_all_calls(option, status, scope, diagnostics);
        }
        for limit in list.into_iter().flat_map(RawList::limits) {
            same_for_all_calls(option, limit, scope, diagnostics);
        }
    }
    for (option, given) in [("deadline", &options.deadline), ("attempt_timeout", &options.attempt_timeout)] {
        let is_read = |given: &&Given<Expr>| !given.value.names_any(&scope.arguments) && !is_by_number(&given.value);
        if let Some(given) = given.as_ref().filter(is_read) {
            same_for_all_instances_of_function(option, &given.value, &scope.generics, diagnostics);
        }
    }
}

/// Checks that a value is the same for all calls and all instances.
pub(crate) fn same_for_all_calls(option: &str, value: &impl Names, scope: &Scope, diagnostics: &mut Diagnostics) {
    let is_argument = |name: &str| name == "self" || scope.arguments.iter().any(|argument| argument == name);
    let is_generic = |name: &str| scope.generics.iter().any(|generic| generic == name);
    if value.first_name(&|name| is_argument(name) || is_generic(name)).is_none() {
        return;
    }
    if let Some(name) = value.first_name(&is_argument) {
        let instead = if option == "hedge" {
            "`hedge = p95`, which is learned".into()
        } else {
            let whole = whole(option);
            format!("`{whole} = ..` with a {whole} from an argument")
        };
        let message =
            format!("`{option}` is a constant, and `{name}` is known only at the call; write a constant, or {instead}");
        diagnostics.at(&name, message);
    } else {
        same_for_all_instances_of_function(option, value, &scope.generics, diagnostics);
    }
}

fn same_for_all_instances_of_function(
    option: &str,
    value: &impl Names,
    generics: &[String],
    diagnostics: &mut Diagnostics,
) {
    if let Some(name) = value.first_name(&|name| generics.iter().any(|generic| generic == name)) {
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
pub(crate) fn same_for_all_instances(option: &str, path: &Expr, scope: &Scope, diagnostics: &mut Diagnostics) {
    if let Some(name) = path.first_name(&|name| scope.generics.iter().any(|generic| generic == name)) {
        let message = format!(
            "`{option}` is one `static` for all instances of the function, and `{name}` differs between them; name the `static`, as in `{option} = SHOP`"
        );
        diagnostics.at(&name, message);
    }
}
