//! Rules for a hedge.

use proc_macro2::TokenStream;
use quote::ToTokens;
use retry_core::{display, units, validate};
use syn::{FnArg, Pat, PatIdent};

use crate::diagnostics::{Diagnostics, with_written};
use crate::retry::draft::{Draft, Read};
use crate::retry::guards::{BudgetShape, BudgetSpec, ConcurrencySpec, HedgeDelay, HedgeSpec};
use crate::retry::model::TimeLimit;
use crate::retry::parse;
use crate::retry::validate::{constants, effects};
use crate::syntax::function::{Function, Receiver, Scope, Shape, bindings};
use crate::syntax::literal::Value;
use crate::syntax::option::Given;
use crate::syntax::return_type;

/// Tokens of a credit that must be left for a hedge.
const TOKENS: u32 = 28;

/// Checks the literals of a hedge.
///
/// Its expressions must be the same for all calls.
pub(super) fn hedge(spec: &HedgeSpec, scope: &Scope, diagnostics: &mut Diagnostics) {
    let tokens: TokenStream = spec.constants().into_iter().map(ToTokens::to_token_stream).collect();
    constants::same_for_all_calls("hedge", &tokens, scope, diagnostics);
    match &spec.delay {
        HedgeDelay::After(Value::Literal { value, span, text }) => {
            if let Err(broken) = validate::hedge_delay(*value) {
                diagnostics.at_span(*span, with_written(broken.message(), &format!(", not `{text}`")));
            }
        }
        HedgeDelay::After(Value::Const(_)) => {}
        HedgeDelay::Percentile { percent, span } => {
            if let Err(broken) = validate::percentile(*percent) {
                diagnostics.at_span(*span, broken.message());
            }
        }
    }
    if let Some(Value::Literal { value, text, span }) = &spec.at_most {
        if let Err(broken) = validate::hedge_share(*value) {
            diagnostics.at_span(*span, with_written(broken.message(), &format!(", not `{text}`")));
        }
    }
    if let Some(Value::Literal { value, text, span }) = &spec.at_once {
        if let Err(broken) = validate::hedges_at_once(*value) {
            diagnostics.at_span(*span, with_written(broken.message(), &format!(", not `{text}`")));
        }
    }
}

/// Checks a hedge together with the function and the other options.
pub(super) fn check(draft: &Draft, function: &Function, shape: &Shape, diagnostics: &mut Diagnostics) {
    let Some(hedge) = &draft.guards.hedge else { return };
    if matches!(shape, Shape::Blocking) {
        diagnostics.at_span(hedge.key, parse::hedge::BLOCKING);
        return;
    }
    // Without that proof the side effects are rejected already.
    if draft.side_effects.is_some() && draft.key.is_missing() && effects::is_proven(draft) {
        let message = "a hedge repeats the side effects of this function while its first attempt runs; write `idempotency_key = generate()` and send the key, or remove `hedge`";
        diagnostics.at_span(hedge.key, message);
    }
    times(&hedge.value, draft, diagnostics);
    tokens(hedge, draft, diagnostics);
    places(draft, diagnostics);
    arguments(draft, function, diagnostics);
}

/// Rejects a delay that has not passed when the attempt or the call ends.
fn times(hedge: &HedgeSpec, draft: &Draft, diagnostics: &mut Diagnostics) {
    let HedgeDelay::After(Value::Literal { value, text, span }) = &hedge.delay else { return };
    let limits = [("attempt_timeout", &draft.limits.attempt_timeout), ("deadline", &draft.limits.deadline)];
    for (option, limit) in limits {
        if let Some((most, shown)) = literal(limit).filter(|(most, _)| *value >= *most) {
            let shorter = display::Time(units::from(most / 2));
            let ends = if option == "deadline" { "is over" } else { "ends an attempt" };
            let message = format!(
                "the `{option}` of `{shown}` {ends} before a hedge after `{text}` would begin; write `after({shorter})`, or a longer `{option}`"
            );
            diagnostics.at_span(*span, message);
            return;
        }
    }
}

/// Returns the limit of the first attempt, and how it is written.
fn literal(limit: &Read<TimeLimit>) -> Option<(std::time::Duration, String)> {
    let limit = &limit.given()?.value;
    if let Some(timeouts) = limit.by_number() {
        let timeouts = timeouts.literal()?;
        return Some((timeouts.delay(1), timeouts.to_string()));
    }
    match limit.constant()? {
        Value::Literal { value, text, .. } => Some((*value, text.clone())),
        Value::Const(_) => None,
    }
}

/// Rejects a budget that rests below the tokens that must be left for a hedge.
fn tokens(hedge: &Given<HedgeSpec>, draft: &Draft, diagnostics: &mut Diagnostics) {
    let Some(BudgetSpec::Inline(shape)) = draft.guards.budget() else { return };
    let BudgetShape::Credit { rest: Some(Value::Literal { value, text, .. }), .. } = &**shape else { return };
    if *value < TOKENS {
        let message = format!(
            "no hedge would begin, because `credit({text})` rests below the {TOKENS} tokens that must be left for retries; write `budget = credit({TOKENS})` or more, or remove `hedge`"
        );
        diagnostics.at_span(hedge.key, message);
    }
}

/// Rejects a concurrency limit of 1.
fn places(draft: &Draft, diagnostics: &mut Diagnostics) {
    let Some(ConcurrencySpec::Inline { attempts, .. }) = draft.guards.concurrency() else { return };
    if let Value::Literal { value, span, .. } = attempts {
        if let Err(broken) = validate::places_of_hedged(*value) {
            diagnostics.at_span(*span, broken.message());
        }
    }
}

/// Rejects arguments that two attempts at once cannot share.
fn arguments(draft: &Draft, function: &Function, diagnostics: &mut Diagnostics) {
    if matches!(function.receiver(), Some(Receiver::Mutable)) {
        let message = "the two attempts of a hedge run at once, and cannot both borrow `self` as `&mut`; take `&self`, or remove `hedge`";
        diagnostics.at(&function.signature.inputs.first(), message);
    }
    for argument in &function.signature.inputs {
        let FnArg::Typed(typed) = argument else { continue };
        if return_type::holds_mutable_borrow(&typed.ty) {
            let message = "the two attempts of a hedge run at once, and cannot both borrow this as `&mut`; take a shared borrow, or remove `hedge`";
            diagnostics.at(&typed.ty, message);
            continue;
        }
        bindings(&typed.pat, &mut |bound| changed(bound, &typed.pat, draft, diagnostics));
    }
}

/// Rejects a `mut` name in an argument, unless each attempt has a clone of it.
fn changed(bound: &PatIdent, pattern: &Pat, draft: &Draft, diagnostics: &mut Diagnostics) {
    let name = &bound.ident;
    if bound.mutability.is_none() || draft.clone.contains(name) {
        return;
    }
    let instead = if matches!(pattern, Pat::Ident(_)) {
        format!("name it in the attribute, as in `clone = {name}`, or remove `mut`")
    } else {
        format!("write `{name}`, and begin the body with `let mut {name} = {name}.clone();`")
    };
    diagnostics
        .at(bound, format!("the two attempts of a hedge run at once, and cannot both change `{name}`; {instead}"));
}
