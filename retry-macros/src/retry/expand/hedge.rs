//! Prints the hedge.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote_spanned;

use crate::emit::tokens::{Tokens, here};
use crate::emit::{Checked, Emitter};
use crate::retry::expand::policy;
use crate::retry::guards::{Guards, HedgeDelay};
use crate::syntax::literal::Value;

/// Prints the item of a hedge.
///
/// ```text
/// hedge = after(100ms)                       ->  static HEDGE: Hedge = Hedge::after(from_millis(100));
/// hedge = p95(at_most = 0.1, at_once = 3)    ->  static HEDGE: Hedge = Hedge::percentile(95).at_most(0.1).at_once(3);
/// ```
pub(super) fn item(guards: &Guards, emitter: &mut Emitter) -> Option<TokenStream> {
    let hedge = &guards.hedge.as_ref()?.value;
    let kind = emitter.item("Hedge").tokens();
    let value = kind.clone().sign("::");
    let value = match &hedge.delay {
        HedgeDelay::After(delay) => {
            value.word("after").parentheses(policy::length(delay, "HEDGE_DELAY", "hedge_delay", emitter))
        }
        HedgeDelay::Percentile { percent, .. } => {
            value.word("percentile").parentheses(Tokens::default().number(Literal::u32_unsuffixed(*percent)))
        }
    };
    let value = match &hedge.at_most {
        None => value,
        Some(share) => value.call("at_most", policy::fraction(share, "HEDGE_SHARE", "hedge_share", emitter)),
    };
    let value = match &hedge.at_once {
        None => value,
        Some(Value::Literal { value: hedges, .. }) => {
            value.call("at_once", Tokens::default().number(Literal::u32_unsuffixed(*hedges)))
        }
        Some(Value::Const(expr)) => {
            let checked = Checked { name: "HEDGES_AT_ONCE", kind: "u32", rule: "hedges_at_once" };
            value.call("at_once", emitter.constant(checked, expr, Default::default()))
        }
    };
    let (name, constants) = (name(emitter), emitter.take_constants());
    Some(quote_spanned!(here()=> #(#constants)* static #name: #kind = #value;))
}

/// Prints `.hedged(&HEDGE)`.
pub(super) fn setting(guards: &Guards, emitter: &Emitter) -> Option<TokenStream> {
    guards.hedge.as_ref()?;
    let name = name(emitter);
    Some(quote_spanned!(here()=> .hedged(&#name)))
}

fn name(emitter: &Emitter) -> Ident {
    Ident::new(&emitter.unused_name("HEDGE"), here())
}
