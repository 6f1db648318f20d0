//! Value of `runtime`.

use proc_macro2::Ident;
use syn::Expr;

use crate::emit::tokens::here;
use crate::retry::model::RuntimeSpec;
use crate::syntax::option::Given;
use crate::syntax::spelling::nearest;
use crate::syntax::tokens::{shown, ungrouped};

/// Runtimes of the crate.
///
/// Each with its name in the attribute, its type, its feature, and whether that is on.
const RUNTIMES: [(&str, &str, &str, bool); 4] = [
    ("tokio", "Tokio", "tokio", cfg!(feature = "tokio")),
    ("smol", "Smol", "smol", cfg!(feature = "smol")),
    ("futures_timer", "FuturesTimer", "futures-timer", cfg!(feature = "futures-timer")),
    ("wasm", "Wasm", "wasm", cfg!(feature = "wasm")),
];

/// Names of other crates, each with the runtime that serves it.
const OTHERS: [(&str, &str); 9] = [
    ("async_std", "smol"),
    ("async_io", "smol"),
    ("async_global_executor", "smol"),
    ("async_executor", "smol"),
    ("futures", "futures_timer"),
    ("futures_executor", "futures_timer"),
    ("pollster", "futures_timer"),
    ("gloo", "wasm"),
    ("gloo_timers", "wasm"),
];

/// Reads a runtime: one of the crate by its name, or the path of a type.
pub(crate) fn runtime(given: &Given<Expr>) -> syn::Result<Given<RuntimeSpec>> {
    let fault = |message: String| Err(syn::Error::new_spanned(&given.value, message));
    let Expr::Path(path) = ungrouped(&given.value) else {
        return fault(format!(
            "`runtime` is the name or the type of an async runtime, not `{}`; write `runtime = smol`, or `runtime = path::to::MyRuntime`",
            shown(&given.value)
        ));
    };
    let key = given.key;
    let Some(name) =
        path.path.get_ident().filter(|_| path.qself.is_none()).map(Ident::to_string).filter(|name| is_name(name))
    else {
        return Ok(Given { key, value: RuntimeSpec::Path(path.clone()) });
    };
    match RUNTIMES.iter().find(|(known, ..)| *known == name) {
        Some((_, ty, _, true)) => {
            let name = Ident::new(ty, here().located_at(syn::spanned::Spanned::span(path)));
            Ok(Given { key, value: RuntimeSpec::BuiltIn(name) })
        }
        Some((_, _, feature, false)) => fault(format!(
            "`runtime = {name}` needs the feature `{feature}` of `retry-runtime`, which is off; enable it, as by `cargo add retry-runtime --features {feature}`"
        )),
        None => fault(unknown(&name)),
    }
}

/// Returns whether a name is not that of a type.
fn is_name(name: &str) -> bool {
    name.chars().all(|letter| letter.is_lowercase() || letter.is_numeric() || letter == '_')
}

fn unknown(name: &str) -> String {
    let names = RUNTIMES.map(|(name, ..)| name);
    let meant = OTHERS.iter().find(|(other, _)| *other == name).map(|(_, meant)| *meant);
    match meant.or_else(|| nearest(name, &names)) {
        Some(meant) => {
            format!("there is no runtime `{name}`; write `runtime = {meant}`, or the path of a type of yours")
        }
        None => format!(
            "there is no runtime `{name}`; write `runtime = path::to::MyRuntime` with a type that implements `retry_runtime::driver::Runtime`"
        ),
    }
}
