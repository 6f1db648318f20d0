//! A valid attribute on a valid function: what the expansion prints from.
//!
//! Nothing here can be at fault. [`Draft`](crate::retry::draft::Draft) is the form that can.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use retry_core::{Backoff, Jitter};
use syn::spanned::Spanned;
use syn::{Expr, ExprPath, Ident, LitStr, Path, Type};

use crate::retry::class_list::{Class, ClassList};
use crate::retry::fallback_spec::{Fallback, Hook};
use crate::retry::guards::Guards;
use crate::retry::shared_spec::refers_to_item;
use crate::syntax::function::Shape;
use crate::syntax::literal::{Length, Value};
use crate::syntax::option::Given;

pub(crate) struct Model {
    pub(crate) shape: Shape,
    /// True if settings may give attempts a timeout while the program runs.
    pub(crate) has_settings: bool,
    /// The type of an attempt's result.
    pub(crate) outcome: Type,
    pub(crate) crate_path: Option<Path>,
    /// Runtime of an async function, if it is not the default one.
    pub(crate) runtime: Option<RuntimeSpec>,
    pub(crate) name: Option<LitStr>,
    pub(crate) base: PolicyBase,
    pub(crate) retry_on: Option<ClassList>,
    pub(crate) except: ClassList,
    pub(crate) retry_if: Option<Expr>,
    pub(crate) retry_ok: Option<RejectedOk>,
    pub(crate) limits: Limits,
    pub(crate) guards: Guards,
    pub(crate) effects: Effects,
    pub(crate) cancel: Option<Given<Expr>>,
    pub(crate) context: Option<Ident>,
    pub(crate) clone: Vec<Ident>,
    /// `read_once = allow`.
    pub(crate) allows_read_once: bool,
    pub(crate) on_retry: Option<Hook>,
    pub(crate) fallback: Option<Fallback>,
    /// True if a predicate or a guard names an argument.
    ///
    /// The body may borrow the argument too.
    pub(crate) predicates_use_arguments: bool,
    /// The user's tokens except the body: the attribute, and the type of the result.
    pub(crate) written: TokenStream,
}

/// Policy that the other options override.
pub(crate) enum PolicyBase {
    New,
    Const(Expr),
    PerCall(Expr),
}

impl PolicyBase {
    pub(crate) fn is_new(&self) -> bool {
        matches!(self, Self::New)
    }
}

/// Async runtime of a function.
pub(crate) enum RuntimeSpec {
    /// The name of a type in `retry_runtime::driver`.
    BuiltIn(Ident),
    /// The path of a type of the user.
    Path(ExprPath),
}

/// `Ok` that counts as a failure.
pub(crate) enum RejectedOk {
    Classes(ClassList),
    Predicate(Expr),
}

/// Numbers of the policy.
#[derive(Default)]
pub(crate) struct Limits {
    pub(crate) max_attempts: Option<Given<Attempts>>,
    pub(crate) backoff: Option<Given<BackoffSpec>>,
    pub(crate) throttled_backoff: Option<Given<BackoffSpec>>,
    pub(crate) jitter: Option<Given<JitterSpec>>,
    pub(crate) max_retry_after: Option<Given<Length>>,
    pub(crate) deadline: Option<Given<TimeLimit>>,
    pub(crate) attempt_timeout: Option<Given<TimeLimit>>,
}

pub(crate) enum Attempts {
    Count(Value<u32>),
    Unbounded,
}

pub(crate) enum TimeLimit {
    Constant(Length),
    /// The expression names an argument.
    PerCall(Expr),
    /// Timeouts by the number of the attempt.
    ByNumber(Box<BackoffSpec>, Span),
}

pub(crate) enum BackoffSpec {
    Exponential { base: Length, cap: Length, factor: Option<Value<f64>> },
    Linear { base: Length, step: Length, cap: Length },
    Fibonacci { base: Length, cap: Length },
    Fixed(Length),
    None,
    Custom(Expr),
}

pub(crate) enum JitterSpec {
    Full,
    Equal,
    Proportional(Value<f64>),
    Additive(Length),
    Decorrelated,
    None,
}

/// Side effects of the body, and the key that makes repeating them harmless.
#[derive(Default)]
pub(crate) struct Effects {
    /// The place of `side_effects`.
    pub(crate) declared: Option<Span>,
    pub(crate) key: Option<Given<Key>>,
}

/// Source of a call's idempotency key.
pub(crate) enum Key {
    Generated,
    PerCall(Expr),
}

impl TimeLimit {
    pub(crate) fn constant(&self) -> Option<&Length> {
        match self {
            Self::Constant(length) => Some(length),
            Self::PerCall(_) | Self::ByNumber(..) => None,
        }
    }

    pub(crate) fn per_call(&self) -> Option<&Expr> {
        match self {
            Self::Constant(_) | Self::ByNumber(..) => None,
            Self::PerCall(expr) => Some(expr),
        }
    }

    /// The timeouts by the number of the attempt.
    pub(crate) fn by_number(&self) -> Option<&BackoffSpec> {
        match self {
            Self::ByNumber(timeouts, _) => Some(timeouts),
            Self::Constant(_) | Self::PerCall(_) => None,
        }
    }

    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Constant(length) => length.span(),
            Self::PerCall(expr) => expr.span(),
            Self::ByNumber(_, span) => *span,
        }
    }
}

impl BackoffSpec {
    /// Returns the backoff if it consists of literals.
    pub(crate) fn literal(&self) -> Option<Backoff> {
        Some(match self {
            Self::Exponential { base, cap, factor } => {
                let backoff = Backoff::exponential(*base.literal()?, *cap.literal()?);
                match factor {
                    Some(factor) => backoff.factor(*factor.literal()?),
                    None => backoff,
                }
            }
            Self::Linear { base, step, cap } => Backoff::linear(*base.literal()?, *step.literal()?, *cap.literal()?),
            Self::Fibonacci { base, cap } => Backoff::fibonacci(*base.literal()?, *cap.literal()?),
            Self::Fixed(delay) => Backoff::fixed(*delay.literal()?),
            Self::None => Backoff::none(),
            Self::Custom(_) => return None,
        })
    }

    fn constants(&self) -> Vec<&Expr> {
        let values = match self {
            Self::Exponential { base, cap, factor } => {
                [base.constant(), cap.constant(), factor.as_ref().and_then(Value::constant)]
            }
            Self::Linear { base, step, cap } => [base.constant(), step.constant(), cap.constant()],
            Self::Fibonacci { base, cap } => [base.constant(), cap.constant(), None],
            Self::Fixed(delay) => [delay.constant(), None, None],
            Self::Custom(path) => [Some(path), None, None],
            Self::None => [None; 3],
        };
        values.into_iter().flatten().collect()
    }
}

impl JitterSpec {
    /// Returns the jitter if it consists of literals.
    pub(crate) fn literal(&self) -> Option<Jitter> {
        Some(match self {
            Self::Full => Jitter::full(),
            Self::Equal => Jitter::equal(),
            Self::Proportional(share) => Jitter::proportional(*share.literal()?),
            Self::Additive(most) => Jitter::additive(*most.literal()?),
            Self::Decorrelated => Jitter::decorrelated(),
            Self::None => Jitter::none(),
        })
    }

    fn constants(&self) -> Option<&Expr> {
        match self {
            Self::Proportional(share) => share.constant(),
            Self::Additive(most) => most.constant(),
            Self::Full | Self::Equal | Self::Decorrelated | Self::None => None,
        }
    }
}

impl Limits {
    fn constants(&self) -> Vec<&Expr> {
        let mut found = Vec::new();
        if let Some(Attempts::Count(count)) = self.max_attempts.as_ref().map(|given| &given.value) {
            found.extend(count.constant());
        }
        let backoffs = [&self.backoff, &self.throttled_backoff].into_iter().flatten();
        found.extend(backoffs.flat_map(|given| given.value.constants()));
        found.extend(self.jitter.as_ref().and_then(|given| given.value.constants()));
        found.extend(self.max_retry_after.as_ref().and_then(|given| given.value.constant()));
        let limits = [&self.deadline, &self.attempt_timeout].into_iter().flatten();
        found.extend(limits.filter_map(|given| given.value.constant()?.constant()));
        let timeouts = self.attempt_timeout.as_ref().and_then(|given| given.value.by_number());
        found.extend(timeouts.into_iter().flat_map(BackoffSpec::constants));
        found
    }
}

impl Model {
    pub(crate) fn is_async(&self) -> bool {
        !matches!(self.shape, Shape::Blocking)
    }

    /// The user's tokens in the block of the operation's `static`.
    ///
    /// `outcome` is the type of a result.
    pub(crate) fn operation_tokens(&self, outcome: &TokenStream) -> TokenStream {
        let mut tokens = outcome.clone();
        let mut add = |expr: &Expr| expr.to_tokens(&mut tokens);
        let known = match &self.base {
            PolicyBase::Const(path) => Some(path),
            PolicyBase::PerCall(expr) => Some(expr).filter(|expr| refers_to_item(expr)),
            PolicyBase::New => None,
        };
        known.into_iter().for_each(&mut add);
        if known.is_some() || self.base.is_new() {
            let classes = self.retry_on.iter().chain([&self.except]).flat_map(|list| &list.classes);
            classes.flat_map(Class::constants).for_each(&mut add);
            let limits = self.retry_on.iter().flat_map(|list| &list.limits);
            limits.filter_map(|limit| limit.most.constant()).for_each(&mut add);
            self.limits.constants().into_iter().for_each(&mut add);
        }
        self.guards.constants().into_iter().for_each(&mut add);
        if let Some(RuntimeSpec::Path(path)) = &self.runtime {
            path.to_tokens(&mut tokens);
        }
        tokens
    }

    /// Returns whether more than the policy's classes decide about a retry.
    pub(crate) fn has_predicate(&self) -> bool {
        self.retry_if.is_some()
            || self.retry_ok.is_some()
            || self.retry_on.as_ref().is_some_and(ClassList::has_patterns)
            || self.except.has_patterns()
    }

    /// Returns whether the policy has classes.
    ///
    /// Then the error must implement `Classify`.
    pub(crate) fn has_classes(&self) -> bool {
        match &self.retry_on {
            Some(list) => !list.classes.is_empty(),
            None => !self.base.is_new(),
        }
    }

    /// The place of the first class, or of the policy that has the classes.
    pub(crate) fn class_span(&self) -> Span {
        class_span(self.retry_on.as_ref(), &self.base)
    }
}

/// The place of the first class, or of the policy that has the classes.
pub(crate) fn class_span(retry_on: Option<&ClassList>, base: &PolicyBase) -> Span {
    match (retry_on.and_then(|list| list.classes.first()), base) {
        (Some(class), _) => class.span(),
        (None, PolicyBase::Const(expr) | PolicyBase::PerCall(expr)) => expr.span(),
        (None, PolicyBase::New) => Span::call_site(),
    }
}
