//! Rules for one concurrency limit.

use proc_macro2::TokenStream;
use quote::ToTokens;
use retry_core::validate;

use crate::diagnostics::{Diagnostics, with_written};
use crate::retry::guards::ConcurrencySpec;
use crate::retry::validate::constants;
use crate::syntax::function::Scope;
use crate::syntax::literal::Value;

/// Checks the literals of a concurrency limit.
///
/// Its expressions must be the same for all calls.
pub(crate) fn concurrency(spec: &ConcurrencySpec, scope: &Scope, diagnostics: &mut Diagnostics) {
    let ConcurrencySpec::Inline { attempts, wait } = spec else { return };
    let expressions = attempts.constant().into_iter().chain(wait.as_ref().and_then(Value::constant));
    let tokens: TokenStream = expressions.map(ToTokens::to_token_stream).collect();
    constants::same_for_all_calls("concurrency", &tokens, scope, diagnostics);
    if let Value::Literal { value, text, span } = attempts {
        if let Err(broken) = validate::places(*value) {
            diagnostics.at_span(*span, with_written(broken.message(), &format!(", not `{text}`")));
        }
    }
    if let Some(Value::Literal { value, text, span }) = wait {
        if let Err(broken) = validate::place_wait(*value) {
            diagnostics.at_span(*span, with_written(broken.message(), &format!(", not `{text}`")));
        }
    }
}
