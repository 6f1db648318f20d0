//! Prints the settings of a call, which differ between calls or need an outcome.

use proc_macro2::{Ident, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;

use crate::emit::Emitter;
use crate::emit::tokens::{at, here};
use crate::retry::expand::{budget, effects, guards, limits};
use crate::retry::fallback_spec::Fallback;
use crate::retry::model::{BackoffSpec, Model, PolicyBase, TimeLimit};
use crate::syntax::option::Given;

/// Prints the setter of an operation whose calls bring their timeout.
///
/// It is `.timeout_per_call()`. Only a policy from elsewhere may have timeouts by the number of the attempt then.
pub(super) fn timeout_per_call(model: &Model) -> TokenStream {
    if model.base.is_new() || !is_per_call(model.limits.attempt_timeout.as_ref()) {
        return TokenStream::new();
    }
    quote_spanned!(here()=> .timeout_per_call())
}

/// Prints the settings: `.with_policy(&policy).deadline(deadline)`.
///
/// `constant` is the item of a shared policy.
pub(super) fn settings(model: &Model, constant: Option<&Ident>, emitter: &Emitter) -> TokenStream {
    let mut settings = policy(model);
    settings.extend(budget::call_setting(&model.guards));
    if is_per_call(model.limits.deadline.as_ref()) {
        settings.extend(quote_spanned!(here()=> .deadline(deadline)));
    }
    match (model.interruption(), &model.base, constant) {
        (Some(option), ..) => settings.extend(guards::interruptible(&model.guards, &option)),
        (None, PolicyBase::Const(path), Some(constant)) if model.is_async() => {
            let setting = quote_spanned!(here()=> .interruptible_if::<{ #constant.cuts() }>());
            settings.extend(at(setting, path.span()));
        }
        (None, ..) => {}
    }
    settings.extend(effects::call_setting(&model.effects));
    if reads_start_time(model) {
        settings.extend(quote_spanned!(here()=> .with_start_time()));
    }
    if is_per_call(model.limits.attempt_timeout.as_ref()) {
        settings.extend(quote_spanned!(here()=> .attempt_timeout(attempt_timeout)));
    }
    let by_number = model.limits.attempt_timeout.as_ref().and_then(|given| given.value.by_number());
    if let Some(BackoffSpec::Custom(_)) = by_number {
        settings.extend(quote_spanned!(here()=> .first_attempt_timeout()));
    }
    if model.cancel.is_some() {
        settings.extend(quote_spanned!(here()=> .cancel(cancel)));
    }
    settings.extend(limits::settings(&model.guards, emitter));
    settings
}

/// Prints the policy of a call.
///
/// An error type without `From<Stopped>`, and a blocking function, are reported at the expression.
fn policy(model: &Model) -> TokenStream {
    let PolicyBase::PerCall(expr) = &model.base else { return TokenStream::new() };
    let name = if model.takes_timed_policy() { "with_timed_policy" } else { "with_policy" };
    let name = Ident::new(name, here());
    at(quote_spanned!(here()=> .#name(&policy)), expr.span())
}

fn is_per_call(limit: Option<&Given<TimeLimit>>) -> bool {
    limit.is_some_and(|given| given.value.per_call().is_some())
}

/// Returns whether the context of an attempt may be read.
///
/// The context knows when the call began.
fn reads_start_time(model: &Model) -> bool {
    let hook = model.fallback.as_ref().and_then(Fallback::hook);
    model.context.is_some() || hook.is_some() || model.on_retry.is_some()
}
