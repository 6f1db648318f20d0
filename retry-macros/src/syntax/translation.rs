//! Values in the notation of other libraries, translated to options of ours.
//!
//! Known are tenacity, backon, tokio-retry, backoff, Polly and resilience4j, with the numbers that they take.

use quote::ToTokens;
use syn::{Expr, ExprLit, Lit};

use crate::syntax::literal::Value;
use crate::syntax::tokens::{shown, ungrouped};
use crate::syntax::{duration, named_call};

/// Parts of a policy that a foreign value contains, as text.
#[derive(Default)]
pub(crate) struct Foreign {
    shape: Option<Shape>,
    /// Attempts, or retries after the first attempt.
    attempts: Option<(u32, bool)>,
    base: Option<String>,
    step: Option<String>,
    cap: Option<String>,
    factor: Option<String>,
    deadline: Option<String>,
    /// True for tenacity, whose numbers are seconds.
    is_in_seconds: bool,
    /// True for tokio-retry, whose base is the factor too.
    ///
    /// `ExponentialBackoff::from_millis(10)` waits 10, 100 and 1000 ms, and `factor(2)` doubles each.
    is_power: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Shape {
    Exponential,
    Fixed,
    Fibonacci,
    Linear,
}

/// Caps to try, the least first: a cap is not below its base.
const CAPS: [&str; 4] = ["10s", "1m", "1h", "24h"];

/// Translates a value; `None` if nothing in it is known.
pub(crate) fn options(expr: &Expr) -> Option<String> {
    let found = Foreign::read(expr);
    let attempts = found.attempts.map(|(number, is_retries)| {
        let attempts = if is_retries { number.saturating_add(1) } else { number };
        format!("max_attempts = {}", attempts.clamp(2, 100))
    });
    let backoff = found.backoff().map(|backoff| format!("backoff = {backoff}"));
    let deadline = found.deadline.map(|deadline| format!("deadline = {deadline}"));
    let options: Vec<_> = [backoff, attempts, deadline].into_iter().flatten().collect();
    (!options.is_empty()).then(|| options.join(", "))
}

/// Translates the delays of a value: `fixed(100ms)` for `100`.
pub(crate) fn backoff(expr: &Expr) -> Option<String> {
    time(expr).map(|delay| format!("fixed({delay})")).or_else(|| Foreign::read(expr).backoff())
}

/// Formats a duration with a unit.
///
/// Returns `100ms` for `100`, `Duration::from_millis(100)` and `"100ms"`.
/// An integer above 60 is a number of milliseconds.
pub(crate) fn time(expr: &Expr) -> Option<String> {
    let (name, arguments) = match ungrouped(expr) {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => return time(&text.parse().ok()?),
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) if int.suffix().is_empty() => {
            let is_seconds = int.base10_parse::<u64>().ok()? <= 60;
            return valid(if is_seconds { int.to_string() } else { format!("{int}ms") });
        }
        Expr::Lit(_) => return valid(shown(expr)),
        Expr::Call(call) => (last_name(&call.func)?, &call.args),
        Expr::MethodCall(call) => (call.method.to_string(), &call.args),
        _ => return None,
    };
    let argument = arguments.first()?;
    let (unit, number) = match named_call::assigned(argument) {
        Some(assign) => (shown(&assign.left), &*assign.right),
        None => (snake(&name), argument),
    };
    let unit = unit.trim_start_matches("from_").trim_start_matches("of_");
    let Expr::Lit(ExprLit { lit: lit @ (Lit::Int(_) | Lit::Float(_)), .. }) = ungrouped(number) else { return None };
    valid(format!("{}{}", lit.to_token_stream(), unit_of(unit)?))
}

/// Formats a duration of a library that counts in seconds.
pub(crate) fn seconds(expr: &Expr) -> Option<String> {
    match ungrouped(expr) {
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) if int.suffix().is_empty() => valid(format!("{int}s")),
        _ => time(expr),
    }
}

/// Returns the text if it is a duration above zero.
fn valid(text: String) -> Option<String> {
    let length = duration::duration(&syn::parse_str(&text).ok()?).ok()?;
    matches!(length, Value::Literal { value, .. } if !value.is_zero()).then_some(text)
}

/// Returns the unit with this name.
pub(crate) fn unit_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "ms" | "msec" | "msecs" | "millis" | "millisecond" | "milliseconds" => "ms",
        "s" | "sec" | "secs" | "second" | "seconds" => "s",
        "us" | "micros" | "microseconds" => "us",
        "mins" | "minute" | "minutes" => "m",
        "hours" | "hour" => "h",
        _ => return None,
    })
}

/// Rewrites `MaxRetryAttempts` and `maxRetryAttempts` as `max_retry_attempts`.
pub(crate) fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let mut was_lower = false;
    for letter in name.chars() {
        if letter.is_uppercase() && was_lower {
            snake.push('_');
        }
        was_lower = letter.is_lowercase();
        snake.extend(letter.to_lowercase());
    }
    snake
}

impl Foreign {
    fn read(expr: &Expr) -> Self {
        let mut found = Self::default();
        found.walk(expr);
        found
    }

    fn walk(&mut self, expr: &Expr) {
        match ungrouped(expr) {
            Expr::Binary(binary) => {
                self.walk(&binary.left);
                self.walk(&binary.right);
            }
            Expr::MethodCall(call) => {
                self.walk(&call.receiver);
                self.part(&call.method.to_string(), &call.args.iter().collect::<Vec<_>>());
            }
            Expr::Call(call) => {
                if let Expr::Path(path) = ungrouped(&call.func) {
                    for segment in &path.path.segments {
                        self.shape_of(&segment.ident.to_string());
                    }
                }
                if let Some(name) = last_name(&call.func) {
                    self.part(&name, &call.args.iter().collect::<Vec<_>>());
                }
            }
            Expr::Path(path) => {
                path.path.segments.iter().for_each(|segment| self.shape_of(&segment.ident.to_string()));
            }
            Expr::Field(field) => self.shape_of(&field.member.to_token_stream().to_string()),
            _ => {}
        }
    }

    /// Reads the name of a strategy: `wait_exponential`, `FixedInterval`.
    fn shape_of(&mut self, name: &str) {
        let name = snake(name);
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        let shape = if has(&["expo"]) {
            Shape::Exponential
        } else if has(&["fibo"]) {
            Shape::Fibonacci
        } else if has(&["linear", "increment"]) {
            Shape::Linear
        } else if has(&["fixed", "constant"]) || name == "wait_random" {
            Shape::Fixed
        } else {
            return;
        };
        self.shape.get_or_insert(shape);
    }

    /// Reads one call, as `wait_exponential(multiplier = 1, max = 10)`.
    fn part(&mut self, name: &str, arguments: &[&Expr]) {
        let name = snake(name);
        self.is_in_seconds |= name.starts_with("wait_") || name.starts_with("stop_");
        for argument in arguments {
            if let Some(assign) = named_call::assigned(argument) {
                self.setting(&shown(&assign.left), &assign.right);
            }
        }
        let plain: Vec<_> = arguments.iter().filter(|argument| named_call::assigned(argument).is_none()).collect();
        let Some(first) = plain.first() else { return };
        if let Some(unit) = name.strip_prefix("from_") {
            let text = unit_of(unit).and_then(|unit| valid(format!("{}{unit}", shown(first))));
            if self.shape == Some(Shape::Exponential) && self.base.is_none() {
                self.is_power = true;
                self.factor = Some(shown(first));
            }
            self.base = self.base.take().or(text);
        } else if self.shape.is_some() && !name.starts_with("with_") && (is_shape(&name) || name == "new") {
            self.base = self.base.take().or_else(|| self.time(first));
            if self.shape == Some(Shape::Linear) {
                self.step = plain.get(1).and_then(|step| self.time(step));
            }
            match plain.as_slice() {
                [_, factor] if name.starts_with("of_") => self.setting("factor", factor),
                [_, .., last] => self.cap = self.cap.take().or_else(|| self.time(last)),
                _ => {}
            }
        } else {
            self.setting(&name, first);
        }
    }

    /// Reads one setting by its name.
    fn setting(&mut self, name: &str, value: &Expr) {
        let name = snake(name);
        let name = ["with_", "set_", "wait_"]
            .iter()
            .fold(name.as_str(), |name, prefix| name.strip_prefix(prefix).unwrap_or(name));
        let number = || match ungrouped(value) {
            Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) => int.base10_parse::<u32>().ok(),
            _ => None,
        };
        match name {
            "stop_after_attempt" | "max_attempts" => self.attempts = number().map(|number| (number, false)),
            "max_times" | "take" | "max_retries" => self.attempts = number().map(|number| (number, true)),
            "min_delay" | "initial_interval" | "min" | "start" | "delay" | "initial" | "base" => {
                self.base = self.time(value);
            }
            "multiplier" if self.base.is_none() && self.shape == Some(Shape::Exponential) => {
                self.base = self.time(value);
            }
            "max_delay" | "max_interval" | "max" => self.cap = self.time(value),
            "increment" => self.step = self.time(value),
            "factor" if self.is_power => self.base = self.base.take().and_then(|base| times(&base, value)),
            "exp_base" | "factor" => {
                self.factor = Some(shown(value)).filter(|text| text.parse().is_ok_and(|factor: f64| factor >= 1.0));
            }
            "stop_after_delay" | "total_delay" | "max_elapsed_time" => self.deadline = seconds(value),
            _ => {}
        }
    }

    fn time(&self, expr: &Expr) -> Option<String> {
        if self.is_in_seconds { seconds(expr) } else { time(expr) }
    }

    fn backoff(&self) -> Option<String> {
        let shape = match (self.shape, &self.base, &self.cap) {
            (Some(shape), ..) => shape,
            (None, None, None) => return None,
            _ => Shape::Exponential,
        };
        let base = self.base.as_deref().unwrap_or(if shape == Shape::Fixed { "1s" } else { "100ms" });
        if shape == Shape::Fixed {
            return Some(format!("fixed({})", self.cap.as_deref().or(self.base.as_deref()).unwrap_or(base)));
        }
        let cap = self.cap.as_deref().filter(|cap| !is_below(cap, base));
        let cap = cap.or_else(|| CAPS.into_iter().find(|cap| !is_below(cap, base))).unwrap_or("24h");
        let factor = self.factor.as_ref().map(|factor| format!(", factor = {factor}")).unwrap_or_default();
        Some(match shape {
            Shape::Fibonacci => format!("fibonacci({base}, {cap})"),
            Shape::Linear => format!("linear({base}, {}, {cap})", self.step.as_deref().unwrap_or(base)),
            Shape::Exponential | Shape::Fixed => format!("exp({base}, {cap}{factor})"),
        })
    }
}

/// Multiplies a duration such as `10ms`.
fn times(base: &str, factor: &Expr) -> Option<String> {
    let Expr::Lit(ExprLit { lit: Lit::Int(factor), .. }) = ungrouped(factor) else { return None };
    let (number, unit) = base.split_at(base.find(char::is_alphabetic)?);
    valid(format!("{}{unit}", number.parse::<u64>().ok()?.checked_mul(factor.base10_parse().ok()?)?))
}

/// Returns whether a call of this name takes delays as arguments.
fn is_shape(name: &str) -> bool {
    ["expo", "fibo", "linear", "increment", "fixed", "constant"].iter().any(|word| name.contains(word))
}

fn is_below(one: &str, other: &str) -> bool {
    let nanos = |text: &str| {
        let length = duration::duration(&syn::parse_str(text).ok()?).ok()?;
        length.literal().copied()
    };
    nanos(one) < nanos(other)
}

fn last_name(func: &Expr) -> Option<String> {
    let Expr::Path(path) = ungrouped(func) else { return None };
    path.path.segments.last().map(|segment| segment.ident.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_other_libraries_keep_their_numbers() {
        for (foreign, ours) in [
            // tenacity
            ("wait_exponential(multiplier = 1, min = 4, max = 10)", "backoff = exp(4s, 10s)"),
            ("wait_random_exponential(multiplier = 1, max = 60)", "backoff = exp(1s, 60s)"),
            ("wait_fixed(2)", "backoff = fixed(2s)"),
            ("wait_random(min = 1, max = 2)", "backoff = fixed(2s)"),
            ("wait_exponential(min = 4, max = 300)", "backoff = exp(4s, 300s)"),
            ("wait_fixed(90)", "backoff = fixed(90s)"),
            ("stop_after_delay(300) | stop_after_attempt(5)", "max_attempts = 5, deadline = 300s"),
            ("wait_incrementing(start = 1, increment = 2, max = 9)", "backoff = linear(1s, 2s, 9s)"),
            ("stop_after_attempt(7)", "max_attempts = 7"),
            ("stop_after_attempt(5) | stop_after_delay(10)", "max_attempts = 5, deadline = 10s"),
            ("(stop_after_delay(10) | stop_after_attempt(5))", "max_attempts = 5, deadline = 10s"),
            // backon
            ("ExponentialBuilder::default()", "backoff = exp(100ms, 10s)"),
            (
                "ExponentialBuilder::default().with_min_delay(Duration::from_millis(200)).with_max_times(5)",
                "backoff = exp(200ms, 10s), max_attempts = 6",
            ),
            ("ConstantBuilder::default().with_delay(Duration::from_millis(500))", "backoff = fixed(500ms)"),
            ("FibonacciBuilder::new().with_max_delay(Duration::from_secs(30))", "backoff = fibonacci(100ms, 30s)"),
            ("ExponentialBuilder::new().with_factor(3.0)", "backoff = exp(100ms, 10s, factor = 3.0)"),
            // tokio-retry
            (
                "ExponentialBackoff::from_millis(10).map(jitter).take(3)",
                "backoff = exp(10ms, 10s, factor = 10), max_attempts = 4",
            ),
            ("ExponentialBackoff::from_millis(2).factor(1000)", "backoff = exp(2000ms, 10s, factor = 2)"),
            ("FixedInterval::from_millis(100)", "backoff = fixed(100ms)"),
            ("FixedInterval::new(Duration::from_secs(2))", "backoff = fixed(2s)"),
            // Polly, resilience4j
            ("DelayBackoffType.Exponential", "backoff = exp(100ms, 10s)"),
            ("ofExponentialBackoff(500, 2)", "backoff = exp(500ms, 10s, factor = 2)"),
            ("exponential(100, 2000)", "backoff = exp(100ms, 2000ms)"),
            ("constant(100)", "backoff = fixed(100ms)"),
        ] {
            let expr = syn::parse_str(foreign).unwrap();
            assert_eq!(options(&expr).as_deref(), Some(ours), "{foreign}");
        }
        assert_eq!(options(&syn::parse_str("self.busy(3)").unwrap()), None);
    }

    #[test]
    fn times_have_a_unit() {
        for (foreign, ours) in [
            ("100", Some("100ms")),
            ("30", Some("30")),
            ("0.5", Some("0.5")),
            ("\"2s\"", Some("2s")),
            ("Duration::from_millis(100)", Some("100ms")),
            ("TimeSpan.FromSeconds(2)", Some("2s")),
            ("timedelta(seconds = 2)", Some("2s")),
            ("Duration::ofMillis(3)", Some("3ms")),
            ("0", None),
            ("N", None),
        ] {
            assert_eq!(time(&syn::parse_str(foreign).unwrap()).as_deref(), ours, "{foreign}");
        }
    }

    #[test]
    fn names_are_written_in_snake_case() {
        for (foreign, ours) in
            [("MaxRetryAttempts", "max_retry_attempts"), ("waitDuration", "wait_duration"), ("delay", "delay")]
        {
            assert_eq!(snake(foreign), ours);
        }
    }
}
