//! Prints sets of classes.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote_spanned};

use crate::emit::tokens::{here, nothing, push_call};
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
pub(super) fn set(listed: &[Class], is_retried: bool, emitter: &mut Emitter) -> TokenStream {
    let new = emitter.item("Classes");
    let mut set = quote_spanned!(here()=> #new::new());
    for class in listed {
        match class {
            Class::Transient(_) => push_call(&mut set, "transient", nothing()),
            Class::Named(name, _) => push_call(&mut set, &name.to_lowercase(), nothing()),
            Class::Status { first, last, .. } => match single(first, last) {
                Some(status) => push_call(&mut set, "status", one(status, is_retried, emitter)),
                None => push_call(&mut set, "statuses", range(first, last, is_retried, emitter)),
            },
        }
    }
    set
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

fn one(status: &Value<u16>, is_retried: bool, emitter: &mut Emitter) -> TokenStream {
    let rule = if is_retried { "retried" } else { "status" };
    match status {
        Value::Literal { value, .. } => number(*value),
        Value::Const(expr) => emitter.constant(checked("STATUS", rule), expr, [nothing(), nothing()]),
    }
}

/// Prints both ends.
///
/// The rule over both is checked at the last end that is an expression.
fn range(first: &Value<u16>, last: &Value<u16>, is_retried: bool, emitter: &mut Emitter) -> TokenStream {
    let (first_rule, last_rule) =
        if is_retried { ("first_retried", "last_retried") } else { ("first_status", "last_status") };
    let (first, last) = match (first, last) {
        (Value::Literal { value: first, .. }, Value::Literal { value: last, .. }) => (number(*first), number(*last)),
        (Value::Const(first), Value::Literal { value: last, .. }) => {
            let last = number(*last);
            let beside = [nothing(), quote_spanned!(here()=> , #last)];
            (emitter.constant(checked("FIRST", first_rule), first, beside), last)
        }
        (first, Value::Const(last)) => {
            let first = match first {
                Value::Literal { value, .. } => number(*value),
                Value::Const(expr) => emitter.constant(checked("FIRST", "any_status"), expr, [nothing(), nothing()]),
            };
            let beside = [quote_spanned!(here()=> #first,), nothing()];
            let last = emitter.constant(checked("LAST", last_rule), last, beside);
            (first, last)
        }
    };
    quote_spanned!(here()=> #first..=#last)
}

fn checked(name: &'static str, rule: &'static str) -> Checked {
    Checked { name, kind: "u16", rule }
}

fn number(value: u16) -> TokenStream {
    Literal::u16_unsuffixed(value).into_token_stream()
}
