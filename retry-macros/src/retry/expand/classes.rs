//! Prints sets of classes.

use proc_macro2::Literal;

use crate::emit::tokens::{Tokens, nothing};
use crate::emit::{Checked, Emitter};
use crate::retry::class_list::Class;
use crate::syntax::literal::Value;
use crate::syntax::tokens::shown;

/// Prints a set of classes.
///
/// If it is retried, the compiler checks that no constant status is permanent.
///
/// ```text
/// (Timeout, Status(503), Status(500..=599))
///
/// Classes::new().timeout().status(503).statuses(500..=599)
/// ```
pub(super) fn set(listed: &[Class], is_retried: bool, emitter: &mut Emitter) -> Tokens {
    let empty = emitter.item("Classes").tokens().sign("::").word("new").parentheses(nothing());
    listed.iter().fold(empty, |set, class| match class {
        Class::Transient(_) => set.call("transient", nothing()),
        Class::Named(name, _) => set.call(&name.to_lowercase(), nothing()),
        Class::Status { first, last, .. } => match single(first, last) {
            Some(status) => set.call("status", one(status, is_retried, emitter)),
            None => set.call("statuses", range(first, last, is_retried, emitter)),
        },
    })
}

/// Returns the status of a range of one.
fn single<'a>(first: &'a Value<u16>, last: &Value<u16>) -> Option<&'a Value<u16>> {
    let is_single = match (first, last) {
        (Value::Literal { value: first, .. }, Value::Literal { value: last, .. }) => first == last,
        (Value::Const(first), Value::Const(last)) => shown(first) == shown(last),
        _ => false,
    };
    is_single.then_some(first)
}

fn one(status: &Value<u16>, is_retried: bool, emitter: &mut Emitter) -> Tokens {
    let rule = if is_retried { "retried" } else { "status" };
    match status {
        Value::Literal { value, .. } => number(*value),
        Value::Const(expr) => emitter.constant(checked("STATUS", rule), expr, Default::default()),
    }
}

/// Prints both ends.
///
/// The rule over both is checked at the last end that is an expression.
fn range(first: &Value<u16>, last: &Value<u16>, is_retried: bool, emitter: &mut Emitter) -> Tokens {
    let (first_rule, last_rule) =
        if is_retried { ("first_retried", "last_retried") } else { ("first_status", "last_status") };
    let (first, last) = match (first, last) {
        (Value::Literal { value: first, .. }, Value::Literal { value: last, .. }) => (number(*first), number(*last)),
        (Value::Const(first), Value::Literal { value: last, .. }) => {
            let beside = [Tokens::default(), Tokens::default().sign(",").then(number(*last))];
            (emitter.constant(checked("FIRST", first_rule), first, beside), number(*last))
        }
        (first, Value::Const(last)) => {
            let first = match first {
                Value::Literal { value, .. } => number(*value),
                Value::Const(expr) => emitter.constant(checked("FIRST", "any_status"), expr, Default::default()),
            };
            let beside = [first.clone().sign(","), Tokens::default()];
            let last = emitter.constant(checked("LAST", last_rule), last, beside);
            (first, last)
        }
    };
    first.sign("..=").then(last)
}

fn checked(name: &'static str, rule: &'static str) -> Checked {
    Checked { name, kind: "u16", rule }
}

fn number(value: u16) -> Tokens {
    Tokens::default().number(Literal::u16_unsuffixed(value))
}
