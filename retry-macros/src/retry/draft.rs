//! The values of an attribute as they were read. Some may be at fault.
//!
//! A draft becomes a [`Model`] if no error was reported.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::{Expr, LitStr, Path, Type};

use crate::diagnostics::Diagnostics;
use crate::retry::class_list::{ClassList, RawList};
use crate::retry::fallback_spec::{Fallback, Hook};
use crate::retry::guards::Guards;
use crate::retry::model::{
    Attempts, BackoffSpec, Effects, JitterSpec, Key, Limits, Model, PolicyBase, RejectedOk, RuntimeSpec, TimeLimit,
};
use crate::retry::parse::{self, Options, RawRetryOk};
use crate::syntax::function::{Scope, Shape};
use crate::syntax::literal::Length;
use crate::syntax::option::Given;
use crate::syntax::tokens::{Names, ungrouped};

pub(crate) struct Draft {
    pub(crate) base: PolicyBase,
    pub(crate) retry_on: Option<DraftList>,
    pub(crate) except: DraftList,
    pub(crate) retry_if: Option<Expr>,
    pub(crate) retry_ok: Option<DraftRetryOk>,
    pub(crate) limits: DraftLimits,
    pub(crate) guards: Guards,
    pub(crate) side_effects: Option<Span>,
    pub(crate) key: Read<Key>,
    pub(crate) cancel: Option<Given<Expr>>,
    pub(crate) clone: Vec<Ident>,
    /// Value of `read_once`; `None` also if it is faulty.
    pub(crate) allows_read_once: Option<bool>,
    /// True if an error hid an option, so that a missing one may have been meant.
    pub(crate) is_incomplete: bool,
    predicates_use_arguments: bool,
    pub(crate) on_retry: Option<Hook>,
    pub(crate) fallback: Option<Fallback>,
    pub(crate) runtime: Option<Given<RuntimeSpec>>,
    crate_path: Option<Path>,
    name: Option<LitStr>,
    context: Option<Ident>,
    written: TokenStream,
}

/// Value of one option.
pub(crate) enum Read<T> {
    Missing,
    Faulty,
    Value(Given<T>),
}

/// List of classes that may lack items that were at fault.
pub(crate) struct DraftList {
    pub(crate) list: ClassList,
    pub(crate) is_complete: bool,
}

pub(crate) enum DraftRetryOk {
    Classes(DraftList),
    Predicate(Expr),
}

pub(crate) struct DraftLimits {
    pub(crate) max_attempts: Read<Attempts>,
    pub(crate) backoff: Read<BackoffSpec>,
    pub(crate) throttled_backoff: Read<BackoffSpec>,
    pub(crate) jitter: Read<JitterSpec>,
    pub(crate) max_retry_after: Read<Length>,
    pub(crate) deadline: Read<TimeLimit>,
    pub(crate) attempt_timeout: Read<TimeLimit>,
}

impl<T> Read<T> {
    fn new<G>(
        given: Option<&Given<G>>,
        read: impl FnOnce(&Given<G>) -> syn::Result<Given<T>>,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        match given.map(read) {
            None => Self::Missing,
            Some(read) => diagnostics.take(read).map_or(Self::Faulty, Self::Value),
        }
    }

    pub(crate) fn given(&self) -> Option<&Given<T>> {
        if let Self::Value(given) = self { Some(given) } else { None }
    }

    pub(crate) fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }

    /// Checks the value, which becomes faulty if `check` reports an error.
    pub(crate) fn check(&mut self, diagnostics: &mut Diagnostics, check: impl FnOnce(&T, &mut Diagnostics)) {
        let Self::Value(given) = self else { return };
        if !diagnostics.passes(|diagnostics| check(&given.value, diagnostics)) {
            *self = Self::Faulty;
        }
    }

    fn into_given(self) -> Option<Given<T>> {
        if let Self::Value(given) = self { Some(given) } else { None }
    }
}

impl DraftList {
    fn new(raw: RawList, diagnostics: &mut Diagnostics) -> Self {
        let mut list = ClassList::default();
        let is_complete = diagnostics.passes(|diagnostics| list = parse::classes::class_list(raw, diagnostics));
        Self { list, is_complete }
    }
}

impl Draft {
    /// Reads the value of each option.
    pub(crate) fn read(options: Options, scope: &Scope, diagnostics: &mut Diagnostics) -> Self {
        let predicates_use_arguments = predicates_use_arguments(&options, &scope.arguments);
        let limits = DraftLimits::read(&options, scope, diagnostics);
        let guards = guards(&options, scope, diagnostics);
        let key = options.idempotency_key.as_ref();
        Self {
            limits,
            guards,
            key: Read::new(key, |given| parse::effects::key(given, &scope.arguments), diagnostics),
            side_effects: options.side_effects,
            base: options.policy.map_or(PolicyBase::New, |given| base(given.value, scope)),
            retry_on: options.retry_on.map(|given| DraftList::new(given.value, diagnostics)),
            except: DraftList::new(
                options.except.map_or_else(|| RawList(Vec::new()), |given| given.value),
                diagnostics,
            ),
            retry_if: options.retry_if.map(|given| given.value),
            retry_ok: options.retry_ok.map(|given| match given.value {
                RawRetryOk::Classes(raw) => DraftRetryOk::Classes(DraftList::new(raw, diagnostics)),
                RawRetryOk::Predicate(predicate) => DraftRetryOk::Predicate(predicate),
            }),
            on_retry: hook(options.on_retry, scope, diagnostics),
            fallback: fallback(options.fallback, scope, diagnostics),
            cancel: options.cancel,
            allows_read_once: match &options.read_once {
                None => Some(false),
                Some(given) => diagnostics.take(parse::effects::read_once(given)),
            },
            context: options.context.map(|given| given.value),
            clone: options.clone.map(|given| given.value).unwrap_or_default(),
            name: options.name.map(|given| given.value),
            runtime: options.runtime.as_ref().and_then(|given| diagnostics.take(parse::runtime::runtime(given))),
            crate_path: options.crate_path.map(|given| given.value),
            written: options.written,
            is_incomplete: options.is_incomplete,
            predicates_use_arguments,
        }
    }

    /// Makes a model of a draft without errors.
    pub(crate) fn into_model(self, shape: Shape, outcome: Type) -> Model {
        let mut written = self.written;
        outcome.to_tokens(&mut written);
        Model {
            shape,
            has_settings: false,
            outcome,
            written,
            crate_path: self.crate_path,
            runtime: self.runtime.map(|given| given.value),
            name: self.name,
            base: self.base,
            retry_on: self.retry_on.map(|draft| draft.list),
            except: self.except.list,
            retry_if: self.retry_if,
            retry_ok: self.retry_ok.map(|retry_ok| match retry_ok {
                DraftRetryOk::Classes(draft) => RejectedOk::Classes(draft.list),
                DraftRetryOk::Predicate(predicate) => RejectedOk::Predicate(predicate),
            }),
            limits: self.limits.into_limits(),
            guards: self.guards,
            effects: Effects { declared: self.side_effects, key: self.key.into_given() },
            cancel: self.cancel,
            context: self.context,
            clone: self.clone,
            allows_read_once: self.allows_read_once.unwrap_or_default(),
            on_retry: self.on_retry,
            fallback: self.fallback,
            predicates_use_arguments: self.predicates_use_arguments,
        }
    }
}

impl DraftLimits {
    fn read(options: &Options, scope: &Scope, diagnostics: &mut Diagnostics) -> Self {
        let backoff = |option: &'static str| {
            move |given: &Given<Expr>| {
                let value = parse::backoff::backoff(&given.value, option)?;
                Ok(Given { key: given.key, value })
            }
        };
        let jitter = |given: &Given<Expr>| {
            let value = parse::backoff::jitter(&given.value)?;
            Ok(Given { key: syn::spanned::Spanned::span(&given.value), value })
        };
        let time_limit = |given: &Given<Expr>| parse::limits::time_limit(given, &scope.arguments);
        let attempt_timeout = |given: &Given<Expr>| parse::timeouts::attempt_timeout(given, &scope.arguments);
        let throttled = options.throttled_backoff.as_ref();
        Self {
            max_attempts: Read::new(options.max_attempts.as_ref(), parse::limits::attempts, diagnostics),
            backoff: Read::new(options.backoff.as_ref(), backoff("backoff"), diagnostics),
            throttled_backoff: Read::new(throttled, backoff("throttled_backoff"), diagnostics),
            jitter: Read::new(options.jitter.as_ref(), jitter, diagnostics),
            max_retry_after: Read::new(options.max_retry_after.as_ref(), parse::limits::length, diagnostics),
            deadline: Read::new(options.deadline.as_ref(), time_limit, diagnostics),
            attempt_timeout: Read::new(options.attempt_timeout.as_ref(), attempt_timeout, diagnostics),
        }
    }

    fn into_limits(self) -> Limits {
        Limits {
            max_attempts: self.max_attempts.into_given(),
            backoff: self.backoff.into_given(),
            throttled_backoff: self.throttled_backoff.into_given(),
            jitter: self.jitter.into_given(),
            max_retry_after: self.max_retry_after.into_given(),
            deadline: self.deadline.into_given(),
            attempt_timeout: self.attempt_timeout.into_given(),
        }
    }
}

fn guards(options: &Options, scope: &Scope, diagnostics: &mut Diagnostics) -> Guards {
    let arguments = &scope.arguments;
    let breaker = options.breaker.as_ref().and_then(|given| diagnostics.take(parse::guards::breaker(given, arguments)));
    let rate_limit = options.rate_limit.as_ref();
    let rate_limit = rate_limit.and_then(|given| diagnostics.take(parse::guards::rate_limit(given, arguments)));
    let budget = options.budget.as_ref().and_then(|given| {
        let value = diagnostics.take(parse::budget::budget(&given.value, arguments))?;
        Some(Given { key: given.key, value })
    });
    let nested = options.nested.as_ref().and_then(|given| diagnostics.take(parse::guards::nested(given)));
    let pace = options.pace.as_ref().and_then(|given| diagnostics.take(parse::guards::pace(given, arguments)));
    let concurrency = options.concurrency.as_ref().and_then(|given| {
        let value = diagnostics.take(parse::concurrency::concurrency(&given.value, arguments))?;
        Some(Given { key: given.key, value })
    });
    let hedge = options.hedge.as_ref().and_then(|given| {
        let read = parse::hedge::hedge(&given.value);
        let blocked = |_| syn::Error::new(given.key, parse::hedge::BLOCKING);
        let value = diagnostics.take(if scope.is_blocking { read.map_err(blocked) } else { read })?;
        Some(Given { key: given.key, value })
    });
    let retries_nested = nested.is_some_and(|nested| nested);
    Guards { budget, breaker, rate_limit, pace, concurrency, hedge, retries_nested }
}

fn fallback(given: Option<Given<Expr>>, scope: &Scope, diagnostics: &mut Diagnostics) -> Option<Fallback> {
    diagnostics.take(parse::fallback::fallback(given?.value, scope))
}

fn hook(given: Option<Given<Expr>>, scope: &Scope, diagnostics: &mut Diagnostics) -> Option<Hook> {
    diagnostics.take(parse::hooks::hook(given?.value, scope))
}

/// Returns the base of the policy.
///
/// A path is a constant unless it names an argument or something that differs between instances. Any other expression
/// is evaluated per call.
fn base(expr: Expr, scope: &Scope) -> PolicyBase {
    let is_path = matches!(ungrouped(&expr), Expr::Path(_));
    let is_same = |names| !expr.names_any(names);
    if is_path && is_same(&scope.arguments) && is_same(&scope.generics) {
        PolicyBase::Const(expr)
    } else {
        PolicyBase::PerCall(expr)
    }
}

/// Returns whether a predicate names an argument or `self`.
fn predicates_use_arguments(options: &Options, arguments: &[String]) -> bool {
    let uses = |expr: &Expr| expr.names_any(arguments);
    let lists = [&options.retry_on, &options.except];
    let has_guard = lists.into_iter().flatten().any(|given| given.value.guards().any(uses));
    let rejects_ok = match &options.retry_ok {
        Some(Given { value: RawRetryOk::Predicate(predicate), .. }) => uses(predicate),
        _ => false,
    };
    has_guard || rejects_ok || options.retry_if.as_ref().is_some_and(|given| uses(&given.value))
}
