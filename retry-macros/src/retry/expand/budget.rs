//! Prints the budget.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote_spanned;
use syn::Expr;
use syn::spanned::Spanned;

use crate::emit::tokens::{Tokens, here, nothing};
use crate::emit::{Checked, Emitter};
use crate::retry::expand::policy;
use crate::retry::guards::{BudgetShape, BudgetSpec, Guards, MaxWait};
use crate::retry::shared_spec::refers_to_static;
use crate::syntax::literal::{Length, Value};

/// Place of tokens that belong to a user's expression.
pub(super) fn place(expr: &Expr) -> Span {
    here().located_at(expr.span())
}

/// Prints the local of a budget per call: `let budget = &self.budget;`.
pub(super) fn local(guards: &Guards) -> Option<TokenStream> {
    match guards.budget() {
        Some(BudgetSpec::PerCall(expr)) => Some(quote_spanned!(place(expr)=> let budget = &#expr;)),
        _ => None,
    }
}

/// Prints the item of an inline budget, before the operation's `static`.
///
/// ```text
/// budget = ratio(0.1, 10s)   ->  static BUDGET: Budget = Budget::ratio(0.1, from_secs(10));
/// ```
pub(super) fn item(guards: &Guards, emitter: &mut Emitter) -> Option<TokenStream> {
    let Some(BudgetSpec::Inline(shape)) = guards.budget() else { return None };
    let (kind, shape, name) = (emitter.item("Budget"), constructor(shape, emitter), name(emitter));
    let constants = emitter.take_constants();
    Some(quote_spanned!(here()=> #(#constants)* static #name: #kind = #kind::#shape;))
}

fn name(emitter: &Emitter) -> Ident {
    Ident::new(&emitter.unused_name("BUDGET"), here())
}

/// Prints the setting of the operation.
///
/// ```text
/// budget = PAYMENTS   ->  .named_budget(&PAYMENTS, type_of(&PAYMENTS))
/// ```
pub(super) fn setter(guards: &Guards, emitter: &Emitter) -> TokenStream {
    match guards.budget() {
        None | Some(BudgetSpec::Default) => nothing(),
        Some(BudgetSpec::None | BudgetSpec::PerCall(_)) => quote_spanned!(here()=> .without_budget()),
        Some(BudgetSpec::Static(path)) => {
            let type_of = emitter.item("type_of");
            quote_spanned!(place(path)=> .named_budget(&#path, #type_of(&#path)))
        }
        Some(BudgetSpec::Inline(_)) => {
            let name = name(emitter);
            quote_spanned!(here()=> .budget(&#name))
        }
    }
}

/// Prints the setting of the call.
pub(super) fn call_setting(guards: &Guards) -> TokenStream {
    match guards.budget() {
        Some(BudgetSpec::Static(_) | BudgetSpec::Inline(_)) => quote_spanned!(here()=> .with_shared_budget()),
        Some(BudgetSpec::PerCall(expr)) if refers_to_static(expr) => {
            quote_spanned!(place(expr)=> .static_budget(budget))
        }
        Some(BudgetSpec::PerCall(expr)) => quote_spanned!(place(expr)=> .with_budget(budget)),
        _ => nothing(),
    }
}

const SHARE: &str = "SHARE_OF_CALLS";
const WINDOW: &str = "WINDOW";

/// Prints the call behind `Budget::`.
fn constructor(spec: &BudgetShape, emitter: &mut Emitter) -> TokenStream {
    match spec {
        BudgetShape::Aws => quote_spanned!(here()=> aws()),
        BudgetShape::Credit { rest, wait } => credit(rest.as_ref(), wait.as_ref(), emitter),
        BudgetShape::Ratio { share, window, reserve: None } => {
            let share = policy::fraction(share, SHARE, "budget_share", emitter);
            let window = policy::length(window, WINDOW, "window", emitter);
            quote_spanned!(here()=> ratio(#share, #window))
        }
        BudgetShape::Ratio { share, window, reserve: Some(reserve) } => ratio(share, window, reserve, emitter),
        BudgetShape::InFlight { share, at_least } => in_flight(share, at_least, emitter),
    }
}

/// Prints a credit.
///
/// ```text
/// credit(500, wait = 10s)   ->  credit_of(500).wait(from_secs(10))
/// credit(wait = none)       ->  credit().without_wait()
/// ```
fn credit(rest: Option<&Value<u32>>, wait: Option<&MaxWait>, emitter: &mut Emitter) -> TokenStream {
    let mut credit = match rest {
        Some(rest) => {
            let rest = count(rest, "REST", "rest", Tokens::default(), emitter);
            quote_spanned!(here()=> credit_of(#rest))
        }
        None => quote_spanned!(here()=> credit()),
    };
    match wait {
        None => {}
        Some(MaxWait::None) => credit.extend(quote_spanned!(here()=> .without_wait())),
        Some(MaxWait::AtMost(longest)) => {
            let longest = policy::length(longest, "WAIT", "max_wait", emitter);
            credit.extend(quote_spanned!(here()=> .wait(#longest)));
        }
    }
    credit
}

/// Prints `ratio` with a reserve.
///
/// The rule over all three values is checked at the last one that is an expression.
fn ratio(share: &Value<f64>, window: &Length, reserve: &Value<f64>, emitter: &mut Emitter) -> TokenStream {
    let of = |name, kind, rule| Checked { name, kind, rule };
    let (share, window, reserve) = match (share, window, reserve) {
        (share, window, Value::Const(expr)) => {
            let share = policy::fraction(share, SHARE, "budget_share", emitter);
            let window = policy::length(window, WINDOW, "window", emitter);
            let before = quote_spanned!(here()=> #share, #window,);
            let reserve =
                emitter.constant(of("RESERVE", "f64", "ratio_reserve"), expr, [before.into(), Tokens::default()]);
            (share, window, reserve)
        }
        (share, Value::Const(expr), Value::Literal { value: reserve, .. }) => {
            let share = policy::fraction(share, SHARE, "budget_share", emitter);
            let reserve = number(*reserve);
            let beside = [quote_spanned!(here()=> #share,).into(), quote_spanned!(here()=> , #reserve).into()];
            let window = emitter.constant(of(WINDOW, "Duration", "ratio_window"), expr, beside);
            (share, window, reserve)
        }
        (Value::Const(expr), Value::Literal { value: window, .. }, Value::Literal { value: reserve, .. }) => {
            let (window, reserve) = (emitter.duration(*window), number(*reserve));
            let after = quote_spanned!(here()=> , #window, #reserve);
            let share = emitter.constant(of(SHARE, "f64", "ratio_share"), expr, [Tokens::default(), after.into()]);
            (share, window, reserve)
        }
        (Value::Literal { value: share, .. }, Value::Literal { value: window, .. }, Value::Literal { value, .. }) => {
            (number(*share), emitter.duration(*window), number(*value))
        }
    };
    quote_spanned!(here()=> ratio(#share, #window).reserve(#reserve))
}

/// Prints `in_flight`, checked as [`ratio`] is.
fn in_flight(share: &Value<f64>, at_least: &Value<u32>, emitter: &mut Emitter) -> TokenStream {
    if let (Value::Const(expr), Value::Literal { .. }) = (share, at_least) {
        let at_least = count(at_least, "", "", Tokens::default(), emitter);
        let checked = Checked { name: SHARE, kind: "f64", rule: "in_flight_share" };
        let share = emitter.constant(checked, expr, [Tokens::default(), quote_spanned!(here()=> , #at_least).into()]);
        return quote_spanned!(here()=> in_flight(#share, #at_least));
    }
    let share = policy::fraction(share, SHARE, "budget_share", emitter);
    let before = quote_spanned!(here()=> #share,).into();
    let at_least = count(at_least, "AT_LEAST", "in_flight_least", before, emitter);
    quote_spanned!(here()=> in_flight(#share, #at_least))
}

fn count(value: &Value<u32>, name: &'static str, rule: &'static str, before: Tokens, emitter: &mut Emitter) -> Tokens {
    match value {
        Value::Literal { value, .. } => Tokens::default().number(Literal::u32_unsuffixed(*value)),
        Value::Const(expr) => emitter.constant(Checked { name, kind: "u32", rule }, expr, [before, Tokens::default()]),
    }
}

fn number(value: f64) -> Tokens {
    Tokens::default().number(Literal::f64_unsuffixed(value))
}
