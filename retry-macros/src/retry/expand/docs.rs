//! The section 'Retries' in the docs of a function that has docs: the policy in words.
//!
//! A function without docs gets none, so that `missing_docs` still sees it, and a trait's docs still reach its impls.

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};

use crate::emit::here;
use crate::retry::class_list::{Class, Listed};
use crate::retry::literal_policy;
use crate::retry::validate::{Accepted, Attempts, Base, Limit, Model};
use crate::syntax::function::Function;
use crate::syntax::literal::{Value, shown};

/// The `#[doc]` attribute, if the function has docs.
pub(crate) fn section(model: &Model, function: &Function) -> Option<TokenStream> {
    let has_docs = function.attributes.iter().any(|attribute| attribute.path().is_ident("doc"));
    has_docs.then(|| {
        let text = format!("\n\n# Retries\n\n{}", words(model));
        quote_spanned!(here()=> #[doc = #text])
    })
}

fn words(model: &Model) -> String {
    let mut bounds = vec![attempts(model)];
    let known = literal_policy::policy(&model.limits).filter(|_| matches!(model.base, Base::New));
    // A backoff of the user's own has no figure before it runs, nor has a class that is a constant.
    if let Some(policy) = known.filter(|_| model.retry_on.iter().all(|given| is_known(&given.value))) {
        let worst = if may_be_throttled(model) {
            policy.retry_on(retry_core::Classes::new().throttled()).worst_case()
        } else {
            policy.worst_case()
        };
        let more = "unless the server asks for more";
        bounds.extend(worst.delays().map(|waiting| format!("at most {} of waiting {more}", spaced(waiting))));
        bounds.extend(worst.time().map(|time| format!("at most {} in all", spaced(time))));
    }
    for (limit, what) in [(&model.limits.deadline, "none after"), (&model.limits.attempt_timeout, "each cut after")] {
        bounds.extend(limit.as_ref().map(|given| format!("{what} {}", limit_words(&given.value))));
    }
    let mut sentences = vec![format!("{}.", capitalized(&bounds.join(", ")))];
    if let Base::Const(expr) | Base::PerCall(expr) = &model.base {
        sentences.push(format!("By the policy `{}`.", shown(expr)));
    }
    let causes = causes(model);
    if !causes.is_empty() {
        sentences.push(format!("Retried on {}.", causes.join(", ")));
    }
    sentences.extend(model.shared.words());
    sentences.extend(model.effects.words());
    sentences.join(" ")
}

fn attempts(model: &Model) -> String {
    match model.limits.max_attempts.as_ref().map(|given| &given.value) {
        Some(Attempts::Count(Value::Known { value, .. })) => format!("at most {value} attempts"),
        Some(Attempts::Count(Value::Const(expr))) => format!("at most `{}` attempts", shown(expr)),
        Some(Attempts::Unbounded) => "any number of attempts".into(),
        None if matches!(model.base, Base::New) => "at most 3 attempts".into(),
        None => "as many attempts as the policy allows".into(),
    }
}

fn limit_words(limit: &Limit) -> String {
    match limit {
        Limit::Always(Value::Known { value, .. }) => spaced(*value),
        Limit::Always(Value::Const(expr)) | Limit::PerCall(expr) => format!("`{}`", shown(expr)),
    }
}

/// What is retried, as it was written.
fn causes(model: &Model) -> Vec<String> {
    let classes = model.retry_on.iter().flat_map(|given| given.value.classes.iter().map(class));
    classes.chain(beside_classes(model)).collect()
}

/// What is retried, and what is not, beside the classes of `retry_on`.
pub(crate) fn beside_classes(model: &Model) -> Vec<String> {
    let mut causes: Vec<String> = model.retry_on.iter().flat_map(|given| patterns(&given.value)).collect();
    if model.retry_if.is_some() {
        causes.push("what `retry_if` says".into());
    }
    if model.retry_ok.is_some() {
        causes.push("a success that `retry_ok` refuses".into());
    }
    let except: Vec<_> = model.except.classes.iter().map(class).chain(patterns(&model.except)).collect();
    if !except.is_empty() {
        causes.push(format!("but not on {}", except.join(", ")));
    }
    causes
}

fn patterns(listed: &Listed) -> impl Iterator<Item = String> + '_ {
    let none = listed.none.iter().map(|_| "`None`".to_string());
    let patterns = listed.patterns.iter().map(|(pattern, guard)| match guard {
        Some(guard) => format!("`{} if {}`", shown(pattern), shown(guard)),
        None => format!("`{}`", shown(pattern)),
    });
    none.chain(patterns)
}

/// A class as it is written, in backticks.
pub(crate) fn class(class: &Class) -> String {
    match class {
        Class::Transient(_) => "`transient`".into(),
        Class::Named(name, _) => format!("`{name}`"),
        Class::Status { first, last, .. } => match (status(first), status(last)) {
            (first, last) if first == last => format!("`Status({first})`"),
            (first, last) => format!("`Status({first}..={last})`"),
        },
    }
}

fn status(value: &Value<u16>) -> String {
    match value {
        Value::Known { value, .. } => value.to_string(),
        Value::Const(expr) => shown(&expr.to_token_stream()),
    }
}

fn is_known(listed: &Listed) -> bool {
    listed.classes.iter().all(|class| match class {
        Class::Status { first, last, .. } => first.known().is_some() && last.known().is_some(),
        _ => true,
    })
}

/// Whether a retry may follow a failure that `Throttled` covers, which has the longer backoff.
pub(crate) fn may_be_throttled(model: &Model) -> bool {
    let listed = |listed: &Listed| listed.classes.iter().any(throttles);
    let asked = model.retry_if.is_some() || model.retry_on.iter().any(|given| !given.value.patterns.is_empty());
    let refused = match &model.retry_ok {
        Some(Accepted::UnlessClass(classes)) => listed(classes),
        _ => false,
    };
    let by_class = model.retry_on.iter().any(|given| listed(&given.value)) || asked && model.has_classes();
    let excepted =
        model.except.classes.iter().any(|class| matches!(class, Class::Named(name, _) if name == "Throttled"));
    refused || by_class && !excepted
}

fn throttles(class: &Class) -> bool {
    match class {
        Class::Transient(_) => true,
        Class::Named(name, _) => name == "Throttled",
        Class::Status { first, last, .. } => first.known() <= Some(&429) && Some(&429) <= last.known(),
    }
}

/// `1.5 s`, as people write it.
fn spaced(duration: Duration) -> String {
    let text = format!("{duration:?}");
    let unit = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    format!("{} {}", &text[..unit], &text[unit..])
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
