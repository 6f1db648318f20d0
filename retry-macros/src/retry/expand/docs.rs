//! Prints the section "Retries" in the docs of the function.
//!
//! A function without docs gets none, because `missing_docs` must still report it, and because an impl inherits the docs
//! of its trait.

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::quote_spanned;
use retry_core::{Budget, TimedPolicy};

use crate::emit::tokens::here;
use crate::retry::class_limit::Most;
use crate::retry::class_list::{Class, ClassList};
use crate::retry::guards::{BudgetShape, BudgetSpec, ConcurrencySpec, Guards, HedgeDelay, HedgeSpec, MaxWait};
use crate::retry::literal_policy;
use crate::retry::model::{Attempts, Effects, Key, Model, PolicyBase, RejectedOk, TimeLimit};
use crate::syntax::function::Function;
use crate::syntax::literal::Value;
use crate::syntax::tokens::shown;

/// Prints the `#[doc]` attribute if the function has docs.
pub(crate) fn section(model: &Model, function: &Function) -> Option<TokenStream> {
    let has_docs = function.attributes.iter().any(|attribute| attribute.path().is_ident("doc"));
    has_docs.then(|| {
        let text = format!("\n\n# Retries\n\n{}", sentences(model));
        quote_spanned!(here()=> #[doc = #text])
    })
}

fn sentences(model: &Model) -> String {
    let known = literal_policy::policy(model).filter(|_| model.base.is_new());
    let mut bounds = vec![attempts(model, known.as_ref())];
    // Neither a custom backoff nor a class that is a constant has a figure before it runs.
    if let Some(policy) = known.filter(|_| model.retry_on.iter().all(is_known)) {
        let worst = if may_be_throttled(model) && !policy.has_limits() {
            policy.retry_on(retry_core::Classes::new().throttled()).worst_case()
        } else {
            policy.worst_case()
        };
        let more = "unless the server asks for more";
        bounds.extend(worst.delays().map(|delays| format!("at most {} of delays {more}", spaced(delays))));
        bounds.extend(worst.time().map(|time| format!("at most {} in all", spaced(time))));
    }
    for (limit, what) in
        [(&model.limits.deadline, "none after"), (&model.limits.attempt_timeout, "each interrupted after")]
    {
        bounds.extend(limit.as_ref().map(|given| format!("{what} {}", time_limit(&given.value))));
    }
    let mut sentences = vec![format!("{}.", capitalized(&bounds.join(", ")))];
    sentences.extend(in_line(model));
    if let PolicyBase::Const(expr) | PolicyBase::PerCall(expr) = &model.base {
        sentences.push(format!("The policy is `{}`.", shown(expr)));
    }
    let causes = causes(model);
    if !causes.is_empty() {
        sentences.push(format!("Retried on {}.", causes.join(", ")));
    }
    sentences.extend(guards(&model.guards));
    sentences.extend(effects(&model.effects));
    sentences.join(" ")
}

/// Describes how long a call may wait in line.
///
/// The text is cut by a deadline that is a literal.
///
/// Returns `None` if it does not wait, or if its budget is an expression.
fn in_line(model: &Model) -> Option<String> {
    match (model.guards.budget(), model.limits.max_attempts.as_ref().map(|given| &given.value)) {
        (_, Some(Attempts::Count(Value::Literal { value: 1, .. })))
        | (None | Some(BudgetSpec::Default), Some(Attempts::Unbounded))
        | (Some(BudgetSpec::None | BudgetSpec::Static(_) | BudgetSpec::PerCall(_)), _) => None,
        (None | Some(BudgetSpec::Default), _) => Some(in_line_of(model, &Budget::credit())),
        (Some(BudgetSpec::Inline(shape)), _) => match &**shape {
            BudgetShape::Credit { wait: None, .. } => Some(in_line_of(model, &Budget::credit())),
            BudgetShape::Credit { wait: Some(MaxWait::AtMost(longest)), .. } => Some(match longest {
                Value::Literal { value, .. } => in_line_of(model, &Budget::credit().wait(*value)),
                Value::Const(expr) => in_line_up_to(model, &format!("`{}`", shown(expr))),
            }),
            _ => None,
        },
    }
}

/// Describes the longest time in line for a budget that is known.
fn in_line_of(model: &Model, budget: &Budget) -> String {
    let policy = if has_limits(model) { literal_policy::limits_by_class(model) } else { Some(TimedPolicy::new()) };
    match policy {
        Some(policy) => in_line_sentence(&spaced(least(policy.worst_case_within(budget).in_line(), model))),
        None => {
            let longest = spaced(least(budget.max_wait().unwrap_or_default(), model));
            // A shorter wait than the default bounds that after each failure.
            let is_shorter = budget.max_wait() < Budget::credit().max_wait();
            if is_shorter { in_line_sentence(&longest) } else { in_line_up_to(model, &longest) }
        }
    }
}

/// Describes the longest time in line for a budget that waits for `longest`.
fn in_line_up_to(model: &Model, longest: &str) -> String {
    if has_limits(model) {
        return format!(
            "A call may also wait in line for its budget, as long as the limits of its classes allow, and up to {longest} after other failures."
        );
    }
    in_line_sentence(longest)
}

fn in_line_sentence(longest: &str) -> String {
    format!("A call may also wait up to {longest} in line for its budget while the service answers.")
}

fn has_limits(model: &Model) -> bool {
    model.retry_on.as_ref().is_some_and(|list| !list.limits.is_empty())
}

/// Returns the shorter one of a time and the deadline, if that is a literal.
fn least(time: Duration, model: &Model) -> Duration {
    let deadline = model.limits.deadline.as_ref().and_then(|given| given.value.constant()?.literal());
    deadline.map_or(time, |deadline| time.min(*deadline))
}

fn attempts(model: &Model, known: Option<&TimedPolicy>) -> String {
    if has_limits(model) && model.limits.max_attempts.is_none() && model.base.is_new() {
        return match known.and_then(|policy| policy.worst_case().attempts()) {
            Some(attempts) => format!("at most {attempts} attempts"),
            None => "as many attempts as the limits of its classes allow".into(),
        };
    }
    match model.limits.max_attempts.as_ref().map(|given| &given.value) {
        Some(Attempts::Count(Value::Literal { value, .. })) => format!("at most {value} attempts"),
        Some(Attempts::Count(Value::Const(expr))) => format!("at most `{}` attempts", shown(expr)),
        Some(Attempts::Unbounded) => "any number of attempts".into(),
        None if model.base.is_new() => "at most 3 attempts".into(),
        None => "as many attempts as the policy allows".into(),
    }
}

fn time_limit(limit: &TimeLimit) -> String {
    match limit {
        TimeLimit::Constant(Value::Literal { value, .. }) => spaced(*value),
        TimeLimit::Constant(Value::Const(expr)) | TimeLimit::PerCall(expr) => format!("`{}`", shown(expr)),
        TimeLimit::ByNumber(timeouts, _) => match timeouts.literal() {
            Some(timeouts) => format!("`{timeouts}` by its number"),
            None => "a time that depends on its number".into(),
        },
    }
}

/// Describes a limit: `up to 6 attempts`.
fn limited(most: &Most) -> String {
    match most {
        Most::Attempts(count) => format!("up to {} attempts", count.text()),
        Most::Time(Value::Literal { value, .. }) => format!("up to {} from the first", spaced(*value)),
        Most::Time(Value::Const(expr)) | Most::Const(expr) => format!("up to `{}`", shown(expr)),
    }
}

/// The causes of a retry, as they are written.
fn causes(model: &Model) -> Vec<String> {
    let classes = model.retry_on.iter().flat_map(|list| {
        list.classes.iter().enumerate().map(|(index, class)| match list.limit_of(index) {
            Some(limit) => format!("{class} {}", limited(&limit.most)),
            None => class.to_string(),
        })
    });
    classes.chain(causes_beside_classes(model)).collect()
}

/// The causes of a retry except the classes of `retry_on`, and the exceptions.
pub(crate) fn causes_beside_classes(model: &Model) -> Vec<String> {
    let mut causes: Vec<String> = model.retry_on.iter().flat_map(patterns).collect();
    if model.retry_if.is_some() {
        causes.push("errors that `retry_if` accepts".into());
    }
    if model.retry_ok.is_some() {
        let end = if model.fallback.as_ref().is_some_and(|fallback| fallback.hook().is_some()) {
            "goes to `fallback`"
        } else {
            "is returned"
        };
        causes.push(format!("an `Ok` that `retry_ok` rejects (the last one {end})"));
    }
    let except: Vec<_> = model.except.classes.iter().map(ToString::to_string).chain(patterns(&model.except)).collect();
    if !except.is_empty() {
        causes.push(format!("but not on {}", except.join(", ")));
    }
    causes
}

fn patterns(listed: &ClassList) -> impl Iterator<Item = String> + '_ {
    let none = listed.none.iter().map(|_| "`None`".to_string());
    let patterns = listed.patterns.iter().map(|(pattern, guard)| match guard {
        Some(guard) => format!("`{} if {}`", shown(pattern), shown(guard)),
        None => format!("`{}`", shown(pattern)),
    });
    none.chain(patterns)
}

fn is_known(listed: &ClassList) -> bool {
    listed.classes.iter().all(|class| match class {
        Class::Status { first, last, .. } => first.literal().is_some() && last.literal().is_some(),
        _ => true,
    })
}

/// Returns whether a retry may follow a failure that `Throttled` covers.
///
/// Such a retry has the longer backoff.
pub(crate) fn may_be_throttled(model: &Model) -> bool {
    let listed = |listed: &ClassList| listed.classes.iter().any(Class::includes_throttled);
    let asked = model.retry_if.is_some() || model.retry_on.iter().any(|list| !list.patterns.is_empty());
    let refused = match &model.retry_ok {
        Some(RejectedOk::Classes(classes)) => listed(classes),
        _ => false,
    };
    let by_class = model.retry_on.iter().any(listed) || asked && model.has_classes();
    let excepted =
        model.except.classes.iter().any(|class| matches!(class, Class::Named(name, _) if name == "Throttled"));
    refused || by_class && !excepted
}

/// Formats a duration with a space before its unit: `1.5 s`.
fn spaced(duration: Duration) -> String {
    let text = format!("{duration:?}");
    let unit = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    format!("{} {}", &text[..unit], &text[unit..])
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn guards(guards: &Guards) -> Vec<String> {
    let mut sentences = Vec::new();
    match guards.budget() {
        None | Some(BudgetSpec::Default) => {}
        Some(BudgetSpec::None) => sentences.push("Retries draw from no budget.".into()),
        Some(BudgetSpec::Static(expr) | BudgetSpec::PerCall(expr)) => {
            let budget = shown(expr);
            sentences.push(format!("Retries draw from the budget `{budget}`, and wait in its line if it has one."));
        }
        Some(BudgetSpec::Inline(shape)) => {
            sentences.push(format!("Retries draw from a budget of their own, {}.", budget_shape(shape)));
        }
    }
    if let Some(breaker) = &guards.breaker {
        sentences.push(format!("No attempt is made while the breaker `{}` is open.", shown(breaker.value.expr())));
    }
    if let Some(limit) = &guards.rate_limit {
        sentences.push(format!("The rate limit `{}` applies to attempts.", shown(limit.value.expr())));
    }
    if let Some(pace) = &guards.pace {
        let pace = shown(pace.value.expr());
        sentences.push(format!(
            "While the service throttles any caller of the pace `{pace}`, attempts wait, and then go in order."
        ));
    }
    match guards.concurrency() {
        None => {}
        Some(ConcurrencySpec::Shared(limit)) => {
            sentences.push(format!("The concurrency limit `{}` applies to attempts.", shown(limit.expr())));
        }
        Some(ConcurrencySpec::Inline { attempts, .. }) => {
            sentences.push(format!("At most {} attempts of all calls run at a time.", attempts.text()));
        }
    }
    if let Some(hedge) = &guards.hedge {
        sentences.push(hedged(&hedge.value));
    }
    if guards.retries_nested {
        sentences.push("Failures are retried even if an inner operation has given up.".into());
    }
    sentences
}

/// Describes what a hedge adds to the load.
fn hedged(hedge: &HedgeSpec) -> String {
    let slow = match &hedge.delay {
        HedgeDelay::After(Value::Literal { value, .. }) => format!("that takes longer than {}", spaced(*value)),
        HedgeDelay::After(Value::Const(expr)) => format!("that takes longer than `{}`", shown(expr)),
        HedgeDelay::Percentile { percent, .. } => format!("that is slower than {percent} % of calls"),
    };
    let share = hedge.at_most.as_ref().map_or_else(|| "0.1".into(), Value::text);
    format!(
        "A second attempt joins a first one {slow}: up to two attempts of a call run at once, in a share of at most {share} of calls."
    )
}

/// The shape as it is written.
fn budget_shape(shape: &BudgetShape) -> String {
    match shape {
        BudgetShape::Credit { rest, wait } => {
            let wait = wait.as_ref().map(|wait| match wait {
                MaxWait::None => "wait = none".into(),
                MaxWait::AtMost(longest) => format!("wait = {}", longest.text()),
            });
            let settings: Vec<_> = rest.as_ref().map(Value::text).into_iter().chain(wait).collect();
            format!("`credit({})`", settings.join(", "))
        }
        BudgetShape::Aws => "`credit(aws)`".into(),
        BudgetShape::Ratio { share, .. } => format!("a `ratio` of {}", share.text()),
        BudgetShape::InFlight { share, at_least } => format!("`in_flight({}, {})`", share.text(), at_least.text()),
    }
}

fn effects(effects: &Effects) -> Option<String> {
    let key = match effects.key.as_ref().map(|given| &given.value) {
        None => None,
        Some(Key::Generated) => Some("a generated key".to_string()),
        Some(Key::PerCall(expr)) => Some(format!("the key `{}`", shown(expr))),
    };
    match (effects.declared, key) {
        (None, None) => None,
        (None, Some(key)) => Some(format!("Every attempt has {key}.")),
        (Some(_), Some(key)) => Some(format!("It has side effects, and every attempt has {key}.")),
        (Some(_), None) => Some("It has side effects, and is retried only if none can have happened.".into()),
    }
}
