//! Rules for what is retried.

use proc_macro2::{Span, TokenStream};
use syn::Type;
use syn::spanned::Spanned;

use crate::diagnostics::Diagnostics;
use crate::retry::class_list::{Class, ClassList};
use crate::retry::draft::{Draft, DraftList, DraftRetryOk};
use crate::retry::model::class_span;
use crate::retry::parse::{Options, RawRetryOk};
use crate::retry::validate::class_overlap;
use crate::syntax::option::Given;
use crate::syntax::return_type;
use crate::syntax::tokens::{Names, shown_type};

/// Checks that an option decides what is retried.
pub(crate) fn something_to_retry(options: &Options, diagnostics: &mut Diagnostics) {
    if let Some(list) = options.retry_on.as_ref().filter(|given| given.value.is_empty()) {
        let message = "`retry_on` lists nothing, so nothing is retried; write `retry_on = transient`";
        diagnostics.at_span(list.key, message);
    }
    if let Some(list) = options.except.as_ref().filter(|given| given.value.is_empty()) {
        diagnostics.at_span(list.key, "`except` lists nothing; list a class, or remove it");
    }
    if let Some(Given { key, value: RawRetryOk::Classes(list) }) = &options.retry_ok {
        if list.is_empty() {
            let message =
                "`retry_ok` lists nothing, so every `Ok` is a success; write `retry_ok = Status(503)`, or remove it";
            diagnostics.at_span(*key, message);
        }
    }
    let given = options.retry_on.is_some() || options.retry_if.is_some() || options.retry_ok.is_some();
    if !given && options.policy.is_none() && !options.is_incomplete {
        let message = "no option says which failures are retried; write `retry_on = transient`, or `retry_on = (Timeout, Status(503))`";
        diagnostics.at_span(Span::call_site(), message);
    }
}

/// Checks that a function with `stale` returns a `Cached`.
///
/// The name is checked, because the compiler would report the type twice on an async function. Of an alias without its value
/// nothing is known here.
pub(crate) fn stale(draft: &Draft, outcome: &Type, diagnostics: &mut Diagnostics) {
    let is_stale = draft.fallback.as_ref().is_some_and(|fallback| fallback.stale().is_some());
    let value = return_type::success(outcome).filter(|value| is_stale && !return_type::is_named(value, "Cached"));
    if let Some(value) = value {
        let message = format!(
            "`stale` returns a value with its age; write `Cached<{}>`, which is `retry_runtime::stale::Cached`, and `.into()` in the body",
            shown_type(value)
        );
        diagnostics.at(value, message);
    }
}

/// Checks that an `Option` has no classes, and that a `Result` has no `None`.
pub(crate) fn option_or_result(draft: &Draft, outcome: &Type, diagnostics: &mut Diagnostics) {
    let is_option = return_type::is_option(outcome);
    let lists = || draft.retry_on.iter().chain([&draft.except]).map(|draft| &draft.list);
    for ClassList { classes, none, .. } in lists() {
        if let Some(class) = classes.first().filter(|_| is_option) {
            let message = "an `Option` has no failure classes; write `retry_on = None`, or return a `Result`";
            diagnostics.at_span(class.span(), message);
        }
        if let Some(none) = none.filter(|_| return_type::is_named(outcome, "Result")) {
            let message = "`None` is the failure of an `Option`, and this function returns a `Result`; list classes, or write `retry_ok = Option::is_none`";
            diagnostics.at_span(none, message);
        }
    }
    if let Some((pattern, _)) = lists().flat_map(|list| &list.patterns).next().filter(|_| is_option) {
        let message =
            "an `Option` has no error that a pattern could match; write `retry_on = None`, or `retry_ok = |value| ..`";
        diagnostics.at(pattern, message);
    }
    if is_option && draft.retry_on.is_none() && !draft.base.is_new() {
        let message = "a policy has classes, and an `Option` has none; write `retry_on = None` beside it";
        diagnostics.at_span(class_span(None, &draft.base), message);
    }
    if let Some(DraftRetryOk::Classes(DraftList { list, .. })) = &draft.retry_ok {
        if let Some(place) = list.none.or_else(|| list.patterns.first().map(|(pattern, _)| pattern.span())) {
            let message = "`retry_ok` lists classes only; write `retry_ok = |value| matches!(value, ..)` for a pattern";
            diagnostics.at_span(place, message);
        }
    }
}

/// Checks that `retry_on` does not list a status of a `Response`.
///
/// A response is an `Ok`, unless the body makes an error of it.
pub(crate) fn response(draft: &Draft, outcome: &Type, body: &TokenStream, diagnostics: &mut Diagnostics) {
    let makes_error = [String::from("error_for_status"), String::from("error_for_status_ref")];
    let is_response = return_type::success(outcome).is_some_and(|value| return_type::is_named(value, "Response"));
    if !is_response || draft.retry_ok.is_some() || body.names_any(&makes_error) {
        return;
    }
    for class in draft.retry_on.iter().flat_map(|draft| &draft.list.classes) {
        if let Class::Status { first, span, .. } = class {
            let status = first.literal().copied().unwrap_or(503);
            let message = format!(
                "a `Response` with status {status} is an `Ok` here, so `retry_on` never applies to it; write `retry_ok = Status({status})`, or make it an error with `retry_runtime::http::check(response).await?`"
            );
            diagnostics.at_span(*span, message);
        }
    }
}

/// Checks that `except` removes something, and nothing that is listed beside it.
pub(crate) fn except(draft: &Draft, diagnostics: &mut Diagnostics) {
    let is_whole =
        draft.retry_on.as_ref().map_or(diagnostics.is_empty(), |list| list.is_complete && !list.list.has_patterns());
    let is_all = is_whole && draft.base.is_new() && draft.retry_if.is_none();
    let retry_on = draft.retry_on.as_ref().map_or(&[][..], |draft| &draft.list.classes);
    class_overlap::except(retry_on, &draft.except.list.classes, is_all, diagnostics);
}

/// Checks that `throttled_backoff` applies to a failure that is retried.
pub(crate) fn throttled(draft: &Draft, diagnostics: &mut Diagnostics) {
    let Some(given) = draft.limits.throttled_backoff.given() else { return };
    if !draft.base.is_new() || draft.retry_if.is_some() || draft.retry_ok.is_some() {
        return;
    }
    let Some(DraftList { list, is_complete: true }) = &draft.retry_on else { return };
    if list.patterns.is_empty() && class_overlap::throttled(&list.classes) == Some(false) {
        let message = "`throttled_backoff` follows a failure that asks for fewer requests, and no such failure is retried; list `Throttled`, or remove it";
        diagnostics.at_span(given.key, message);
    }
}
