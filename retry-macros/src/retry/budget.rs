//! The budget that retries draw from, as written: a shape with its numbers, a `static`, or an expression.

use std::time::Duration;

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote_spanned};
use retry_core::validate;
use syn::{Expr, UnOp};

use crate::diagnostics::{Diagnostics, with};
use crate::emit::{Checked, Paths, here};
use crate::retry::expand::policy;
use crate::retry::parse::Given;
use crate::retry::parse::backoff::Length;
use crate::retry::validate::rules;
use crate::syntax::duration;
use crate::syntax::literal::{self, Value, names_any, shown, ungrouped};
use crate::syntax::named_call::{Written, assigned, unknown, written};

pub(crate) enum Budget {
    /// What every operation has.
    Own,
    None,
    /// A `static` of the user's.
    Static(Expr),
    /// It may name an argument.
    PerCall(Expr),
    /// One of its own, of another shape or size.
    Written(Box<Shape>),
}

pub(crate) enum Shape {
    Credit(Value<u32>),
    Aws,
    Ratio { share: Value<f64>, window: Length, reserve: Option<Value<f64>> },
    InFlight { share: Value<f64>, at_least: Value<u32> },
}

const SHAPES: &[&str] = &["credit", "ratio", "in_flight", "none"];
const CREDIT: &str = "credit(500)";
const RATIO: &str = "ratio(0.1, 10s)";
const RESERVED: &str = "ratio(0.1, 10s, reserve = 0.1)";
const IN_FLIGHT: &str = "in_flight(0.2, 3)";

/// Reads a budget, and checks what is literal in it.
pub(crate) fn budget(
    given: &Given<Expr>,
    arguments: &[String],
    generics: &[String],
    diagnostics: &mut Diagnostics,
) -> Option<Given<Budget>> {
    let value = diagnostics.take(parse(&given.value, arguments))?;
    match &value {
        Budget::Written(shape) => {
            rules::constant("budget", given.value.to_token_stream(), arguments, generics, diagnostics);
            check_shape(shape, diagnostics);
        }
        Budget::Static(path) => rules::one_static("budget", path, generics, diagnostics),
        Budget::Own | Budget::None | Budget::PerCall(_) => {}
    }
    Some(Given { key: given.key, value })
}

fn parse(expr: &Expr, arguments: &[String]) -> syn::Result<Budget> {
    let names_argument = names_any(expr.to_token_stream(), arguments);
    if let Some(written) = written(expr).filter(|written| is_shape(written, names_argument)) {
        return shape(&written, expr);
    }
    if is_no_budget(expr) {
        let words =
            format!("`{}` is no budget; write `budget = {CREDIT}`, `none`, or the path of a `static`", shown(expr));
        return Err(syn::Error::new_spanned(expr, words));
    }
    if is_made(expr) {
        let words = format!(
            "a budget that is made at each call bounds nothing; write it as in `budget = {RATIO}`, or name a `static`"
        );
        return Err(syn::Error::new_spanned(expr, words));
    }
    if names_argument || !matches!(ungrouped(expr), Expr::Path(_)) {
        return duration::plain(expr).map(|()| Budget::PerCall(expr.clone()));
    }
    Ok(Budget::Static(expr.clone()))
}

/// A bare name in small letters is no `static`; a call of such a name that is near a shape was meant as one.
fn is_shape(written: &Written<'_>, names_argument: bool) -> bool {
    let is_small = written.name.chars().all(|c| c.is_lowercase() || c == '_') || written.name == "None";
    let is_near = is_small && crate::syntax::spelling::nearest(&written.name, SHAPES).is_some();
    SHAPES.contains(&written.name.as_str()) || is_near && !names_argument
}

/// Whether an expression can be no budget, whatever its names mean.
fn is_no_budget(expr: &Expr) -> bool {
    match ungrouped(expr) {
        Expr::Unary(unary) => !matches!(unary.op, UnOp::Deref(_)),
        Expr::Lit(_)
        | Expr::Closure(_)
        | Expr::Range(_)
        | Expr::Tuple(_)
        | Expr::Array(_)
        | Expr::Repeat(_)
        | Expr::Binary(_)
        | Expr::Assign(_) => true,
        _ => false,
    }
}

/// Whether an expression makes a budget: `Budget::credit()`, `shared.fresh()`.
fn is_made(expr: &Expr) -> bool {
    match ungrouped(expr) {
        Expr::Reference(reference) => is_made(&reference.expr),
        Expr::MethodCall(call) => call.method == "fresh" || is_made(&call.receiver),
        Expr::Call(call) => {
            let made = matches!(ungrouped(&call.func), Expr::Path(path) if is_of_budget(&path.path));
            made || call.args.iter().any(is_made)
        }
        _ => false,
    }
}

fn is_of_budget(path: &syn::Path) -> bool {
    path.segments.iter().rev().nth(1).is_some_and(|of| of.ident == "Budget")
}

fn shape(written: &Written<'_>, expr: &Expr) -> syn::Result<Budget> {
    let (settings, plain): (Vec<_>, Vec<_>) = written.plain().into_iter().partition(|part| assigned(part).is_some());
    if let (Some(extra), true) = (settings.first(), written.name != "ratio") {
        return Err(syn::Error::new_spanned(extra, extra_setting(written, extra)));
    }
    Ok(match written.name.as_str() {
        "none" => written.alone(expr).map(|()| Budget::None)?,
        "credit" if written.arguments.is_none() => Budget::Own,
        "credit" => {
            let [rest] = written.exactly(expr, CREDIT, &plain)?;
            let is_aws = matches!(ungrouped(rest), Expr::Path(path) if path.path.is_ident("aws"));
            let count = || literal::count(rest, "the rest of a credit", CREDIT).map(Shape::Credit);
            Budget::Written(Box::new(if is_aws { Shape::Aws } else { count()? }))
        }
        "ratio" => {
            let form = if plain.len() == 3 { RESERVED } else { RATIO };
            let [share, window] = written.exactly(expr, form, &plain)?;
            let (share, window) = (literal::number(share, "a share", RATIO)?, literal::duration(window)?);
            Budget::Written(Shape::Ratio { share, window, reserve: reserve(&settings)? }.into())
        }
        "in_flight" => {
            let [share, at_least] = written.exactly(expr, IN_FLIGHT, &plain)?;
            let share = literal::number(share, "a share", IN_FLIGHT)?;
            let at_least = literal::count(at_least, "the least number of retries", IN_FLIGHT)?;
            Budget::Written(Shape::InFlight { share, at_least }.into())
        }
        other => return Err(syn::Error::new(written.span, unknown("budget", other, SHAPES, "credit"))),
    })
}

/// Of `name = value` where none stands.
fn extra_setting(written: &Written<'_>, extra: &Expr) -> String {
    let is_reserve = assigned(extra).is_some_and(|assign| shown(&assign.left) == "reserve");
    let form = match written.name.as_str() {
        "credit" => CREDIT,
        "in_flight" => IN_FLIGHT,
        other => other,
    };
    if is_reserve {
        format!("only `ratio` has a reserve; write `{RESERVED}`, or `{form}`")
    } else {
        format!("`{}` has no such setting, and its numbers no names; write `{form}`", written.name)
    }
}

fn reserve(settings: &[&Expr]) -> syn::Result<Option<Value<f64>>> {
    let Some((first, rest)) = settings.split_first() else { return Ok(None) };
    if let Some(second) = rest.first() {
        return Err(syn::Error::new_spanned(second, "`reserve` is given twice; write it once"));
    }
    match assigned(first) {
        Some(assign) if shown(&assign.left) == "reserve" => {
            literal::number(&assign.right, "a reserve", "reserve = 0.1").map(Some)
        }
        _ => Err(syn::Error::new_spanned(first, format!("`ratio` has no such setting; write `{RESERVED}`"))),
    }
}

fn check_shape(shape: &Shape, diagnostics: &mut Diagnostics) {
    match shape {
        Shape::Aws => {}
        Shape::Credit(rest) => tell(rest, |rest| validate::rest(*rest), diagnostics),
        Shape::Ratio { share, window, reserve } => check_ratio(share, window, reserve.as_ref(), diagnostics),
        Shape::InFlight { share, at_least } => {
            let ((), is_right) =
                diagnostics.none_in(|diagnostics| tell(share, |share| validate::share(*share), diagnostics));
            if let (Some(share_known), Some(at_least_known), true) = (share.known(), at_least.known(), is_right) {
                if let Err(broken) = validate::some_in_flight(*share_known, *at_least_known) {
                    diagnostics.here(share.span(), broken.message());
                }
            }
        }
    }
}

fn check_ratio(share: &Value<f64>, window: &Length, reserve: Option<&Value<f64>>, diagnostics: &mut Diagnostics) {
    let ((), is_share) = diagnostics.none_in(|diagnostics| tell(share, |share| validate::share(*share), diagnostics));
    let ((), is_window) =
        diagnostics.none_in(|diagnostics| tell(window, |window| validate::window(*window), diagnostics));
    let Some(reserve) = reserve else { return };
    // Where the window is not known, it is at least a second.
    let window = window.known().filter(|_| is_window).copied();
    let at_least = window.unwrap_or(Duration::from_secs(1));
    let ((), is_reserve) =
        diagnostics.none_in(|diagnostics| tell(reserve, |reserve| validate::reserve(*reserve, at_least), diagnostics));
    if let (Some(known), Some(window), Some(reserve), true) =
        (share.known(), window, reserve.known(), is_share && is_reserve)
    {
        if let Err(broken) = retry_core::Budget::try_ratio(*known, window, *reserve) {
            diagnostics.here(share.span(), broken.message());
        }
    }
}

fn tell<T>(value: &Value<T>, rule: impl FnOnce(&T) -> validate::Rule, diagnostics: &mut Diagnostics) {
    let Value::Known { value, text, span } = value else { return };
    if let Err(broken) = rule(value) {
        diagnostics.here(*span, with(broken.message(), &format!(", not `{text}`")));
    }
}

impl Shape {
    /// `ratio(0.1, from_secs(10)).reserve(0.1)`, behind `Budget::`.
    pub(crate) fn printed(&self, paths: &Paths) -> TokenStream {
        match self {
            Self::Aws => quote_spanned!(here()=> aws()),
            Self::Credit(rest) => {
                let rest = count(rest, "REST", "rest", nothing(), paths);
                quote_spanned!(here()=> credit_of(#rest))
            }
            Self::Ratio { share, window, reserve: None } => {
                let share = policy::fraction(share, SHARE, "budget_share", paths);
                let window = policy::length(window, WINDOW, "window", paths);
                quote_spanned!(here()=> ratio(#share, #window))
            }
            Self::Ratio { share, window, reserve: Some(reserve) } => ratio(share, window, reserve, paths),
            Self::InFlight { share, at_least } => in_flight(share, at_least, paths),
        }
    }

    /// As it was written, for the docs.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Credit(rest) => format!("`credit({})`", text(rest)),
            Self::Aws => "`credit(aws)`".into(),
            Self::Ratio { share, .. } => format!("a `ratio` of {}", text(share)),
            Self::InFlight { share, at_least } => format!("`in_flight({}, {})`", text(share), text(at_least)),
        }
    }
}

const SHARE: &str = "SHARE_OF_CALLS";
const WINDOW: &str = "WINDOW";

/// The last value that is no literal is held against the rules over all three.
fn ratio(share: &Value<f64>, window: &Length, reserve: &Value<f64>, paths: &Paths) -> TokenStream {
    let of = |name, kind, rule| Checked { name, kind, rule };
    let (share, window, reserve) = match (share, window, reserve) {
        (share, window, Value::Const(expr)) => {
            let share = policy::fraction(share, SHARE, "budget_share", paths);
            let window = policy::length(window, WINDOW, "window", paths);
            let before = quote_spanned!(here()=> #share, #window,);
            let reserve = paths.constant(of("RESERVE", "f64", "ratio_reserve"), expr, [before, nothing()]);
            (share, window, reserve)
        }
        (share, Value::Const(expr), Value::Known { value: reserve, .. }) => {
            let share = policy::fraction(share, SHARE, "budget_share", paths);
            let reserve = number(*reserve);
            let beside = [quote_spanned!(here()=> #share,), quote_spanned!(here()=> , #reserve)];
            let window = paths.constant(of(WINDOW, "Duration", "ratio_window"), expr, beside);
            (share, window, reserve)
        }
        (Value::Const(expr), Value::Known { value: window, .. }, Value::Known { value: reserve, .. }) => {
            let (window, reserve) = (paths.duration(*window), number(*reserve));
            let after = quote_spanned!(here()=> , #window, #reserve);
            let share = paths.constant(of(SHARE, "f64", "ratio_share"), expr, [nothing(), after]);
            (share, window, reserve)
        }
        (Value::Known { value: share, .. }, Value::Known { value: window, .. }, Value::Known { value, .. }) => {
            (number(*share), paths.duration(*window), number(*value))
        }
    };
    quote_spanned!(here()=> ratio(#share, #window).reserve(#reserve))
}

/// As [`ratio`], over both.
fn in_flight(share: &Value<f64>, at_least: &Value<u32>, paths: &Paths) -> TokenStream {
    if let (Value::Const(expr), Value::Known { .. }) = (share, at_least) {
        let at_least = count(at_least, "", "", nothing(), paths);
        let checked = Checked { name: SHARE, kind: "f64", rule: "in_flight_share" };
        let share = paths.constant(checked, expr, [nothing(), quote_spanned!(here()=> , #at_least)]);
        return quote_spanned!(here()=> in_flight(#share, #at_least));
    }
    let share = policy::fraction(share, SHARE, "budget_share", paths);
    let before = quote_spanned!(here()=> #share,);
    let at_least = count(at_least, "AT_LEAST", "in_flight_least", before, paths);
    quote_spanned!(here()=> in_flight(#share, #at_least))
}

fn count(
    value: &Value<u32>,
    name: &'static str,
    rule: &'static str,
    before: TokenStream,
    paths: &Paths,
) -> TokenStream {
    match value {
        Value::Known { value, .. } => Literal::u32_unsuffixed(*value).into_token_stream(),
        Value::Const(expr) => paths.constant(Checked { name, kind: "u32", rule }, expr, [before, nothing()]),
    }
}

fn number(value: f64) -> TokenStream {
    Literal::f64_unsuffixed(value).into_token_stream()
}

fn nothing() -> TokenStream {
    TokenStream::new()
}

fn text<T>(value: &Value<T>) -> String {
    match value {
        Value::Known { text, .. } => text.clone(),
        Value::Const(expr) => shown(expr),
    }
}
