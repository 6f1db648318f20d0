//! Second stage: options become a model that cannot say anything wrong, or faults.

use proc_macro2::{Group, Span};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Expr, Ident, LitStr, Path, Type};

use crate::budget;
use crate::callable;
use crate::check;
use crate::duration;
use crate::effects::{self, Effects};
use crate::fault::Faults;
use crate::function::{Function, Shape};
use crate::listed::Listed;
use crate::names;
use crate::options::{Given, Options, RetryOk};
use crate::outcome;
use crate::schedule::{self, Length, Schedule, Spread};
use crate::shared::{self, Shared};
use crate::value::{self, Value, names_any, shown, ungrouped};

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
pub(crate) fn validate(mut options: Options, function: &mut Function, faults: &mut Faults) -> Option<Model> {
    // Where the function is at fault, the options are judged as those of one that is not.
    let (shape, outcome) = check::target(function, faults).unwrap_or_else(|| {
        (if function.awaits() { Shape::Async } else { Shape::Blocking }, syn::parse_quote!(Result<_, _>))
    });
    let arguments = function.arguments();
    check::names(&options, function, &arguments, faults);
    check::something_to_retry(&options, faults);
    let is_blocking = matches!(shape, Shape::Blocking);
    callable::check(&options, is_blocking, faults);
    let asks_arguments = asks_arguments(&options, &arguments);
    let generics = function.generics();
    check::constants(&options, &arguments, &generics, faults);
    let limits = limits(&options, &arguments, faults);
    let shared = shared(&mut options, &arguments, &generics, faults);
    let effects = effects::effects(options.side_effects, options.idempotency_key.take(), &arguments, faults);
    let mut written = options.written;
    outcome.to_tokens(&mut written);
    let model = Model {
        asks_arguments,
        written,
        base: options.policy.map_or(Base::New, |given| base(given.value, &arguments, &generics)),
        retry_on: options
            .retry_on
            .map(|given| Given { key: given.key, value: given.value.tell_apart("retry_on", faults) }),
        except: options.except.map(|given| given.value.tell_apart("except", faults)).unwrap_or_default(),
        retry_if: options.retry_if.map(|given| given.value),
        retry_ok: options.retry_ok.map(|given| accepted(given.value, faults)),
        on_retry: options.on_retry.and_then(|given| hook(given.value, is_blocking, &arguments, faults)),
        fallback: options.fallback.and_then(|given| hook(given.value, is_blocking, &arguments, faults)),
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
    check::model(&model, body, faults);
    faults.is_empty().then_some(model)
}

/// What calls share.
pub(crate) fn shared(options: &mut Options, arguments: &[String], generics: &[String], faults: &mut Faults) -> Shared {
    let names = [arguments, generics];
    Shared {
        budget: options.budget.as_ref().and_then(|given| budget::budget(given, arguments, generics, faults)),
        breaker: shared::path(options.breaker.take(), "breaker", "Breaker", names, faults),
        limit: shared::path(options.limit.take(), "limit", "RateLimit", names, faults),
        retries_nested: shared::nested(options.nested.take(), faults),
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

fn accepted(retry_ok: RetryOk, faults: &mut Faults) -> Accepted {
    match retry_ok {
        RetryOk::Classes(list) => Accepted::UnlessClass(list.tell_apart("retry_ok", faults)),
        RetryOk::Predicate(predicate) => Accepted::Unless(predicate),
    }
}

/// On an async function a path names an async function, and a closure says `async` itself.
fn hook(expr: Expr, is_blocking: bool, arguments: &[String], faults: &mut Faults) -> Option<Hook> {
    let is_async = match ungrouped(&expr) {
        Expr::Closure(closure) => closure.asyncness.is_some(),
        _ => !is_blocking,
    };
    if is_blocking && is_async {
        faults.at(&expr, "a blocking function cannot await a hook; write a closure without `async`");
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
pub(crate) fn limits(options: &Options, arguments: &[String], faults: &mut Faults) -> Limits {
    let mut read = Read { faulty: Vec::new(), faults };
    let length = |given: &Given<Expr>, faults: &mut Faults| {
        let value = faults.take(value::duration(&given.value))?;
        schedule::check(&value, retry_core::rule::day, faults);
        Some(Given { key: given.key, value })
    };
    let jitter = |given: &Given<Expr>, faults: &mut Faults| {
        schedule::jitter(&given.value, faults).map(|value| Given { key: given.value.span(), value })
    };
    let backoff = |option: &'static str| {
        move |given: &Given<Expr>, faults: &mut Faults| {
            schedule::backoff(&given.value, option, faults).map(|value| Given { key: given.key, value })
        }
    };
    let limit = |given: &Given<Expr>, faults: &mut Faults| limit(given, arguments, faults);
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
    faults: &'a mut Faults,
}

impl Read<'_> {
    fn part<T>(
        &mut self,
        part: Part,
        given: Option<&Given<Expr>>,
        read: impl FnOnce(&Given<Expr>, &mut Faults) -> Option<T>,
    ) -> Option<T> {
        let (value, is_right) = self.faults.none_in(|faults| read(given?, faults));
        if !is_right {
            self.faulty.push(part);
        }
        value.filter(|_| is_right)
    }
}

fn attempts(given: &Given<Expr>, faults: &mut Faults) -> Option<Given<Attempts>> {
    let word = value::word(&given.value);
    if word.as_deref().is_some_and(names::means_unbounded) {
        let words = format!(
            "`max_attempts` is a number, not `{0}`; write `max_attempts = unbounded` beside a `deadline` or `cancel`",
            shown(&given.value)
        );
        faults.at(&given.value, words);
        return None;
    }
    if word.as_deref() == Some("unbounded") {
        return Some(Given { key: given.value.span(), value: Attempts::Unbounded });
    }
    let count = faults.take(value::count(&given.value, "`max_attempts`", "max_attempts = 3"))?;
    check::attempts(&count, faults);
    Some(Given { key: given.key, value: Attempts::Count(count) })
}

fn limit(given: &Given<Expr>, arguments: &[String], faults: &mut Faults) -> Option<Given<Limit>> {
    if names_any(given.value.to_token_stream(), arguments) {
        faults.take(duration::plain(&given.value))?;
        return Some(Given { key: given.key, value: Limit::PerCall(given.value.clone()) });
    }
    let value = faults.take(value::duration(&given.value))?;
    schedule::check(&value, retry_core::rule::some, faults);
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
        outcome::is_option(&self.outcome)
    }
}
