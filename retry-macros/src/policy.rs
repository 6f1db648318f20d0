//! Prints the policy as constants, and a `const` item for each value that only the compiler can check.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use crate::listed::Class;
use crate::paths::{Paths, here};
use crate::schedule::{Length, Schedule, Spread};
use crate::valid::{Attempts, Base, Limit, Model};
use crate::value::Value;

/// The builder calls of the options that are written: `.max_attempts(3).backoff(..)`.
pub(crate) fn setters(model: &Model, paths: &Paths) -> TokenStream {
    let limits = &model.limits;
    let mut chain = TokenStream::new();
    let mut add = |setter: &str, argument: TokenStream| {
        let setter = syn::Ident::new(setter, here());
        chain.extend(quote_spanned!(here()=> .#setter(#argument)));
    };
    if let Some(listed) = &model.retry_on {
        add("retry_on", classes(&listed.value.classes, paths));
    }
    if !model.except.classes.is_empty() {
        add("except", classes(&model.except.classes, paths));
    }
    match limits.max_attempts.as_ref().map(|given| &given.value) {
        Some(Attempts::Count(count)) => add("max_attempts", whole(count, paths)),
        Some(Attempts::Unbounded) => add("unbounded", TokenStream::new()),
        None => {}
    }
    if let Some(given) = &limits.backoff {
        add("backoff", backoff(&given.value, paths));
    }
    if let Some(given) = &limits.jitter {
        add("jitter", jitter(&given.value, paths));
    }
    if let Some(given) = &limits.throttled_backoff {
        add("throttled_backoff", backoff(&given.value, paths));
    }
    if let Some(given) = &limits.max_retry_after {
        add("max_retry_after", length(&given.value, paths));
    }
    if let Some(deadline) = limits.deadline.as_ref().and_then(|given| given.value.always()) {
        add("deadline", length(deadline, paths));
    }
    if let Some(timeout) = limits.attempt_timeout.as_ref().and_then(|given| given.value.always()) {
        add("attempt_timeout", length(timeout, paths));
    }
    chain
}

/// A set of classes, with a note to be read.
pub(crate) fn classes(listed: &[Class], paths: &Paths) -> TokenStream {
    let calls = listed.iter().map(|class| match class {
        Class::Transient(_) => quote_spanned!(here()=> .transient()),
        Class::Named(name, _) => {
            let name = syn::Ident::new(&name.to_lowercase(), here());
            quote_spanned!(here()=> .#name())
        }
        Class::Status { first, last, .. } => {
            let (first, last) = (whole(first, paths), whole(last, paths));
            quote_spanned!(here()=> .status(#first, #last))
        }
    });
    let new = paths.item("Classes");
    quote_spanned!(here()=> #new::new() #(#calls)*)
}

fn whole<T: Copy + Into<u64>>(value: &Value<T>, paths: &Paths) -> TokenStream {
    match value {
        Value::Known { value, .. } => proc_macro2::Literal::u64_unsuffixed((*value).into()).into_token_stream(),
        Value::Const(expr) => paths.users(expr),
    }
}

fn fraction(value: &Value<f64>, paths: &Paths) -> TokenStream {
    match value {
        Value::Known { value, .. } => proc_macro2::Literal::f64_unsuffixed(*value).into_token_stream(),
        Value::Const(expr) => paths.users(expr),
    }
}

fn length(value: &Length, paths: &Paths) -> TokenStream {
    match value {
        Value::Known { value, .. } => paths.duration(*value),
        Value::Const(expr) => paths.users(expr),
    }
}

fn backoff(schedule: &Schedule, paths: &Paths) -> TokenStream {
    let call = match schedule {
        Schedule::Exponential { base, cap, factor } => {
            let (base, cap) = (length(base, paths), length(cap, paths));
            let factor = factor.as_ref().map(|factor| {
                let factor = fraction(factor, paths);
                quote_spanned!(here()=> .factor(#factor))
            });
            quote_spanned!(here()=> exponential(#base, #cap) #factor)
        }
        Schedule::Linear { base, step, cap } => {
            let (base, step, cap) = (length(base, paths), length(step, paths), length(cap, paths));
            quote_spanned!(here()=> linear(#base, #step, #cap))
        }
        Schedule::Fibonacci { base, cap } => {
            let (base, cap) = (length(base, paths), length(cap, paths));
            quote_spanned!(here()=> fibonacci(#base, #cap))
        }
        Schedule::Fixed(wait) => {
            let wait = length(wait, paths);
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

fn jitter(spread: &Spread, paths: &Paths) -> TokenStream {
    let call = match spread {
        Spread::Full => quote_spanned!(here()=> full()),
        Spread::Equal => quote_spanned!(here()=> equal()),
        Spread::Proportional(share) => {
            let share = fraction(share, paths);
            quote_spanned!(here()=> proportional(#share))
        }
        Spread::Additive(most) => {
            let most = length(most, paths);
            quote_spanned!(here()=> additive(#most))
        }
        Spread::Decorrelated => quote_spanned!(here()=> decorrelated()),
        Spread::None => quote_spanned!(here()=> none()),
    };
    let jitter = paths.item("Jitter");
    quote_spanned!(here()=> #jitter::#call)
}

/// One `const` item for each rule on a value that is an expression, every token at the expression's place: the error
/// then stands there, and all of them come in one compile.
pub(crate) fn checks(model: &Model, policy: &TokenStream, paths: &Paths) -> Vec<TokenStream> {
    let mut checks = Checks { paths, items: Vec::new() };
    let limits = &model.limits;
    if let Some(Attempts::Count(count)) = limits.max_attempts.as_ref().map(|given| &given.value) {
        checks.value("max_attempts", count);
    }
    for schedule in [&limits.backoff, &limits.throttled_backoff].into_iter().flatten() {
        checks.backoff(&schedule.value);
    }
    match limits.jitter.as_ref().map(|given| &given.value) {
        Some(Spread::Proportional(share)) => checks.value("share", share),
        Some(Spread::Additive(most)) => checks.value("duration", most),
        _ => {}
    }
    if let Some(given) = &limits.max_retry_after {
        checks.value("duration", &given.value);
    }
    for limit in [&limits.deadline, &limits.attempt_timeout].into_iter().flatten() {
        if let Limit::Always(length) = &limit.value {
            checks.value("some_duration", length);
        }
    }
    for class in model.retry_on.iter().flat_map(|given| &given.value.classes) {
        checks.statuses(class);
    }
    checks.together(model, policy);
    checks.items
}

struct Checks<'a> {
    paths: &'a Paths,
    items: Vec<TokenStream>,
}

impl Checks<'_> {
    fn add(&mut self, rule: &str, arguments: &TokenStream, span: Span) {
        let runtime = self.paths.runtime();
        let rule = syn::Ident::new(rule, span);
        let item = quote_spanned!(here()=> const _: () = #runtime::check::#rule(#arguments););
        self.items.push(at(item, span));
    }

    fn value<T>(&mut self, rule: &str, value: &Value<T>) {
        if let Value::Const(expr) = value {
            self.add(rule, &expr.to_token_stream(), expr.span());
        }
    }

    fn backoff(&mut self, schedule: &Schedule) {
        match schedule {
            Schedule::Exponential { base, cap, factor } => {
                self.base_and_cap(base, cap);
                if let Some(factor) = factor {
                    self.value("factor", factor);
                }
            }
            Schedule::Linear { base, step, cap } => {
                self.base_and_cap(base, cap);
                self.value("duration", step);
            }
            Schedule::Fibonacci { base, cap } => self.base_and_cap(base, cap),
            Schedule::Fixed(wait) => self.value("base", wait),
            Schedule::None | Schedule::Custom(_) => {}
        }
    }

    fn base_and_cap(&mut self, base: &Length, cap: &Length) {
        self.value("base", base);
        let at_fault: Option<&Expr> = match (base, cap) {
            (_, Value::Const(expr)) | (Value::Const(expr), _) => Some(expr),
            _ => None,
        };
        if let Some(expr) = at_fault {
            let (base, cap) = (length(base, self.paths), length(cap, self.paths));
            self.add("cap", &quote_spanned!(here()=> #base, #cap), expr.span());
        }
    }

    fn statuses(&mut self, class: &Class) {
        let Class::Status { first, last, span } = class else { return };
        if first.known().is_none() || last.known().is_none() {
            let (first, last) = (whole(first, self.paths), whole(last, self.paths));
            self.add("statuses", &quote_spanned!(here()=> #first, #last), *span);
        }
    }

    /// The rules over several options, where the macro could not judge them itself.
    fn together(&mut self, model: &Model, policy: &TokenStream) {
        let limits = &model.limits;
        let borrowed = quote_spanned!(here()=> &#policy);
        match &model.base {
            Base::New if crate::known::policy(limits).is_some() => return,
            Base::PerCall(_) => return,
            Base::Const(path) if matches!(model.shape, crate::function::Shape::Blocking) => {
                self.add("blocking", &quote_spanned!(here()=> &#path), path.span());
            }
            Base::New | Base::Const(_) => {}
        }
        if let Some(given) = &limits.jitter {
            self.add("spread", &borrowed, given.key);
        }
        if let Some(length) = limits.deadline.as_ref().and_then(|given| given.value.always()) {
            self.add("deadline", &borrowed, length.span());
        }
        if let Some(length) = limits.attempt_timeout.as_ref().and_then(|given| given.value.always()) {
            self.add("attempt_timeout", &borrowed, length.span());
        }
        if let Some(given) = limits.max_attempts.as_ref().filter(|given| matches!(given.value, Attempts::Unbounded)) {
            let ends = model.cancel.is_some()
                || matches!(limits.deadline.as_ref().map(|given| &given.value), Some(Limit::PerCall(_)));
            self.add("unbounded", &quote_spanned!(here()=> #borrowed, #ends), given.key);
        }
    }
}

/// The same tokens, all at one place; each keeps what it can see.
fn at(tokens: TokenStream, span: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            if let TokenTree::Group(group) = &token {
                let mut moved = proc_macro2::Group::new(group.delimiter(), at(group.stream(), span));
                moved.set_span(span);
                return TokenTree::Group(moved);
            }
            token.set_span(token.span().located_at(span));
            token
        })
        .collect()
}
