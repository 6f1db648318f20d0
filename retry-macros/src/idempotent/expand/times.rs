//! Prints durations.

use std::time::Duration;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};
use retry_core::idempotency_bounds;

use crate::emit::tokens::{Tokens, here, nothing};
use crate::emit::{Checked, Emitter};
use crate::idempotent::model::{Time, Times};
use crate::syntax::literal::Value;

/// Prints the constants as locals, each checked by its rule.
///
/// An item beside the body would be visible to it.
///
/// ```text
/// keep = KEEP   ->  let keep = { const KEEP_2: Duration = const_check::keep(from_secs(30), KEEP); KEEP_2 };
/// ```
pub(super) fn locals(times: &Times, emitter: &mut Emitter) -> TokenStream {
    let mut named = Vec::new();
    let checked = |name, rule| Checked { name, kind: "Duration", rule };
    let mut beside = emitter.duration(Duration::from_nanos(idempotency_bounds::LEASE));
    match (&times.lease, &times.keep) {
        (Some(Time::Constant(Value::Const(lease))), Some(Time::Constant(Value::Literal { value: keep, .. }))) => {
            let after = Tokens::default().sign(",").then(emitter.duration(*keep));
            named.push(("lease", emitter.constant(checked("LEASE", "lease_below"), lease, [Tokens::default(), after])));
        }
        (Some(Time::Constant(Value::Const(lease))), _) => {
            let lease = emitter.constant(checked("LEASE", "lease"), lease, Default::default());
            beside = lease.clone();
            named.push(("lease", lease));
        }
        (Some(Time::Constant(Value::Literal { value, .. })), _) => beside = emitter.duration(*value),
        (Some(Time::PerCall(_)), _) => beside = emitter.duration(Duration::from_nanos(idempotency_bounds::MIN)),
        (None, _) => {}
    }
    if let Some(Time::Constant(Value::Const(keep))) = &times.keep {
        let before = beside.sign(",");
        named.push(("keep", emitter.constant(checked("KEEP", "keep"), keep, [before, Tokens::default()])));
    }
    if let Some(Time::Constant(Value::Const(wait))) = &times.wait {
        named.push(("wait", emitter.constant(checked("WAIT", "duration"), wait, Default::default())));
    }
    let constants = emitter.take_constants();
    let (locals, values): (Vec<_>, Vec<_>) =
        named.into_iter().map(|(name, constant)| (Ident::new(name, here()), constant)).unzip();
    match (locals.as_slice(), values.as_slice()) {
        ([], _) => nothing(),
        ([local], [value]) => quote_spanned!(here()=> let #local = { #(#constants)* #value };),
        (locals, values) => quote_spanned!(here()=> let (#(#locals),*) = { #(#constants)* (#(#values),*) };),
    }
}

/// Prints a duration at its use. A constant is in the local `name`.
pub(super) fn duration(time: &Time, name: &str, emitter: &Emitter) -> TokenStream {
    match time {
        Time::Constant(Value::Literal { value, .. }) => emitter.duration(*value).into(),
        Time::Constant(Value::Const(_)) => Ident::new(name, here()).into_token_stream(),
        Time::PerCall(expr) => expr.to_token_stream(),
    }
}
