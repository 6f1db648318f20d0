//! Second stage: rules. Each reports what is wrong and what to write instead.

mod backoff;
mod budget;
mod callables;
mod class_arguments;
mod class_limits;
mod class_overlap;
mod classes;
mod client_feature;
mod concurrency;
mod constants;
mod effects;
mod guards;
mod hedge;
mod limit_overlap;
mod numbers;
mod outcome_rules;
mod read_once;
mod rejected_ok;
mod target;
mod timing;

use proc_macro2::Group;
use retry_core::validate;
use syn::Type;

use crate::diagnostics::{Diagnostics, with_written};
use crate::retry::draft::{Draft, DraftLimits, DraftRetryOk};
use crate::retry::model::{Attempts, Model, TimeLimit};
use crate::retry::parse::Options;
use crate::syntax::function::{Function, Scope, Shape};
use crate::syntax::literal::Value;

/// Makes a model of the options; `None` if anything is at fault.
pub(crate) fn model(options: Options, function: &Function, diagnostics: &mut Diagnostics) -> Option<Model> {
    let (shape, outcome) = target::target(function, diagnostics).unwrap_or_else(|| assumed_target(function));
    let scope = function.scope(&shape, &outcome);
    target::names(&options, function, &scope.arguments, diagnostics);
    outcome_rules::something_to_retry(&options, diagnostics);
    let draft = draft(options, &scope, diagnostics);
    option_groups(&draft, function, &shape, &outcome, diagnostics);
    diagnostics.is_empty().then(|| draft.into_model(shape, outcome))
}

/// Assumes a target to check the options if the function is at fault.
fn assumed_target(function: &Function) -> (Shape, Type) {
    (if function.is_async() { Shape::Async } else { Shape::Blocking }, syn::parse_quote!(Result<_, _>))
}

/// Reads the options, and checks each of them by itself.
pub(crate) fn draft(options: Options, scope: &Scope, diagnostics: &mut Diagnostics) -> Draft {
    callables::check(&options, scope, diagnostics);
    constants::constants(&options, scope, diagnostics);
    let mut draft = Draft::read(options, scope, diagnostics);
    limits(&mut draft.limits, diagnostics);
    guards::check(&draft.guards, scope, diagnostics);
    if let Some(list) = &mut draft.retry_on {
        classes::list(list, "retry_on", diagnostics);
    }
    classes::list(&mut draft.except, "except", diagnostics);
    if let Some(DraftRetryOk::Classes(list)) = &mut draft.retry_ok {
        classes::list(list, "retry_ok", diagnostics);
    }
    draft
}

fn limits(limits: &mut DraftLimits, diagnostics: &mut Diagnostics) {
    let deadline = |limit: &TimeLimit, diagnostics: &mut Diagnostics| {
        if let Some(length) = limit.constant() {
            backoff::duration(length, validate::some, diagnostics);
        }
    };
    limits.max_attempts.check(diagnostics, attempts);
    limits.backoff.check(diagnostics, backoff::backoff);
    limits.throttled_backoff.check(diagnostics, backoff::backoff);
    limits.jitter.check(diagnostics, backoff::jitter);
    limits
        .max_retry_after
        .check(diagnostics, |length, diagnostics| backoff::duration(length, validate::day, diagnostics));
    limits.deadline.check(diagnostics, deadline);
    limits.attempt_timeout.check(diagnostics, |limit, diagnostics| match limit {
        TimeLimit::Constant(length) => backoff::timeout(length, diagnostics),
        TimeLimit::ByNumber(timeouts, _) => backoff::timeouts(timeouts, diagnostics),
        TimeLimit::PerCall(_) => {}
    });
}

fn attempts(attempts: &Attempts, diagnostics: &mut Diagnostics) {
    let Attempts::Count(Value::Literal { value, text, span }) = attempts else { return };
    if let Err(broken) = validate::max_attempts(*value) {
        let number = if *value > 100 { format!(", not `{text}`") } else { String::new() };
        diagnostics.at_span(*span, with_written(broken.message(), &number));
    }
}

/// Checks the rules over several options.
fn option_groups(draft: &Draft, function: &Function, shape: &Shape, outcome: &Type, diagnostics: &mut Diagnostics) {
    let body = function.body.as_ref().map(Group::stream).unwrap_or_default();
    outcome_rules::option_or_result(draft, outcome, diagnostics);
    outcome_rules::stale(draft, outcome, diagnostics);
    client_feature::check(draft, outcome, diagnostics);
    class_arguments::check(draft, outcome, diagnostics);
    rejected_ok::hooks(draft, outcome, diagnostics);
    outcome_rules::response(draft, outcome, &body, diagnostics);
    blocking(draft, shape, diagnostics);
    runtime(draft, shape, diagnostics);
    outcome_rules::except(draft, diagnostics);
    outcome_rules::throttled(draft, diagnostics);
    guards::something_holds_pace(draft, diagnostics);
    effects::check(draft, diagnostics);
    read_once::check(draft, function, outcome, diagnostics);
    hedge::check(draft, function, shape, diagnostics);
    timing::check(draft, diagnostics);
}

/// Checks that a blocking function has no `attempt_timeout`.
fn blocking(draft: &Draft, shape: &Shape, diagnostics: &mut Diagnostics) {
    if let (Shape::Blocking, Some(timeout)) = (shape, draft.limits.attempt_timeout.given()) {
        let message = "`attempt_timeout` cannot interrupt a blocking function; set a timeout on the call that blocks (a socket, a client), write `deadline`, or make the function async";
        diagnostics.at_span(timeout.key, message);
    }
}

/// Checks that a blocking function names no runtime.
fn runtime(draft: &Draft, shape: &Shape, diagnostics: &mut Diagnostics) {
    if let (Shape::Blocking, Some(runtime)) = (shape, &draft.runtime) {
        let message = "`runtime` is for async functions, and a blocking function sleeps its thread; remove it, or make the function async";
        diagnostics.at_span(runtime.key, message);
    }
}
