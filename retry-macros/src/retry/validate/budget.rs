//! Rules for one budget.

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::ToTokens;
use retry_core::validate;

use crate::diagnostics::{Diagnostics, with_written};
use crate::retry::guards::{BudgetShape, BudgetSpec, MaxWait};
use crate::retry::validate::constants;
use crate::syntax::function::Scope;
use crate::syntax::literal::{Length, Value};

/// Checks the literals of a budget.
///
/// Its expressions must be the same for all calls.
pub(crate) fn budget(spec: &BudgetSpec, scope: &Scope, diagnostics: &mut Diagnostics) {
    match spec {
        BudgetSpec::Inline(shape) => {
            let tokens: TokenStream = shape.constants().into_iter().flat_map(ToTokens::to_token_stream).collect();
            constants::same_for_all_calls("budget", &tokens, scope, diagnostics);
            check_shape(shape, diagnostics);
        }
        BudgetSpec::Static(path) => constants::same_for_all_instances("budget", path, scope, diagnostics),
        BudgetSpec::Default | BudgetSpec::None | BudgetSpec::PerCall(_) => {}
    }
}

fn check_shape(shape: &BudgetShape, diagnostics: &mut Diagnostics) {
    match shape {
        BudgetShape::Aws => {}
        BudgetShape::Credit { rest, wait } => {
            if let Some(rest) = rest {
                literal(rest, |rest| validate::rest(*rest), diagnostics);
            }
            if let Some(MaxWait::AtMost(longest)) = wait {
                max_wait(longest, diagnostics);
            }
        }
        BudgetShape::Ratio { share, window, reserve } => check_ratio(share, window, reserve.as_ref(), diagnostics),
        BudgetShape::InFlight { share, at_least } => {
            let is_right =
                diagnostics.passes(|diagnostics| literal(share, |share| validate::share(*share), diagnostics));
            if let (Some(share_known), Some(at_least_known), true) = (share.literal(), at_least.literal(), is_right) {
                if let Err(broken) = validate::some_in_flight(*share_known, *at_least_known) {
                    diagnostics.at_span(share.span(), broken.message());
                }
            }
        }
    }
}

fn max_wait(longest: &Length, diagnostics: &mut Diagnostics) {
    let Value::Literal { value, text, span } = longest else { return };
    if let Err(broken) = validate::max_wait(*value) {
        let written = if value.is_zero() { String::new() } else { format!(", not `{text}`") };
        diagnostics.at_span(*span, with_written(broken.message(), &written));
    }
}

fn check_ratio(share: &Value<f64>, window: &Length, reserve: Option<&Value<f64>>, diagnostics: &mut Diagnostics) {
    let is_share = diagnostics.passes(|diagnostics| literal(share, |share| validate::share(*share), diagnostics));
    let is_window = diagnostics.passes(|diagnostics| literal(window, |window| validate::window(*window), diagnostics));
    let Some(reserve) = reserve else { return };
    // A window that is an expression is at least a second.
    let window = window.literal().filter(|_| is_window).copied();
    let at_least = window.unwrap_or(Duration::from_secs(1));
    let is_reserve = diagnostics
        .passes(|diagnostics| literal(reserve, |reserve| validate::reserve(*reserve, at_least), diagnostics));
    if let (Some(known), Some(window), Some(reserve), true) =
        (share.literal(), window, reserve.literal(), is_share && is_reserve)
    {
        if let Err(broken) = retry_core::Budget::try_ratio(*known, window, *reserve) {
            diagnostics.at_span(share.span(), broken.message());
        }
    }
}

fn literal<T>(value: &Value<T>, rule: impl FnOnce(&T) -> validate::Rule, diagnostics: &mut Diagnostics) {
    let Value::Literal { value, text, span } = value else { return };
    if let Err(broken) = rule(value) {
        diagnostics.at_span(*span, with_written(broken.message(), &format!(", not `{text}`")));
    }
}
