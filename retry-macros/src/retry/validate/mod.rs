//! Second stage: options become a model that cannot say anything wrong, or diagnostics.

pub(crate) mod callables;
pub(crate) mod class_overlap;
pub(crate) mod rules;
mod timing;

use proc_macro2::{Group, Span};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Expr, Ident, LitStr, Path, Type};

use crate::diagnostics::Diagnostics;
use crate::retry::budget;
use crate::retry::class_list::Listed;
use crate::retry::effects::{self, Effects};
use crate::retry::guards::{self, Shared};
use crate::retry::parse::backoff::{self, Length, Schedule, Spread};
use crate::retry::parse::{Given, Options, RetryOk};
use crate::syntax::duration;
use crate::syntax::function::{Function, Shape};
use crate::syntax::literal::{self, Value, names_any, shown, ungrouped};
use crate::syntax::return_type;
use crate::syntax::spelling;

/// A validated attribute on a validated function.
pub(crate) struct Model {
    pub(crate) shape: Shape,
    pub(crate) outcome: Type,
    pub(crate) runtime: Option<Path>,
    pub(crate) name: Option<LitStr>,
    pub(crate) base: Base,
    pub(crate) retry_on: Option<Given<Listed>>,
    pub(crate) except: Listed,
    pub(crate) retry_if: Option<Expr>,
    pub(crate) retry_ok: Option<Accepted>,
    pub(crate) limits: Limits,
    pub(crate) shared: Shared,
    pub(crate) effects: Effects,
    pub(crate) cancel: Option<Given<Expr>>,
    pub(crate) context: Option<Ident>,
    pub(crate) clone: Vec<Ident>,
    pub(crate) on_retry: Option<Hook>,
    pub(crate) fallback: Option<Hook>,
    /// Whether a predicate or a pattern's guard names an argument, which the body may borrow too.
    pub(crate) asks_arguments: bool,
    /// All that the user wrote beside what is printed of the policy: the attribute and the outcome's type.
    pub(crate) written: proc_macro2::TokenStream,
}

/// What the options of the policy start from.
pub(crate) enum Base {
    New,
    Const(Expr),
    PerCall(Expr),
}

/// When an `Ok` is not accepted.
pub(crate) enum Accepted {
    UnlessClass(Listed),
    Unless(Expr),
}

/// The policy's numbers.
#[derive(Default)]
pub(crate) struct Limits {
    pub(crate) max_attempts: Option<Given<Attempts>>,
    pub(crate) backoff: Option<Given<Schedule>>,
    pub(crate) throttled_backoff: Option<Given<Schedule>>,
    pub(crate) jitter: Option<Given<Spread>>,
    pub(crate) max_retry_after: Option<Given<Length>>,
    pub(crate) deadline: Option<Given<Limit>>,
    pub(crate) attempt_timeout: Option<Given<Limit>>,
    /// What is written, and at fault.
    pub(crate) faulty: Vec<Part>,
    /// Whether a fault hid an option.
    pub(crate) is_incomplete: bool,
}

/// A number of the policy.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Part {
    Attempts,
    Backoff,
    ThrottledBackoff,
    Jitter,
    MaxRetryAfter,
    Deadline,
    AttemptTimeout,
}

pub(crate) enum Attempts {
    Count(Value<u32>),
    Unbounded,
}

pub(crate) enum Limit {
    Always(Length),
    /// It names an argument.
    PerCall(Expr),
}

pub(crate) struct Hook {
    pub(crate) expr: Expr,
    pub(crate) how: Told,
}

/// How a hook is called.
pub(crate) enum Told {
    Blocking,
    Async,
    /// The path of an async function.
    AsyncFn,
    /// An argument, which the next retry calls too.
    Argument,
}

/// Validates; `None` if anything is at fault.
pub(crate) fn validate(mut options: Options, function: &mut Function, diagnostics: &mut Diagnostics) -> Option<Model> {
    // Where the function is at fault, the options are judged as those of one that is not.
    let (shape, outcome) = rules::target(function, diagnostics).unwrap_or_else(|| {
        (if function.awaits() { Shape::Async } else { Shape::Blocking }, syn::parse_quote!(Result<_, _>))
    });
    let arguments = function.arguments();
    rules::names(&options, function, &arguments, diagnostics);
    rules::something_to_retry(&options, diagnostics);
    let is_blocking = matches!(shape, Shape::Blocking);
    callables::check(&options, is_blocking, diagnostics);
    let asks_arguments = asks_arguments(&options, &arguments);
    let generics = function.generics();
    rules::constants(&options, &arguments, &generics, diagnostics);
    let limits = limits(&options, &arguments, diagnostics);
    let shared = shared(&mut options, &arguments, &generics, diagnostics);
    let effects = effects::effects(options.side_effects, options.idempotency_key.take(), &arguments, diagnostics);
    let mut written = options.written;
    outcome.to_tokens(&mut written);
    let model = Model {
        asks_arguments,
        written,
        base: options.policy.map_or(Base::New, |given| base(given.value, &arguments, &generics)),
        retry_on: options
            .retry_on
            .map(|given| Given { key: given.key, value: given.value.tell_apart("retry_on", diagnostics) }),
        except: options.except.map(|given| given.value.tell_apart("except", diagnostics)).unwrap_or_default(),
        retry_if: options.retry_if.map(|given| given.value),
        retry_ok: options.retry_ok.map(|given| accepted(given.value, diagnostics)),
        on_retry: options.on_retry.and_then(|given| hook(given.value, is_blocking, &arguments, diagnostics)),
        fallback: options.fallback.and_then(|given| hook(given.value, is_blocking, &arguments, diagnostics)),
        cancel: options.cancel,
        context: options.context.map(|given| given.value),
        clone: options.clone.map(|given| given.value).unwrap_or_default(),
        name: options.name.map(|given| given.value),
        runtime: options.runtime.map(|given| given.value),
        limits,
        shared,
        effects,
        shape,
        outcome,
    };
    let body = function.body.as_ref().map(Group::stream).unwrap_or_default();
    rules::model(&model, body, diagnostics);
    diagnostics.is_empty().then_some(model)
}

/// What calls share.
pub(crate) fn shared(
    options: &mut Options,
    arguments: &[String],
    generics: &[String],
    diagnostics: &mut Diagnostics,
) -> Shared {
    let names = [arguments, generics];
    Shared {
        budget: options.budget.as_ref().and_then(|given| budget::budget(given, arguments, generics, diagnostics)),
        breaker: guards::path(options.breaker.take(), "breaker", "Breaker", names, diagnostics),
        limit: guards::path(options.limit.take(), "limit", "RateLimit", names, diagnostics),
        retries_nested: guards::nested(options.nested.take(), diagnostics),
    }
}

/// Whether a predicate names an argument or `self`.
fn asks_arguments(options: &Options, arguments: &[String]) -> bool {
    let asked = |expr: Option<&Expr>| expr.is_some_and(|expr| names_any(expr.to_token_stream(), arguments));
    let listed = [&options.retry_on, &options.except];
    let guarded = listed.into_iter().flatten().any(|given| given.value.guards().any(|guard| asked(Some(guard))));
    let accepted = match &options.retry_ok {
        Some(Given { value: RetryOk::Predicate(predicate), .. }) => Some(predicate),
        _ => None,
    };
    guarded || asked(options.retry_if.as_ref().map(|given| &given.value)) || asked(accepted)
}

/// A bare path is a constant, unless it names an argument or what differs between instances; all else is asked at each
/// call.
fn base(expr: Expr, arguments: &[String], generics: &[String]) -> Base {
    let is_path = matches!(ungrouped(&expr), Expr::Path(_));
    let is_same = |names| !names_any(expr.to_token_stream(), names);
    if is_path && is_same(arguments) && is_same(generics) { Base::Const(expr) } else { Base::PerCall(expr) }
}

fn accepted(retry_ok: RetryOk, diagnostics: &mut Diagnostics) -> Accepted {
    match retry_ok {
        RetryOk::Classes(list) => Accepted::UnlessClass(list.tell_apart("retry_ok", diagnostics)),
        RetryOk::Predicate(predicate) => Accepted::Unless(predicate),
    }
}

/// On an async function a path names an async function, and a closure says `async` itself.
fn hook(expr: Expr, is_blocking: bool, arguments: &[String], diagnostics: &mut Diagnostics) -> Option<Hook> {
    let is_async = match ungrouped(&expr) {
        Expr::Closure(closure) => closure.asyncness.is_some(),
        _ => !is_blocking,
    };
    if is_blocking && is_async {
        diagnostics.at(&expr, "a blocking function cannot await a hook; write a closure without `async`");
        return None;
    }
    let how = match ungrouped(&expr) {
        _ if !is_async => Told::Blocking,
        Expr::Path(_) if names_any(expr.to_token_stream(), arguments) => Told::Argument,
        Expr::Path(_) => Told::AsyncFn,
        _ => Told::Async,
    };
    Some(Hook { expr, how })
}

/// The policy's numbers, each held against its own rules.
pub(crate) fn limits(options: &Options, arguments: &[String], diagnostics: &mut Diagnostics) -> Limits {
    let mut read = Read { faulty: Vec::new(), diagnostics };
    let length = |given: &Given<Expr>, diagnostics: &mut Diagnostics| {
        let value = diagnostics.take(literal::duration(&given.value))?;
        backoff::check(&value, retry_core::validate::day, diagnostics);
        Some(Given { key: given.key, value })
    };
    let jitter = |given: &Given<Expr>, diagnostics: &mut Diagnostics| {
        backoff::jitter(&given.value, diagnostics).map(|value| Given { key: given.value.span(), value })
    };
    let backoff = |option: &'static str| {
        move |given: &Given<Expr>, diagnostics: &mut Diagnostics| {
            backoff::backoff(&given.value, option, diagnostics).map(|value| Given { key: given.key, value })
        }
    };
    let limit = |given: &Given<Expr>, diagnostics: &mut Diagnostics| limit(given, arguments, diagnostics);
    Limits {
        max_attempts: read.part(Part::Attempts, options.max_attempts.as_ref(), attempts),
        backoff: read.part(Part::Backoff, options.backoff.as_ref(), backoff("backoff")),
        throttled_backoff: read.part(
            Part::ThrottledBackoff,
            options.throttled_backoff.as_ref(),
            backoff("throttled_backoff"),
        ),
        jitter: read.part(Part::Jitter, options.jitter.as_ref(), jitter),
        max_retry_after: read.part(Part::MaxRetryAfter, options.max_retry_after.as_ref(), length),
        deadline: read.part(Part::Deadline, options.deadline.as_ref(), limit),
        attempt_timeout: read.part(Part::AttemptTimeout, options.attempt_timeout.as_ref(), limit),
        faulty: read.faulty,
        is_incomplete: options.incomplete,
    }
}

/// Reads one number after the other, and remembers which were at fault.
struct Read<'a> {
    faulty: Vec<Part>,
    diagnostics: &'a mut Diagnostics,
}

impl Read<'_> {
    fn part<T>(
        &mut self,
        part: Part,
        given: Option<&Given<Expr>>,
        read: impl FnOnce(&Given<Expr>, &mut Diagnostics) -> Option<T>,
    ) -> Option<T> {
        let (value, is_right) = self.diagnostics.none_in(|diagnostics| read(given?, diagnostics));
        if !is_right {
            self.faulty.push(part);
        }
        value.filter(|_| is_right)
    }
}

fn attempts(given: &Given<Expr>, diagnostics: &mut Diagnostics) -> Option<Given<Attempts>> {
    let word = literal::word(&given.value);
    if word.as_deref().is_some_and(spelling::means_unbounded) {
        let words = format!(
            "`max_attempts` is a number, not `{0}`; write `max_attempts = unbounded` beside a `deadline` or `cancel`",
            shown(&given.value)
        );
        diagnostics.at(&given.value, words);
        return None;
    }
    if word.as_deref() == Some("unbounded") {
        return Some(Given { key: given.value.span(), value: Attempts::Unbounded });
    }
    let count = diagnostics.take(literal::count(&given.value, "`max_attempts`", "max_attempts = 3"))?;
    rules::attempts(&count, diagnostics);
    Some(Given { key: given.key, value: Attempts::Count(count) })
}

fn limit(given: &Given<Expr>, arguments: &[String], diagnostics: &mut Diagnostics) -> Option<Given<Limit>> {
    if names_any(given.value.to_token_stream(), arguments) {
        diagnostics.take(duration::plain(&given.value))?;
        return Some(Given { key: given.key, value: Limit::PerCall(given.value.clone()) });
    }
    let value = diagnostics.take(literal::duration(&given.value))?;
    backoff::check(&value, retry_core::validate::some, diagnostics);
    Some(Given { key: given.key, value: Limit::Always(value) })
}

impl Limit {
    pub(crate) fn always(&self) -> Option<&Length> {
        match self {
            Self::Always(length) => Some(length),
            Self::PerCall(_) => None,
        }
    }

    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Always(length) => length.span(),
            Self::PerCall(expr) => expr.span(),
        }
    }
}

impl Model {
    /// Whether attempts may end without an outcome. A policy that is not written here may have a timeout.
    pub(crate) fn is_cuttable(&self) -> bool {
        let shared = !matches!(self.base, Base::New) && !matches!(self.shape, Shape::Blocking);
        let refused = self.shared.refuses().or(self.effects.refuses()).is_some();
        self.limits.attempt_timeout.is_some() || self.cancel.is_some() || refused || shared
    }

    /// Whether attempts are cut by a timer.
    pub(crate) fn is_timed(&self) -> bool {
        let shared = !matches!(self.base, Base::New) && !matches!(self.shape, Shape::Blocking);
        self.limits.attempt_timeout.is_some() || shared
    }

    /// Whether anything but the policy's classes says what is retried.
    pub(crate) fn asks(&self) -> bool {
        let patterns = |listed: &Listed| !listed.patterns.is_empty() || listed.none.is_some();
        self.retry_if.is_some()
            || self.retry_ok.is_some()
            || self.retry_on.as_ref().is_some_and(|given| patterns(&given.value))
            || patterns(&self.except)
    }

    /// Whether the policy has classes that an error is asked for.
    pub(crate) fn has_classes(&self) -> bool {
        match &self.retry_on {
            Some(given) => !given.value.classes.is_empty(),
            None => !matches!(self.base, Base::New),
        }
    }

    /// Where the first class stands, or what stands for it.
    pub(crate) fn class_span(&self) -> Span {
        let listed = self.retry_on.as_ref().and_then(|given| given.value.classes.first());
        match (listed, &self.base) {
            (Some(class), _) => class.span(),
            (None, Base::Const(expr) | Base::PerCall(expr)) => expr.span(),
            (None, Base::New) => Span::call_site(),
        }
    }

    pub(crate) fn is_option(&self) -> bool {
        return_type::is_option(&self.outcome)
    }
}
