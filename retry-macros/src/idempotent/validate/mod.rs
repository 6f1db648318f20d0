//! Second stage: options become a model that cannot say anything wrong, or diagnostics.

mod target;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Expr, Ident, Path, Type};

use crate::diagnostics::Diagnostics;
use crate::idempotent::modes::{self, Duplicates, Interrupted, Mode};
use crate::idempotent::parse::Options;
use crate::idempotent::times::{self, Times, time};
use crate::idempotent::validate::target::target;
use crate::retry::effects::is_constant;
use crate::retry::parse::Given;
use crate::syntax::function::{Function, Shape};
use crate::syntax::literal::{shown, ungrouped, word};
use crate::syntax::named_call::written;
use crate::syntax::spelling::listed;

/// A validated attribute on a validated function.
pub(super) struct Model {
    pub(super) shape: Shape,
    pub(super) outcome: Type,
    pub(super) runtime: Option<Path>,
    pub(super) store: Expr,
    /// `None` for a key from content, which the fingerprint is.
    pub(super) key: Option<Expr>,
    pub(super) scope: Option<Expr>,
    pub(super) fingerprint: Vec<Expr>,
    /// Whether the fingerprint is a list.
    pub(super) is_list: bool,
    pub(super) times: Times,
    pub(super) duplicates: Option<Duplicates>,
    pub(super) interrupted: Interrupted,
    pub(super) mode: Mode,
    pub(super) claim: Option<Ident>,
    /// All that the user wrote beside what is printed of the times.
    pub(super) written: TokenStream,
}

/// Where the key comes from.
enum Key {
    Given(Expr),
    Content { window: Option<Expr>, span: Span },
}

/// Validates; `None` if anything is at fault.
pub(super) fn validate(options: Options, function: &Function, diagnostics: &mut Diagnostics) -> Option<Model> {
    let target = target(function, diagnostics);
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
            times.keep = window.and_then(|window| time(&window, &known_at_call, diagnostics));
            None
        }
        Some(Key::Given(key)) => Some(key),
        None => None,
    };
    times.check(diagnostics);
    let duplicates = options.duplicates.as_ref().and_then(|given| modes::duplicates(given, diagnostics));
    let mode = options.mode.as_ref().and_then(|given| modes::mode(given, diagnostics)).unwrap_or_default();
    let interrupted = options.interrupted.as_ref().and_then(|given| modes::interrupted(given, diagnostics));
    together(&options, mode, &arguments, diagnostics);
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

/// A store, and a key.
fn required(options: &Options, diagnostics: &mut Diagnostics) {
    if options.incomplete {
        return;
    }
    if options.store.is_none() {
        diagnostics.here(Span::call_site(), "nothing says which store remembers the keys; write `store = &self.store`");
    }
    if options.key.is_none() {
        diagnostics.here(
            Span::call_site(),
            "nothing says which calls are the same; write `key = &order.id`, or `key = content(120s)` for clients that send no key",
        );
    }
}

/// An expression that differs between calls, or `content(window)`.
fn key(expr: &Expr, arguments: &[String], diagnostics: &mut Diagnostics) -> Option<Key> {
    let is_argument = |name: &str| arguments.iter().any(|argument| argument == name);
    if let Some(name) = written(expr).filter(|written| written.name == "content" && !is_argument("content")) {
        return match name.plain().as_slice() {
            [window] => Some(Key::Content { window: Some((*window).clone()), span: expr.span() }),
            _ => {
                diagnostics.at(expr, "`content` is given how long a repetition is found; write `key = content(120s)`");
                Some(Key::Content { window: None, span: expr.span() })
            }
        };
    }
    if is_constant(expr, arguments) {
        let words = format!(
            "`{}` is the same for all calls, which would be taken for one; write an expression over the arguments, such as `key = &order.id`",
            shown(expr)
        );
        diagnostics.at(expr, words);
        return None;
    }
    Some(Key::Given(expr.clone()))
}

/// One value, or a list of them. All arguments are not it by default: a pool is none, and a trace differs at each resend.
fn fingerprint(expr: &Expr, arguments: &[String], diagnostics: &mut Diagnostics) -> (Vec<Expr>, bool) {
    let named: Vec<_> = arguments.iter().filter(|name| *name != "self").map(String::as_str).collect();
    match ungrouped(expr) {
        Expr::Tuple(list) if list.elems.is_empty() => {
            diagnostics.at(expr, "`fingerprint` lists nothing; list what the key stands for, or remove it");
            (Vec::new(), true)
        }
        Expr::Tuple(list) => (list.elems.iter().cloned().collect(), true),
        Expr::Lit(_) | Expr::Closure(_) => {
            let words = format!(
                "`{}` is the same for all calls; list the arguments that the key stands for, as in `fingerprint = (order, euros)`",
                shown(expr)
            );
            diagnostics.at(expr, words);
            (Vec::new(), false)
        }
        _ if word(expr).as_deref() == Some("all") && !named.contains(&"all") => {
            let words = format!(
                "`fingerprint` names what the key stands for, one by one; write those that matter of {}",
                if named.is_empty() { "the arguments".into() } else { listed(&named) }
            );
            diagnostics.at(expr, words);
            (Vec::new(), false)
        }
        _ => (vec![expr.clone()], false),
    }
}

/// A key from content needs content and a client, and has its window.
fn content(options: &Options, place: Span, diagnostics: &mut Diagnostics) {
    if options.fingerprint.is_none() && !options.incomplete {
        diagnostics.here(place, "a key from content needs the content; write `fingerprint = (order, euros)` beside it");
    }
    if options.scope.is_none() && !options.incomplete {
        diagnostics.here(
            place,
            "two clients may send the same content, and nothing tells them apart; write `scope = &order.customer` beside it",
        );
    }
    if let Some(keep) = &options.keep {
        diagnostics.here(keep.key, "a key from content is kept for its window; remove `keep`");
    }
}

/// The rules over several options.
fn together(options: &Options, mode: Mode, arguments: &[String], diagnostics: &mut Diagnostics) {
    if let Some(claim) = &options.claim {
        if arguments.iter().any(|argument| claim.value == argument) {
            let words = format!("`{0}` is an argument already; give the claim another name, as `held`", claim.value);
            diagnostics.at(&claim.value, words);
        }
    } else if let Some(Given { value, .. }) = options.mode.as_ref().filter(|_| mode != Mode::Plain) {
        let why = match mode {
            Mode::InTransaction => "a body in a transaction completes its key by its claim",
            _ => "a body in steps records them by its claim",
        };
        if !options.incomplete {
            diagnostics.at(value, format!("{why}, and has no name for it; write `claim = claim` beside it"));
        }
    }
    if let Some(interrupted) = options.interrupted.as_ref().filter(|_| mode != Mode::Plain) {
        let words = match mode {
            Mode::InTransaction => {
                "what a cut-off run has not committed has not happened, so the next use runs; remove `interrupted`"
            }
            _ => "the next use goes on behind the last step that is recorded; remove `interrupted`",
        };
        diagnostics.here(interrupted.key, words);
    }
}
