//! Prints the policy as constants, and a `const` item for each value that only the compiler can check.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;

use crate::emit::{Checked, Paths, at, here, push_call};
use crate::retry::class_list::Class;
use crate::retry::parse::backoff::{Length, Schedule, Spread};
use crate::retry::validate::{Attempts, Base, Limit, Model};
use crate::syntax::literal::{Value, shown};

/// The builder calls of the options that are written: `.max_attempts(3).backoff(..)`.
pub(crate) fn setters(model: &Model, paths: &Paths) -> TokenStream {
    let limits = &model.limits;
    let mut chain = TokenStream::new();
    let mut add = |setter: &str, argument: TokenStream| push_call(&mut chain, setter, argument);
    if let Some(listed) = &model.retry_on {
        add("retry_on", classes(&listed.value.classes, "retried", paths));
    }
    if !model.except.classes.is_empty() {
        add("except", classes(&model.except.classes, "status", paths));
    }
    match limits.max_attempts.as_ref().map(|given| &given.value) {
        Some(Attempts::Count(count)) => add("max_attempts", attempts(count, paths)),
        Some(Attempts::Unbounded) => add("unbounded", TokenStream::new()),
        None => {}
    }
    if let Some(given) = &limits.backoff {
        add("backoff", backoff(&given.value, BACKOFF, paths));
    }
    if let Some(given) = &limits.jitter {
        add("jitter", jitter(&given.value, paths));
    }
    if let Some(given) = &limits.throttled_backoff {
        add("throttled_backoff", backoff(&given.value, THROTTLED_BACKOFF, paths));
    }
    if let Some(given) = &limits.max_retry_after {
        add("max_retry_after", length(&given.value, "MAX_RETRY_AFTER", "duration", paths));
    }
    if let Some(deadline) = limits.deadline.as_ref().and_then(|given| given.value.always()) {
        add("deadline", length(deadline, "DEADLINE", "some_duration", paths));
    }
    if let Some(timeout) = limits.attempt_timeout.as_ref().and_then(|given| given.value.always()) {
        add("attempt_timeout", length(timeout, "ATTEMPT_TIMEOUT", "some_duration", paths));
    }
    if model.shared.retries_nested {
        add("retry_nested", TokenStream::new());
    }
    chain
}

/// A set of classes, with a note to be read; `rule` is `retried` in `retry_on`, where no status may be permanent.
pub(crate) fn classes(listed: &[Class], rule: &str, paths: &Paths) -> TokenStream {
    let new = paths.item("Classes");
    let mut set = quote_spanned!(here()=> #new::new());
    for class in listed {
        match class {
            Class::Transient(_) => push_call(&mut set, "transient", nothing()),
            Class::Named(name, _) => push_call(&mut set, &name.to_lowercase(), nothing()),
            Class::Status { first, last, .. } => {
                let (first, last) = statuses(first, last, rule == "retried", paths);
                if first.to_string() == last.to_string() {
                    push_call(&mut set, "status", first);
                } else {
                    push_call(&mut set, "statuses", quote_spanned!(here()=> #first..=#last));
                }
            }
        }
    }
    set
}

fn statuses(first: &Value<u16>, last: &Value<u16>, retried: bool, paths: &Paths) -> (TokenStream, TokenStream) {
    let (first_rule, last_rule) =
        if retried { ("first_retried", "last_retried") } else { ("first_status", "last_status") };
    let of = |name, rule| Checked { name, kind: "u16", rule };
    match (first, last) {
        (Value::Known { value: first, .. }, Value::Known { value: last, .. }) => (whole(*first), whole(*last)),
        (Value::Const(first), Value::Known { value: last, .. }) => {
            let last = whole(*last);
            (paths.constant(of("FIRST", first_rule), first, [nothing(), quote_spanned!(here()=> , #last)]), last)
        }
        (Value::Const(one), Value::Const(same)) if shown(one) == shown(same) => {
            let status =
                paths.constant(of("STATUS", if retried { "retried" } else { "status" }), one, two_of_nothing());
            (status.clone(), status)
        }
        (first, Value::Const(last)) => {
            let first = match first {
                Value::Known { value, .. } => whole(*value),
                Value::Const(expr) => paths.constant(of("FIRST", "any_status"), expr, two_of_nothing()),
            };
            let last = paths.constant(of("LAST", last_rule), last, [quote_spanned!(here()=> #first,), nothing()]);
            (first, last)
        }
    }
}

fn nothing() -> TokenStream {
    TokenStream::new()
}

fn two_of_nothing() -> [TokenStream; 2] {
    [nothing(), nothing()]
}

fn whole(value: impl Into<u64>) -> TokenStream {
    proc_macro2::Literal::u64_unsuffixed(value.into()).into_token_stream()
}

fn attempts(value: &Value<u32>, paths: &Paths) -> TokenStream {
    let checked = Checked { name: "MAX_ATTEMPTS", kind: "u32", rule: "max_attempts" };
    match value {
        Value::Known { value, .. } => whole(*value),
        Value::Const(expr) => paths.constant(checked, expr, two_of_nothing()),
    }
}

pub(crate) fn fraction(value: &Value<f64>, name: &'static str, rule: &'static str, paths: &Paths) -> TokenStream {
    match value {
        Value::Known { value, .. } => proc_macro2::Literal::f64_unsuffixed(*value).into_token_stream(),
        Value::Const(expr) => paths.constant(Checked { name, kind: "f64", rule }, expr, two_of_nothing()),
    }
}

pub(crate) fn length(value: &Length, name: &'static str, rule: &'static str, paths: &Paths) -> TokenStream {
    match value {
        Value::Known { value, .. } => paths.duration(*value),
        Value::Const(expr) => paths.constant(Checked { name, kind: "Duration", rule }, expr, two_of_nothing()),
    }
}

/// What a backoff's constants are called.
struct Names {
    base: &'static str,
    step: &'static str,
    cap: &'static str,
    factor: &'static str,
}

const BACKOFF: &Names = &Names { base: "BASE", step: "STEP", cap: "CAP", factor: "FACTOR" };
const THROTTLED_BACKOFF: &Names =
    &Names { base: "THROTTLED_BASE", step: "THROTTLED_STEP", cap: "THROTTLED_CAP", factor: "THROTTLED_FACTOR" };

fn backoff(schedule: &Schedule, names: &Names, paths: &Paths) -> TokenStream {
    let call = match schedule {
        Schedule::Exponential { base, cap, factor } => {
            let (base, cap) = base_and_cap(base, cap, names, paths);
            let factor = factor.as_ref().map(|factor| {
                let factor = fraction(factor, names.factor, "factor", paths);
                quote_spanned!(here()=> .factor(#factor))
            });
            quote_spanned!(here()=> exponential(#base, #cap) #factor)
        }
        Schedule::Linear { base, step, cap } => {
            let (base, cap) = base_and_cap(base, cap, names, paths);
            let step = length(step, names.step, "duration", paths);
            quote_spanned!(here()=> linear(#base, #step, #cap))
        }
        Schedule::Fibonacci { base, cap } => {
            let (base, cap) = base_and_cap(base, cap, names, paths);
            quote_spanned!(here()=> fibonacci(#base, #cap))
        }
        Schedule::Fixed(wait) => {
            let wait = length(wait, names.base, "base", paths);
            quote_spanned!(here()=> fixed(#wait))
        }
        Schedule::None => quote_spanned!(here()=> none()),
        Schedule::Custom(path) => {
            let path = paths.users(path);
            quote_spanned!(here()=> custom(#path))
        }
    };
    let backoff = paths.item("Backoff");
    quote_spanned!(here()=> #backoff::#call)
}

fn base_and_cap(base: &Length, cap: &Length, names: &Names, paths: &Paths) -> (TokenStream, TokenStream) {
    let of = |name, rule| Checked { name, kind: "Duration", rule };
    match (base, cap) {
        (Value::Const(base), Value::Known { value: cap, .. }) => {
            let cap = paths.duration(*cap);
            let beside = [nothing(), quote_spanned!(here()=> , #cap)];
            (paths.constant(of(names.base, "base_below"), base, beside), cap)
        }
        (base, Value::Known { value: cap, .. }) => (length(base, names.base, "base", paths), paths.duration(*cap)),
        (base, Value::Const(cap)) => {
            let base = length(base, names.base, "base", paths);
            let beside = [quote_spanned!(here()=> #base,), nothing()];
            let cap = paths.constant(of(names.cap, "cap"), cap, beside);
            (base, cap)
        }
    }
}

fn jitter(spread: &Spread, paths: &Paths) -> TokenStream {
    let call = match spread {
        Spread::Full => quote_spanned!(here()=> full()),
        Spread::Equal => quote_spanned!(here()=> equal()),
        Spread::Proportional(share) => {
            let share = fraction(share, "SHARE", "share", paths);
            quote_spanned!(here()=> proportional(#share))
        }
        Spread::Additive(most) => {
            let most = length(most, "ADDITION", "duration", paths);
            quote_spanned!(here()=> additive(#most))
        }
        Spread::Decorrelated => quote_spanned!(here()=> decorrelated()),
        Spread::None => quote_spanned!(here()=> none()),
    };
    let jitter = paths.item("Jitter");
    quote_spanned!(here()=> #jitter::#call)
}

/// The rules over several options, where the macro could not judge them itself: a `const` item for each, all of its
/// tokens at the option's place.
pub(crate) fn checks(model: &Model, policy: &TokenStream, paths: &Paths) -> Vec<TokenStream> {
    let mut checks = Checks { paths, policy, items: Vec::new() };
    let limits = &model.limits;
    match &model.base {
        Base::New if crate::retry::literal_policy::policy(limits).is_some() => return checks.items,
        Base::PerCall(_) => return checks.items,
        Base::New | Base::Const(_) => {}
    }
    let per_call = matches!(limits.deadline.as_ref().map(|given| &given.value), Some(Limit::PerCall(_)));
    let ends = model.cancel.is_some() || per_call;
    let ends = quote_spanned!(here()=> , #ends);
    let deadline = limits.deadline.as_ref().and_then(|given| given.value.always()).map(Value::span);
    let timeout = limits.attempt_timeout.as_ref().and_then(|given| given.value.always()).map(Value::span);
    let unbounded = limits.max_attempts.as_ref().filter(|given| matches!(given.value, Attempts::Unbounded));
    let rules = [
        ("spread", limits.jitter.as_ref().map(|given| given.key), nothing()),
        ("deadline", deadline, nothing()),
        ("attempt_timeout", timeout, nothing()),
        ("unbounded", unbounded.map(|given| given.key), ends.clone()),
    ];
    let is_alone = rules.iter().all(|(_, place, _)| place.is_none());
    match &model.base {
        Base::Const(path) if is_alone => checks.add("policy", &ends, path.span()),
        Base::Const(path) => {
            for (rule, place, arguments) in rules {
                checks.add(rule, &arguments, place.unwrap_or_else(|| path.span()));
            }
        }
        _ => {
            for (rule, place, arguments) in rules {
                if let Some(place) = place {
                    checks.add(rule, &arguments, place);
                }
            }
        }
    }
    let asks = model.retry_on.is_some() || model.retry_if.is_some() || model.retry_ok.is_some();
    if let (Base::Const(path), false) = (&model.base, asks) {
        checks.add("listed", &nothing(), path.span());
    }
    if let (Base::Const(path), crate::syntax::function::Shape::Blocking) = (&model.base, &model.shape) {
        checks.add("blocking", &nothing(), path.span());
    }
    checks.items
}

struct Checks<'a> {
    paths: &'a Paths,
    policy: &'a TokenStream,
    items: Vec<TokenStream>,
}

impl Checks<'_> {
    fn add(&mut self, rule: &str, arguments: &TokenStream, span: Span) {
        let (runtime, policy, rule) = (self.paths.runtime(), self.policy, syn::Ident::new(rule, span));
        self.items.push(at(
            quote_spanned!(here()=> const _: () = #runtime::__private::const_check::#rule(&#policy #arguments);),
            span,
        ));
    }
}
