//! What calls share: the budget that retries draw from, the circuit breaker and the rate limit before attempts.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};
use retry_core::rule;
use syn::Expr;

use crate::fault::{Faults, with};
use crate::options::Given;
use crate::paths::{Checked, Paths, here};
use crate::policy;
use crate::schedule::Length;
use crate::value::{self, Value, names_any, shown, ungrouped};
use crate::written::{Written, assigned, unknown, written};

#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) budget: Option<Given<Budget>>,
    pub(crate) breaker: Option<Given<Expr>>,
    pub(crate) limit: Option<Given<Expr>>,
    /// `nested = retry`.
    pub(crate) retries_nested: bool,
}

pub(crate) enum Budget {
    /// What every operation has.
    Own,
    None,
    /// A `static` of the user's.
    Static(Expr),
    /// It names an argument.
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

/// Reads a budget, and checks what is literal in it.
pub(crate) fn budget(given: &Given<Expr>, arguments: &[String], faults: &mut Faults) -> Option<Given<Budget>> {
    let value = faults.take(parse_budget(&given.value, arguments))?;
    if let Budget::Written(shape) = &value {
        check(shape, faults);
    }
    Some(Given { key: given.key, value })
}

fn parse_budget(expr: &Expr, arguments: &[String]) -> syn::Result<Budget> {
    if let Some(written) = written(expr).filter(|written| is_shape(written)) {
        return shape(&written, expr);
    }
    if names_any(expr.to_token_stream(), arguments) || !matches!(ungrouped(expr), Expr::Path(_)) {
        return Ok(Budget::PerCall(expr.clone()));
    }
    Ok(Budget::Static(expr.clone()))
}

/// A bare name in small letters is no `static`; a call of such a name that is near a shape was meant as one.
fn is_shape(written: &Written<'_>) -> bool {
    let is_small = written.name.chars().all(|c| c.is_lowercase() || c == '_');
    let is_known = SHAPES.contains(&written.name.as_str());
    is_known || is_small && crate::names::nearest(&written.name, SHAPES).is_some()
}

fn shape(written: &Written<'_>, expr: &Expr) -> syn::Result<Budget> {
    let (settings, plain): (Vec<_>, Vec<_>) = written.plain().into_iter().partition(|part| assigned(part).is_some());
    if let (Some(extra), true) = (settings.first(), written.name != "ratio") {
        let words = "only `ratio` has a reserve; write `ratio(0.1, 10s, reserve = 0.1)`";
        return Err(syn::Error::new_spanned(extra, words));
    }
    Ok(match written.name.as_str() {
        "none" => written.alone(expr).map(|()| Budget::None)?,
        "credit" if written.arguments.is_none() => Budget::Own,
        "credit" => {
            let [rest] = written.exactly(expr, "credit(500)", &plain)?;
            let is_aws = matches!(ungrouped(rest), Expr::Path(path) if path.path.is_ident("aws"));
            let shape = if is_aws { Shape::Aws } else { Shape::Credit(value::count(rest, "the rest of a credit")?) };
            Budget::Written(Box::new(shape))
        }
        "ratio" => {
            let [share, window] = written.exactly(expr, "ratio(0.1, 10s)", &plain)?;
            let (share, window) = (value::number(share, "a share")?, value::duration(window)?);
            Budget::Written(Shape::Ratio { share, window, reserve: reserve(&settings)? }.into())
        }
        "in_flight" => {
            let [share, at_least] = written.exactly(expr, "in_flight(0.2, 3)", &plain)?;
            let at_least = value::count(at_least, "the least number of retries")?;
            Budget::Written(Shape::InFlight { share: value::number(share, "a share")?, at_least }.into())
        }
        other => return Err(syn::Error::new(written.span, unknown("budget", other, SHAPES, "credit"))),
    })
}

fn reserve(settings: &[&Expr]) -> syn::Result<Option<Value<f64>>> {
    let Some((first, rest)) = settings.split_first() else { return Ok(None) };
    if let Some(second) = rest.first() {
        return Err(syn::Error::new_spanned(second, "`reserve` is given twice; write it once"));
    }
    match assigned(first) {
        Some(assign) if shown(&assign.left) == "reserve" => value::number(&assign.right, "a reserve").map(Some),
        _ => {
            let words = "`ratio` knows no such setting; write `ratio(0.1, 10s, reserve = 0.1)`";
            Err(syn::Error::new_spanned(first, words))
        }
    }
}

fn check(shape: &Shape, faults: &mut Faults) {
    match shape {
        Shape::Aws => {}
        Shape::Credit(rest) => tell(rest, |rest| rule::rest(*rest), faults),
        Shape::Ratio { share, window, reserve } => {
            tell(share, |share| rule::share(*share), faults);
            tell(window, |window| rule::window(*window), faults);
            if let (Some(reserve), Some(window)) = (reserve, window.known()) {
                tell(reserve, |reserve| rule::reserve(*reserve, *window), faults);
            }
            if let (Some(0.0), Some(Some(0.0))) =
                (share.known(), reserve.as_ref().map(|reserve| reserve.known().copied()))
            {
                tell(share, |_| rule::some_ratio(0, 0), faults);
            }
        }
        Shape::InFlight { share, at_least } => {
            tell(share, |share| rule::share(*share), faults);
            if let (Some(share), Some(0)) = (share.known(), at_least.known()) {
                tell(at_least, |_| rule::some_in_flight(*share, 0), faults);
            }
        }
    }
}

fn tell<T>(value: &Value<T>, rule: impl FnOnce(&T) -> rule::Rule, faults: &mut Faults) {
    let Value::Known { value, text, span } = value else { return };
    if let Err(broken) = rule(value) {
        faults.here(*span, with(broken.words(), &format!(", not `{text}`")));
    }
}

/// A breaker or a rate limit: the path of a `static`.
pub(crate) fn path(
    given: Option<Given<Expr>>,
    option: &str,
    arguments: &[String],
    faults: &mut Faults,
) -> Option<Given<Expr>> {
    let given = given?;
    let names_argument = names_any(given.value.to_token_stream(), arguments);
    if matches!(ungrouped(&given.value), Expr::Path(_)) && !names_argument {
        return Some(given);
    }
    let words = format!(
        "`{option}` is the path of a `static` that all calls share, not `{}`; write `{option} = SHOP`",
        shown(&given.value)
    );
    faults.at(&given.value, words);
    None
}

/// `nested = stop` or `nested = retry`.
pub(crate) fn nested(given: Option<Given<Expr>>, faults: &mut Faults) -> bool {
    let Some(given) = given else { return false };
    match written(&given.value).map(|written| (written.arguments.is_none(), written.name)) {
        Some((true, name)) if name == "retry" => return true,
        Some((true, name)) if name == "stop" => {}
        _ => {
            let words = format!("`nested` is `stop` or `retry`, not `{}`; write `nested = retry`", shown(&given.value));
            faults.at(&given.value, words);
        }
    }
    false
}

impl Shared {
    /// Whether attempts may be refused, so that a call may end without an outcome; and by which option.
    pub(crate) fn refuses(&self) -> Option<proc_macro2::Span> {
        self.breaker.as_ref().or(self.limit.as_ref()).map(|given| given.key)
    }

    /// What is evaluated at each call.
    pub(crate) fn locals(&self) -> TokenStream {
        match self.budget.as_ref().map(|given| &given.value) {
            Some(Budget::PerCall(expr)) => quote_spanned!(here()=> let budget = &#expr;),
            _ => TokenStream::new(),
        }
    }

    /// The items before the operation's static: a budget that is written in the attribute.
    pub(crate) fn items(&self, paths: &Paths) -> TokenStream {
        let Some(Budget::Written(shape)) = self.budget.as_ref().map(|given| &given.value) else {
            return TokenStream::new();
        };
        let (of, shape, name) = (paths.item("Budget"), printed(shape, paths), budget_name(paths));
        let constants = paths.constants();
        quote_spanned!(here()=> #constants static #name: #of = #of::#shape;)
    }

    /// `.budget(&PAYMENTS).breaker(&SHOP)`, behind the operation.
    pub(crate) fn of_operation(&self, paths: &Paths) -> TokenStream {
        let mut chain = match self.budget.as_ref().map(|given| &given.value) {
            None | Some(Budget::Own) => TokenStream::new(),
            Some(Budget::None | Budget::PerCall(_)) => quote_spanned!(here()=> .without_budget()),
            Some(Budget::Static(path)) => {
                let path = paths.users(path);
                quote_spanned!(here()=> .budget(&#path))
            }
            Some(Budget::Written(_)) => {
                let name = budget_name(paths);
                quote_spanned!(here()=> .budget(&#name))
            }
        };
        if let Some(breaker) = &self.breaker {
            let path = paths.users(&breaker.value);
            chain.extend(quote_spanned!(here()=> .breaker(&#path)));
        }
        chain
    }

    /// `.drawing()`, behind the call.
    pub(crate) fn of_call(&self) -> TokenStream {
        match self.budget.as_ref().map(|given| &given.value) {
            Some(Budget::Static(_) | Budget::Written(_)) => quote_spanned!(here()=> .drawing()),
            Some(Budget::PerCall(_)) => quote_spanned!(here()=> .drawing_from(budget)),
            _ => TokenStream::new(),
        }
    }

    /// What each attempt waits for before it begins.
    pub(crate) fn before_attempt(&self, wait: Option<&TokenStream>) -> TokenStream {
        self.limit.as_ref().map_or_else(TokenStream::new, |limit| {
            let path = &limit.value;
            quote_spanned!(here()=> call.permit(&#path) #wait;)
        })
    }

    /// In words, for the docs.
    pub(crate) fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        match self.budget.as_ref().map(|given| &given.value) {
            None | Some(Budget::Own) => {}
            Some(Budget::None) => words.push("Retries draw from no budget.".into()),
            Some(Budget::Static(expr) | Budget::PerCall(expr)) => {
                words.push(format!("Retries draw from the budget `{}`.", shown(expr)));
            }
            Some(Budget::Written(shape)) => {
                words.push(format!("Retries draw from a budget of their own, {}.", described(shape)));
            }
        }
        if let Some(breaker) = &self.breaker {
            words.push(format!("No attempt while the breaker `{}` is open.", shown(&breaker.value)));
        }
        if let Some(limit) = &self.limit {
            words.push(format!("Attempts keep to the rate limit `{}`.", shown(&limit.value)));
        }
        if self.retries_nested {
            words.push("Retried also where an inner operation has given up.".into());
        }
        words
    }
}

fn described(shape: &Shape) -> String {
    match shape {
        Shape::Credit(rest) => format!("`credit({})`", text(rest)),
        Shape::Aws => "`credit(aws)`".into(),
        Shape::Ratio { share, .. } => format!("a `ratio` of {}", text(share)),
        Shape::InFlight { share, at_least } => format!("`in_flight({}, {})`", text(share), text(at_least)),
    }
}

fn text<T>(value: &Value<T>) -> String {
    match value {
        Value::Known { text, .. } => text.clone(),
        Value::Const(expr) => shown(expr),
    }
}

fn budget_name(paths: &Paths) -> Ident {
    Ident::new(&paths.fresh("BUDGET"), here())
}

fn printed(written: &Shape, paths: &Paths) -> TokenStream {
    match written {
        Shape::Aws => quote_spanned!(here()=> aws()),
        Shape::Credit(rest) => {
            let rest = whole(rest, "REST", "rest", paths);
            quote_spanned!(here()=> credit_of(#rest))
        }
        Shape::Ratio { share, window, reserve } => {
            let share = policy::fraction(share, "SHARE_OF_CALLS", "budget_share", paths);
            let window = policy::length(window, "WINDOW", "window", paths);
            let reserve = reserve.as_ref().map(|reserve| {
                let reserve = policy::fraction(reserve, "RESERVE", "reserve", paths);
                quote_spanned!(here()=> .reserve(#reserve))
            });
            quote_spanned!(here()=> ratio(#share, #window) #reserve)
        }
        Shape::InFlight { share, at_least } => {
            let share = policy::fraction(share, "SHARE_OF_CALLS", "budget_share", paths);
            let at_least = whole(at_least, "AT_LEAST", "any_count", paths);
            quote_spanned!(here()=> in_flight(#share, #at_least))
        }
    }
}

fn whole(value: &Value<u32>, name: &'static str, rule: &'static str, paths: &Paths) -> TokenStream {
    match value {
        Value::Known { value, .. } => proc_macro2::Literal::u32_unsuffixed(*value).into_token_stream(),
        Value::Const(expr) => {
            paths.constant(Checked { name, kind: "u32", rule }, expr, [TokenStream::new(), TokenStream::new()])
        }
    }
}
