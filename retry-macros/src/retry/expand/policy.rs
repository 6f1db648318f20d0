//! Prints the policy, and the checks that only the compiler can make.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use crate::emit::tokens::{Tokens, at, here, nothing};
use crate::emit::{Checked, Emitter};
use crate::retry::class_limit::{LimitSpec, Most};
use crate::retry::class_list::Class;
use crate::retry::expand::classes;
use crate::retry::literal_policy;
use crate::retry::model::{Attempts, BackoffSpec, JitterSpec, Model, PolicyBase};
use crate::syntax::literal::{Length, Value};

/// A policy as it is printed: its value, and the items before it.
pub(super) struct Policy {
    pub(super) items: Vec<TokenStream>,
    pub(super) value: Tokens,
    /// Value of a shared constant, which may interrupt attempts.
    pub(super) constant: Option<Ident>,
}

/// Prints the policy of the operation.
///
/// It becomes an item of its own if rules check it.
///
/// ```text
/// retry_on = Timeout, jitter = proportional(SHARE)
///
/// const SHARE_2: f64 = const_check::share(SHARE);
/// const POLICY: Policy = Policy::new().retry_on(Classes::new().timeout()).jitter(Jitter::proportional(SHARE_2));
/// const _: () = const_check::jitter(&POLICY);
/// ```
pub(super) fn policy(model: &Model, emitter: &mut Emitter) -> Policy {
    let new = emitter.item("Policy").tokens().sign("::").word("new").parentheses(nothing());
    let value = match &model.base {
        PolicyBase::New => setters(new, model, emitter),
        PolicyBase::Const(path) => setters(timed(path), model, emitter),
        PolicyBase::PerCall(_) => new,
    };
    let mut items = emitter.take_constants();
    let checks = checks(model);
    if checks.is_empty() {
        return Policy { items, value, constant: None };
    }
    let (kind, name) = (emitter.item("Policy"), Ident::new(&emitter.unused_name("POLICY"), here()));
    items.push(quote_spanned!(here()=> const #name: #kind = #value;));
    items.extend(checks.iter().map(|check| check.print(&name, emitter)));
    let constant = matches!(model.base, PolicyBase::Const(_)).then(|| name.clone());
    Policy { items, value: Tokens::default().then([name.into()]), constant }
}

/// Prints a shared constant of either type: `GENTLE.to_timed()`.
fn timed(path: &Expr) -> Tokens {
    let call = at(quote_spanned!(here()=> .to_timed()), path.span());
    quote_spanned!(here()=> #path #call).into()
}

/// Prints a setter per option behind `policy`: `.max_attempts(3)`.
pub(super) fn setters(policy: Tokens, model: &Model, emitter: &mut Emitter) -> Tokens {
    let limits = &model.limits;
    let mut policy = policy;
    if let Some(list) = &model.retry_on {
        policy = policy.call("retry_on", classes::set(&list.classes, true, emitter));
        for limit in &list.limits {
            policy = policy.call("limit", class_limit(limit, &list.classes, emitter));
        }
        if !list.limits.is_empty() && model.has_predicate() {
            policy = policy.call("with_others", nothing());
        }
    }
    if !model.except.classes.is_empty() {
        policy = policy.call("except", classes::set(&model.except.classes, false, emitter));
    }
    match limits.max_attempts.as_ref().map(|given| &given.value) {
        Some(Attempts::Count(count)) => policy = policy.call("max_attempts", attempts(count, emitter)),
        Some(Attempts::Unbounded) => policy = policy.call("unbounded", nothing()),
        None => {}
    }
    if let Some(given) = &limits.backoff {
        policy = policy.call("backoff", backoff(&given.value, BACKOFF, emitter));
    }
    if let Some(given) = &limits.jitter {
        policy = policy.call("jitter", jitter(&given.value, emitter));
    }
    if let Some(given) = &limits.throttled_backoff {
        policy = policy.call("throttled_backoff", backoff(&given.value, THROTTLED_BACKOFF, emitter));
    }
    if let Some(given) = &limits.max_retry_after {
        policy = policy.call("max_retry_after", length(&given.value, "MAX_RETRY_AFTER", "duration", emitter));
    }
    if let Some(deadline) = limits.deadline.as_ref().and_then(|given| given.value.constant()) {
        policy = policy.call("deadline", length(deadline, "DEADLINE", "some_duration", emitter));
    }
    if let Some(timeout) = limits.attempt_timeout.as_ref().and_then(|given| given.value.constant()) {
        policy = policy.call("attempt_timeout", length(timeout, "ATTEMPT_TIMEOUT", "some_duration", emitter));
    }
    match limits.attempt_timeout.as_ref().and_then(|given| given.value.by_number()) {
        None => {}
        Some(BackoffSpec::Custom(path)) => policy = policy.call("custom_attempt_timeouts", path.to_token_stream()),
        Some(timeouts) => policy = policy.call("attempt_timeouts", backoff(timeouts, ATTEMPT_TIMEOUTS, emitter)),
    }
    if model.guards.retries_nested {
        policy = policy.call("retry_nested", nothing());
    }
    policy
}

/// Prints the classes of a limit and their limit.
///
/// ```text
/// Connect up_to 60s    ->  Classes::new().connect(), ClassLimit::time(from_secs(60))
/// Throttled up_to MAX  ->  Classes::new().throttled(), LIMIT
/// ```
fn class_limit(limit: &LimitSpec, listed: &[Class], emitter: &mut Emitter) -> Tokens {
    let classes = classes::set(std::slice::from_ref(&listed[limit.class]), true, emitter).sign(",");
    let value = emitter.item("ClassLimit").tokens().sign("::");
    classes.then(match &limit.most {
        Most::Const(expr) => emitter.class_limit(expr),
        Most::Attempts(count) => value.word("attempts").parentheses(attempts(count, emitter)),
        Most::Time(time) => value.word("time").parentheses(length(time, "LIMIT", "some_duration", emitter)),
    })
}

fn attempts(value: &Value<u32>, emitter: &mut Emitter) -> Tokens {
    let checked = Checked { name: "MAX_ATTEMPTS", kind: "u32", rule: "max_attempts" };
    match value {
        Value::Literal { value, .. } => Tokens::default().number(Literal::u32_unsuffixed(*value)),
        Value::Const(expr) => emitter.constant(checked, expr, Default::default()),
    }
}

/// Prints a number that may have a fraction.
pub(super) fn fraction(value: &Value<f64>, name: &'static str, rule: &'static str, emitter: &mut Emitter) -> Tokens {
    match value {
        Value::Literal { value, .. } => Tokens::default().number(Literal::f64_unsuffixed(*value)),
        Value::Const(expr) => emitter.constant(Checked { name, kind: "f64", rule }, expr, Default::default()),
    }
}

/// Prints a duration.
pub(super) fn length(value: &Length, name: &'static str, rule: &'static str, emitter: &mut Emitter) -> Tokens {
    match value {
        Value::Literal { value, .. } => emitter.duration(*value),
        Value::Const(expr) => emitter.constant(Checked { name, kind: "Duration", rule }, expr, Default::default()),
    }
}

/// Names of a backoff's constants.
struct Names {
    base: &'static str,
    step: &'static str,
    cap: &'static str,
    factor: &'static str,
}

const BACKOFF: &Names = &Names { base: "BASE", step: "STEP", cap: "CAP", factor: "FACTOR" };
const THROTTLED_BACKOFF: &Names =
    &Names { base: "THROTTLED_BASE", step: "THROTTLED_STEP", cap: "THROTTLED_CAP", factor: "THROTTLED_FACTOR" };

const ATTEMPT_TIMEOUTS: &Names =
    &Names { base: "TIMEOUT_BASE", step: "TIMEOUT_STEP", cap: "TIMEOUT_CAP", factor: "TIMEOUT_FACTOR" };

/// Prints a backoff.
///
/// ```text
/// exp(500ms, 4s, factor = 3)   ->  Backoff::exponential(from_millis(500), from_secs(4)).factor(3.0)
/// ```
fn backoff(spec: &BackoffSpec, names: &Names, emitter: &mut Emitter) -> Tokens {
    let backoff = emitter.item("Backoff").tokens().sign("::");
    match spec {
        BackoffSpec::Exponential { base, cap, factor } => {
            let (base, cap) = base_and_cap(base, cap, names, emitter);
            let backoff = backoff.word("exponential").parentheses(base.sign(",").then(cap));
            match factor {
                Some(factor) => backoff.call("factor", fraction(factor, names.factor, "factor", emitter)),
                None => backoff,
            }
        }
        BackoffSpec::Linear { base, step, cap } => {
            let (base, cap) = base_and_cap(base, cap, names, emitter);
            let step = length(step, names.step, "duration", emitter);
            backoff.word("linear").parentheses(base.sign(",").then(step).sign(",").then(cap))
        }
        BackoffSpec::Fibonacci { base, cap } => {
            let (base, cap) = base_and_cap(base, cap, names, emitter);
            backoff.word("fibonacci").parentheses(base.sign(",").then(cap))
        }
        BackoffSpec::Fixed(delay) => backoff.word("fixed").parentheses(length(delay, names.base, "base", emitter)),
        BackoffSpec::None => backoff.word("none").parentheses(nothing()),
        BackoffSpec::Custom(path) => backoff.word("custom").parentheses(path.to_token_stream()),
    }
}

/// Prints both.
///
/// The rule over both is checked at the last one that is an expression.
fn base_and_cap(base: &Length, cap: &Length, names: &Names, emitter: &mut Emitter) -> (Tokens, Tokens) {
    let checked = |name, rule| Checked { name, kind: "Duration", rule };
    match (base, cap) {
        (Value::Const(base), Value::Literal { value: cap, .. }) => {
            let beside = [Tokens::default(), Tokens::default().sign(",").then(emitter.duration(*cap))];
            (emitter.constant(checked(names.base, "base_below"), base, beside), emitter.duration(*cap))
        }
        (base, Value::Literal { value: cap, .. }) => {
            (length(base, names.base, "base", emitter), emitter.duration(*cap))
        }
        (base, Value::Const(cap)) => {
            let base = length(base, names.base, "base", emitter);
            let beside = [base.clone().sign(","), Tokens::default()];
            let cap = emitter.constant(checked(names.cap, "cap"), cap, beside);
            (base, cap)
        }
    }
}

/// Prints a jitter: `Jitter::proportional(0.25)`.
fn jitter(spec: &JitterSpec, emitter: &mut Emitter) -> Tokens {
    let (name, argument) = match spec {
        JitterSpec::Full => ("full", Tokens::default()),
        JitterSpec::Equal => ("equal", Tokens::default()),
        JitterSpec::Proportional(share) => ("proportional", fraction(share, "SHARE", "share", emitter)),
        JitterSpec::Additive(most) => ("additive", length(most, "ADDITION", "duration", emitter)),
        JitterSpec::Decorrelated => ("decorrelated", Tokens::default()),
        JitterSpec::None => ("none", Tokens::default()),
    };
    emitter.item("Jitter").tokens().sign("::").word(name).parentheses(argument)
}

/// Rule that the compiler checks, with the place of its error.
struct Check {
    rule: &'static str,
    span: Span,
    /// Argument of some rules: whether the operation ends by other means.
    ends: Option<bool>,
}

/// Returns the rules over several options that the compiler must check.
///
/// The macro cannot, because a value is an expression.
fn checks(model: &Model) -> Vec<Check> {
    let limits = &model.limits;
    let path = match &model.base {
        PolicyBase::New if literal_policy::policy(model).is_some() => return Vec::new(),
        PolicyBase::PerCall(_) => return Vec::new(),
        PolicyBase::New => None,
        PolicyBase::Const(path) => Some(path.span()),
    };
    let is_per_call = limits.deadline.as_ref().is_some_and(|given| given.value.per_call().is_some());
    let ends = Some(model.cancel.is_some() || is_per_call);
    let deadline = limits.deadline.as_ref().and_then(|given| given.value.constant()).map(Value::span);
    let timeout = limits.attempt_timeout.as_ref().filter(|given| given.value.per_call().is_none());
    let timeout = timeout.map(|given| given.value.span());
    let unbounded = limits.max_attempts.as_ref().filter(|given| matches!(given.value, Attempts::Unbounded));
    let rules = [
        ("jitter", limits.jitter.as_ref().map(|given| given.key), None),
        ("deadline", deadline, None),
        ("attempt_timeout", timeout, None),
        ("unbounded", unbounded.map(|given| given.key), ends),
    ];
    let limited = model.retry_on.as_ref().and_then(|list| Some(list.limits.first()?.most.span()));
    let limits = limited.map(|span| Check { rule: "limits", span, ends: None });
    let Some(path) = path else {
        let given = rules.into_iter().filter_map(|(rule, span, ends)| Some(Check { rule, span: span?, ends }));
        return given.chain(limits).collect();
    };
    let mut checks = if rules.iter().all(|(_, span, _)| span.is_none()) {
        vec![Check { rule: "policy", span: path, ends }]
    } else {
        rules.map(|(rule, span, ends)| Check { rule, span: span.unwrap_or(path), ends }).into()
    };
    checks.extend(limits);
    let mut of_shared_policy = |rule| checks.push(Check { rule, span: path, ends: None });
    if model.retry_on.is_none() && model.retry_if.is_none() && model.retry_ok.is_none() {
        of_shared_policy("listed");
    }
    if !model.is_async() {
        of_shared_policy("blocking");
    }
    checks
}

impl Check {
    /// Prints `const _: () = const_check::deadline(&POLICY);`.
    ///
    /// All tokens are located at the option.
    fn print(&self, policy: &Ident, emitter: &Emitter) -> TokenStream {
        let (check, rule) = (emitter.item("const_check"), Ident::new(self.rule, self.span));
        let ends = self.ends.map(|ends| quote_spanned!(here()=> , #ends));
        at(quote_spanned!(here()=> const _: () = #check::#rule(&#policy #ends);), self.span)
    }
}
