//! The rules over a function, and over several options: one function a rule.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use retry_core::validate;
use syn::Type;
use syn::spanned::Spanned;

use crate::diagnostics::{Diagnostics, with};
use crate::retry::class_list::{Class, Listed};
use crate::retry::effects;
use crate::retry::parse::{Given, Options, RetryOk};
use crate::retry::validate::class_overlap;
use crate::retry::validate::timing;
use crate::retry::validate::{Accepted, Base, Model};
use crate::syntax::function::{Function, Receiver, Shape};
use crate::syntax::literal::{Value, first_name, names_any, shown};
use crate::syntax::return_type;

/// The function can be retried: it has a body, it is no constant, and its outcome can fail.
pub(crate) fn target(function: &Function, diagnostics: &mut Diagnostics) -> Option<(Shape, Type)> {
    let signature = &function.signature;
    if let Some(second) = function.attributes.iter().find(|attribute| is_retry(attribute)) {
        diagnostics.at(second, "`#[retry]` is given twice, and retries would multiply; put all options into one");
        return None;
    }
    if let Some(constness) = &signature.constness {
        diagnostics.at(constness, "a `const fn` cannot wait; remove `const`");
        return None;
    }
    let Some(body) = &function.body else {
        diagnostics.at(
            signature,
            "a function without a body cannot be retried; put `#[retry]` on the methods that implement it",
        );
        return None;
    };
    let Some((shape, outcome)) = function.shape(body) else {
        diagnostics.here(
            signature.output.span(),
            "this function returns a future and does not end in the async block that is retried; write `async fn`, or end with `async move { .. }` or `Box::pin(async move { .. })`",
        );
        return None;
    };
    if return_type::is_none(&outcome) {
        let place = if outcome.to_token_stream().is_empty() || matches!(signature.output, syn::ReturnType::Default) {
            signature.ident.span()
        } else {
            outcome.span()
        };
        let words = format!(
            "a retry needs a function that can fail, and `{}` cannot; return a `Result`, or an `Option` with `retry_on = None`",
            shown(&outcome).replace(" <", "<").replace("< ", "<").replace(" >", ">")
        );
        diagnostics.here(place, words);
        return None;
    }
    if return_type::holds_mutable_borrow(&outcome) && function.borrows_mutably() {
        diagnostics.here(
            outcome.span(),
            "a `&mut` out of a `&mut` argument cannot be retried, since no loop can hand it out twice; return an index or a clone, or loop by hand",
        );
        return None;
    }
    Some((shape, outcome))
}

fn is_retry(attribute: &syn::Attribute) -> bool {
    let path = attribute.path();
    let last = path.segments.last().is_some_and(|last| last.ident == "retry");
    last && (path.segments.len() == 1 || path.segments.first().is_some_and(|first| first.ident == "retry_runtime"))
}

/// `clone` and `context` name what they must.
pub(crate) fn names(options: &Options, function: &mut Function, arguments: &[String], diagnostics: &mut Diagnostics) {
    let taken = |name: &Ident| arguments.iter().any(|argument| name == argument);
    if let Some(context) = options.context.as_ref().filter(|context| taken(&context.value)) {
        let words = format!(
            "`{}` is an argument already; give the context another name, such as `this_attempt`",
            context.value
        );
        diagnostics.at(&context.value, words);
    }
    for (index, name) in options.clone.iter().flat_map(|given| given.value.iter().enumerate()) {
        let earlier = options.clone.iter().flat_map(|given| &given.value[..index]);
        if earlier.into_iter().any(|other| other == name) {
            diagnostics.at(name, format!("`{name}` is listed twice; remove one"));
        } else if name == "self" {
            diagnostics.at(name, own_clone(function.receiver()));
        } else if function.argument(name).is_none() {
            let words = format!("`{name}` is no argument of this function; name an argument that the body consumes");
            diagnostics.at(name, words);
        }
    }
}

/// Why `self` is not cloned for each attempt, as no `let` can bind it anew, and what to write instead.
fn own_clone(receiver: Option<Receiver>) -> &'static str {
    match receiver {
        Some(Receiver::Value) => {
            "`self` cannot be bound anew; remove it here, and begin the body with `let this = self.clone();`"
        }
        Some(Receiver::Shared) => "`&self` is there at every attempt, and nothing consumes it; remove `self` here",
        Some(Receiver::Mutable) => {
            "`&mut self` is there at every attempt, with what the one before changed; remove `self` here, and begin the body with `let mut this = Self::clone(self);` to work on a copy"
        }
        None => "this function has no `self`; name an argument that the body consumes",
    }
}

/// The policy is constant data, the same for all calls and instances: none of its values names an argument, a generic
/// parameter or `Self`.
pub(crate) fn constants(options: &Options, arguments: &[String], generics: &[String], diagnostics: &mut Diagnostics) {
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
        Some(Given { value: RetryOk::Classes(list), .. }) => Some(("retry_ok", list)),
        _ => None,
    };
    let numbers =
        limits.into_iter().filter_map(|(option, given)| Some((option, given.as_ref()?.value.to_token_stream())));
    let statuses =
        statuses.chain(refused).flat_map(|(option, list)| list.statuses().map(move |tokens| (option, tokens)));
    for (option, tokens) in numbers.chain(statuses) {
        constant(option, tokens, arguments, generics, diagnostics);
    }
    let timed = [("deadline", &options.deadline), ("attempt_timeout", &options.attempt_timeout)];
    for (option, given) in timed.into_iter().filter_map(|(option, given)| Some((option, given.as_ref()?))) {
        let tokens = given.value.to_token_stream();
        if !names_any(tokens.clone(), arguments) {
            instances(option, tokens, generics, diagnostics);
        }
    }
}

/// A value names neither an argument nor what differs between instances.
pub(crate) fn constant(
    option: &str,
    tokens: TokenStream,
    arguments: &[String],
    generics: &[String],
    diagnostics: &mut Diagnostics,
) {
    let is_argument = |name: &str| name == "self" || arguments.iter().any(|argument| argument == name);
    let is_generic = |name: &str| generics.iter().any(|generic| generic == name);
    if first_name(tokens.clone(), &|name| is_argument(name) || is_generic(name)).is_none() {
        return;
    }
    if let Some(name) = first_name(tokens.clone(), &is_argument) {
        let whole = whole(option);
        let words = format!(
            "`{option}` is a constant, and `{name}` is known at the call; write a constant, or `{whole} = ..` with a {whole} that the call is given"
        );
        diagnostics.at(&name, words);
    } else {
        instances(option, tokens, generics, diagnostics);
    }
}

fn instances(option: &str, tokens: TokenStream, generics: &[String], diagnostics: &mut Diagnostics) {
    if let Some(name) = first_name(tokens, &|name| generics.iter().any(|generic| generic == name)) {
        let whole = whole(option);
        let words = format!(
            "`{option}` is the same for all instances, and `{name}` is not; name the type, as in `Client::LIMIT`, or write `{whole} = ..`"
        );
        diagnostics.at(&name, words);
    }
}

/// What a call may be given whole, where one value of it differs.
fn whole(option: &str) -> &str {
    if option == "budget" { option } else { "policy" }
}

/// The path of a `static` names nothing that differs between instances.
pub(crate) fn one_static(option: &str, path: &syn::Expr, generics: &[String], diagnostics: &mut Diagnostics) {
    if let Some(name) = first_name(path.to_token_stream(), &|name| generics.iter().any(|generic| generic == name)) {
        let words = format!(
            "`{option}` is one `static` for all instances, and `{name}` is not; name it, as in `{option} = SHOP`"
        );
        diagnostics.at(&name, words);
    }
}

/// Something says which outcomes are retried.
pub(crate) fn something_to_retry(options: &Options, diagnostics: &mut Diagnostics) {
    if let Some(list) = options.retry_on.as_ref().filter(|given| given.value.is_empty()) {
        diagnostics
            .here(list.key, "`retry_on` lists nothing, so that nothing is retried; write `retry_on = transient`");
    }
    if let Some(list) = options.except.as_ref().filter(|given| given.value.is_empty()) {
        diagnostics.here(list.key, "`except` lists nothing; list a class, or remove it");
    }
    if let Some(Given { key, value: RetryOk::Classes(list) }) = &options.retry_ok {
        if list.is_empty() {
            diagnostics.here(
                *key,
                "`retry_ok` lists nothing, so that no success is refused; write `retry_ok = Status(503)`, or remove it",
            );
        }
    }
    let given = options.retry_on.is_some() || options.retry_if.is_some() || options.retry_ok.is_some();
    if !given && options.policy.is_none() && !options.incomplete {
        diagnostics.here(
            Span::call_site(),
            "nothing says which failures are retried; write `retry_on = transient`, or `retry_on = (Timeout, Status(503))`",
        );
    }
}

pub(crate) fn attempts(count: &Value<u32>, diagnostics: &mut Diagnostics) {
    let Value::Known { value, text, span } = count else { return };
    if let Err(broken) = validate::max_attempts(*value) {
        let number = if *value > 100 { format!(", not `{text}`") } else { String::new() };
        diagnostics.here(*span, with(broken.message(), &number));
    }
}

/// The rules over several options.
pub(crate) fn model(model: &Model, body: TokenStream, diagnostics: &mut Diagnostics) {
    option_outcome(model, diagnostics);
    response(model, body, diagnostics);
    blocking(model, diagnostics);
    except(model, diagnostics);
    throttled(model, diagnostics);
    effects::check(model, diagnostics);
    timing::check(model, diagnostics);
}

/// An `Option` has one failure and no classes; a `Result` has no `None`.
fn option_outcome(model: &Model, diagnostics: &mut Diagnostics) {
    let lists = model.retry_on.iter().map(|given| &given.value).chain([&model.except]);
    for Listed { classes, none, .. } in lists {
        if let Some(class) = classes.first().filter(|_| model.is_option()) {
            diagnostics.here(
                class.span(),
                "an `Option` has no failure classes; write `retry_on = None`, or return a `Result`",
            );
        }
        if let Some(none) = none.filter(|_| return_type::is_named(&model.outcome, "Result")) {
            let words = "`None` is the failure of an `Option`, and this function returns a `Result`; list classes, or write `retry_ok = Option::is_none`";
            diagnostics.here(none, words);
        }
    }
    let patterns = model.retry_on.iter().flat_map(|given| &given.value.patterns).chain(&model.except.patterns);
    if let Some((pattern, _)) = patterns.into_iter().next().filter(|_| model.is_option()) {
        let words =
            "an `Option` has no error that a pattern could match; write `retry_on = None`, or `retry_ok = |value| ..`";
        diagnostics.at(pattern, words);
    }
    if model.is_option() && model.retry_on.is_none() && model.has_classes() {
        let words = "a policy has classes, and an `Option` has none; write `retry_on = None` beside it";
        diagnostics.here(model.class_span(), words);
    }
    if let Some(Accepted::UnlessClass(Listed { none, patterns, .. })) = &model.retry_ok {
        if let Some(place) = none.or_else(|| patterns.first().map(|(pattern, _)| pattern.span())) {
            diagnostics.here(
                place,
                "`retry_ok` lists classes alone; write `retry_ok = |value| matches!(value, ..)` for a pattern",
            );
        }
    }
}

/// A `Response` is an `Ok`, whatever its status, unless the body makes an error of it.
fn response(model: &Model, body: TokenStream, diagnostics: &mut Diagnostics) {
    let turned = [String::from("error_for_status"), String::from("error_for_status_ref")];
    let is_response = return_type::value(&model.outcome).is_some_and(|value| return_type::is_named(value, "Response"));
    if !is_response || model.retry_ok.is_some() || names_any(body, &turned) {
        return;
    }
    let classes = model.retry_on.iter().flat_map(|given| &given.value.classes);
    for class in classes {
        if let Class::Status { first, span, .. } = class {
            let status = first.known().copied().unwrap_or(503);
            let words = format!(
                "a `Response` with status {status} is an `Ok` here, so that `retry_on` never sees it; write `retry_ok = Status({status})`, or make it an error by `error_for_status()`"
            );
            diagnostics.here(*span, words);
        }
    }
}

/// Nothing can cut a blocking function.
fn blocking(model: &Model, diagnostics: &mut Diagnostics) {
    if let (Shape::Blocking, Some(timeout)) = (&model.shape, &model.limits.attempt_timeout) {
        diagnostics.here(
            timeout.key,
            "`attempt_timeout` cannot cut a blocking function; give the timeout to what blocks (a socket, a client), write `deadline`, or make the function async",
        );
    }
}

/// `except` takes something away, and nothing that is listed beside it.
fn except(model: &Model, diagnostics: &mut Diagnostics) {
    let listed = model.retry_on.as_ref().map(|given| &given.value);
    let is_hidden = |listed: &Listed| listed.is_incomplete || !listed.patterns.is_empty() || listed.none.is_some();
    let is_whole = listed.map_or(diagnostics.is_empty(), |listed| !is_hidden(listed));
    let is_all = is_whole && matches!(model.base, Base::New) && model.retry_if.is_none();
    class_overlap::except(listed.map_or(&[], |listed| &listed.classes), &model.except.classes, is_all, diagnostics);
}

/// `throttled_backoff` follows a failure that is retried.
fn throttled(model: &Model, diagnostics: &mut Diagnostics) {
    let Some(given) = &model.limits.throttled_backoff else { return };
    if !matches!(model.base, Base::New) || model.retry_if.is_some() || model.retry_ok.is_some() {
        return;
    }
    let Some(Listed { classes, patterns, is_incomplete: false, .. }) =
        model.retry_on.as_ref().map(|given| &given.value)
    else {
        return;
    };
    if patterns.is_empty() && class_overlap::throttled(classes) == Some(false) {
        let words = "`throttled_backoff` follows a failure that asks for fewer requests, and none is retried; list `Throttled`, or remove it";
        diagnostics.here(given.key, words);
    }
}
