//! Second stage: rules. Each reports what is wrong and what to write instead.

mod target;
mod times;

use proc_macro2::Span;
use quote::ToTokens;
use syn::Expr;
use syn::spanned::Spanned;

use crate::diagnostics::Diagnostics;
use crate::idempotent::model::{Interrupted, Mode, Model, Times};
use crate::idempotent::modes;
use crate::idempotent::parse::Options;
use crate::syntax::constancy::is_same_for_all_calls;
use crate::syntax::function::Function;
use crate::syntax::named_call::named_call;
use crate::syntax::option::Given;
use crate::syntax::spelling::listed;
use crate::syntax::tokens::{shown, ungrouped, word};

/// Source of the key.
enum Key {
    Given(Expr),
    Content { window: Option<Expr>, span: Span },
}

/// Makes a model of the options; `None` if anything is at fault.
pub(super) fn model(options: Options, function: &Function, diagnostics: &mut Diagnostics) -> Option<Model> {
    let target = target::target(function, diagnostics);
    let arguments = function.arguments();
    let known_at_call = [arguments.clone(), function.generics()].concat();
    required(&options, diagnostics);
    let key = options.key.as_ref().and_then(|given| key(&given.value, &arguments, diagnostics));
    let fingerprint = options.fingerprint.as_ref().map(|given| fingerprint(&given.value, &arguments, diagnostics));
    let mut times = Times {
        lease: times::given(options.lease.as_ref(), &known_at_call, diagnostics),
        keep: times::given(options.keep.as_ref(), &known_at_call, diagnostics),
        wait: times::given(options.wait.as_ref(), &known_at_call, diagnostics),
    };
    let key = match key {
        Some(Key::Content { window, span }) => {
            content(&options, span, diagnostics);
            times.keep = window.and_then(|window| times::time(&window, &known_at_call, diagnostics));
            None
        }
        Some(Key::Given(key)) => Some(key),
        None => None,
    };
    times::check(&times, diagnostics);
    let duplicates = options.duplicates.as_ref().and_then(|given| modes::duplicates(given, diagnostics));
    let mode = options.mode.as_ref().and_then(|given| modes::mode(given, diagnostics)).unwrap_or_default();
    let interrupted = options.interrupted.as_ref().and_then(|given| modes::interrupted(given, diagnostics));
    option_groups(&options, mode, &arguments, diagnostics);
    if !diagnostics.is_empty() {
        return None;
    }
    let (shape, outcome) = target?;
    Some(Model {
        written: [options.written, outcome.to_token_stream()].into_iter().collect(),
        shape,
        outcome,
        runtime: options.runtime.map(|given| given.value),
        store: options.store?.value,
        key,
        scope: options.scope.map(|given| given.value),
        is_list: fingerprint.as_ref().is_some_and(|(_, is_list)| *is_list),
        fingerprint: fingerprint.map(|(values, _)| values).unwrap_or_default(),
        times,
        duplicates,
        interrupted: interrupted.unwrap_or(Interrupted::Refuse),
        mode,
        claim: options.claim.map(|given| given.value),
    })
}

/// Checks that there are a store and a key.
fn required(options: &Options, diagnostics: &mut Diagnostics) {
    if options.is_incomplete {
        return;
    }
    if options.store.is_none() {
        diagnostics
            .at_span(Span::call_site(), "no option says which store remembers the keys; write `store = &self.store`");
    }
    if options.key.is_none() {
        diagnostics.at_span(
            Span::call_site(),
            "no option says which calls are the same; write `key = &order.id`, or `key = content(120s)` for clients that send no key",
        );
    }
}

/// Reads an expression that differs between calls, or `content(window)`.
fn key(expr: &Expr, arguments: &[String], diagnostics: &mut Diagnostics) -> Option<Key> {
    let is_argument = |name: &str| arguments.iter().any(|argument| argument == name);
    if let Some(name) = named_call(expr).filter(|call| call.name == "content" && !is_argument("content")) {
        return match name.plain().as_slice() {
            [window] => Some(Key::Content { window: Some((*window).clone()), span: expr.span() }),
            _ => {
                diagnostics
                    .at(expr, "`content` takes the time for which a repetition is found; write `key = content(120s)`");
                Some(Key::Content { window: None, span: expr.span() })
            }
        };
    }
    if is_same_for_all_calls(expr, arguments) {
        let message = format!(
            "`{}` is the same for all calls, so they would count as one; write an expression over the arguments, such as `key = &order.id`",
            shown(expr)
        );
        diagnostics.at(expr, message);
        return None;
    }
    Some(Key::Given(expr.clone()))
}

/// Reads one value, or a list.
///
/// All arguments are not the default, because a pool does not belong to the fingerprint and a trace differs in each
/// resend.
fn fingerprint(expr: &Expr, arguments: &[String], diagnostics: &mut Diagnostics) -> (Vec<Expr>, bool) {
    let named: Vec<_> = arguments.iter().filter(|name| *name != "self").map(String::as_str).collect();
    match ungrouped(expr) {
        Expr::Tuple(list) if list.elems.is_empty() => {
            diagnostics.at(expr, "`fingerprint` lists nothing; list the values that the key stands for, or remove it");
            (Vec::new(), true)
        }
        Expr::Tuple(list) => (list.elems.iter().cloned().collect(), true),
        Expr::Lit(_) | Expr::Closure(_) => {
            let message = format!(
                "`{}` is the same for all calls; list the arguments that the key stands for, as in `fingerprint = (order, euros)`",
                shown(expr)
            );
            diagnostics.at(expr, message);
            (Vec::new(), false)
        }
        _ if word(expr).as_deref() == Some("all") && !named.contains(&"all") => {
            let message = format!(
                "`fingerprint` names the values that the key stands for one by one; write those that matter among {}",
                if named.is_empty() { "the arguments".into() } else { listed(&named) }
            );
            diagnostics.at(expr, message);
            (Vec::new(), false)
        }
        _ => (vec![expr.clone()], false),
    }
}

/// Checks that a key from content has content, a client, and one time.
fn content(options: &Options, place: Span, diagnostics: &mut Diagnostics) {
    if options.fingerprint.is_none() && !options.is_incomplete {
        diagnostics
            .at_span(place, "a key from content needs the content; write `fingerprint = (order, euros)` beside it");
    }
    if options.scope.is_none() && !options.is_incomplete {
        diagnostics.at_span(
            place,
            "two clients may send the same content, and no option tells them apart; write `scope = &order.customer` beside it",
        );
    }
    if let Some(keep) = &options.keep {
        diagnostics.at_span(keep.key, "a key from content is kept for its window; remove `keep`");
    }
}

/// Checks the rules over several options.
fn option_groups(options: &Options, mode: Mode, arguments: &[String], diagnostics: &mut Diagnostics) {
    if let Some(claim) = &options.claim {
        if arguments.iter().any(|argument| claim.value == argument) {
            let message =
                format!("`{0}` is already an argument; give the claim another name, such as `held`", claim.value);
            diagnostics.at(&claim.value, message);
        }
    } else if let Some(Given { value, .. }) = options.mode.as_ref().filter(|_| mode != Mode::Plain) {
        let why = match mode {
            Mode::InTransaction => "a body in a transaction completes its key with its claim",
            _ => "a body in steps records them with its claim",
        };
        if !options.is_incomplete {
            diagnostics.at(value, format!("{why}, and the claim has no name here; write `claim = claim` beside it"));
        }
    }
    if let Some(interrupted) = options.interrupted.as_ref().filter(|_| mode != Mode::Plain) {
        let message = match mode {
            Mode::InTransaction => {
                "what an interrupted run did not commit did not happen, so the next use runs the body; remove `interrupted`"
            }
            _ => "the next use continues behind the last recorded step; remove `interrupted`",
        };
        diagnostics.at_span(interrupted.key, message);
    }
}
