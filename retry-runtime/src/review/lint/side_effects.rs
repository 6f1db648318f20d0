//! Rule `SideEffects`: side effects must not be repeated without a key.

use std::format;

use crate::Classes;
use crate::review::lint::findings::{Finding, Rule};
use crate::review::reviewed::ReviewedOperation;

/// Verbs that suggest side effects if a name starts with them.
const VERBS: [&str; 21] = [
    "add",
    "append",
    "buy",
    "cancel",
    "create",
    "debit",
    "decrement",
    "delete",
    "enqueue",
    "increment",
    "insert",
    "notify",
    "pay",
    "publish",
    "refund",
    "remove",
    "reserve",
    "send",
    "spend",
    "submit",
    "withdraw",
];

/// Verbs that are nouns too, and harmless before a property.
///
/// An example is `order_status`.
const VERBS_AND_NOUNS: [&str; 8] = ["book", "charge", "deposit", "order", "place", "post", "purchase", "transfer"];

/// Words that follow a noun.
const PROPERTIES: [&str; 27] = [
    "address", "amount", "by", "count", "date", "details", "exists", "fee", "for", "history", "id", "ids", "info",
    "items", "kind", "lines", "list", "name", "names", "number", "of", "price", "state", "status", "title", "total",
    "url",
];

/// Words that may precede the verb.
const PREFIXES: [&str; 3] = ["async", "do", "try"];

pub(super) fn check(operation: ReviewedOperation) -> Option<Finding> {
    let facts = operation.facts();
    let verb = side_effect_verb(facts.function)?;
    if facts.has_side_effects || !facts.key.is_empty() || repeats_nothing(operation) {
        return None;
    }
    let message = format!(
        "its name suggests the side effect `{verb}`, and a retry after a lost response repeats it; write `side_effects, \
         idempotency_key = ..` and send the key, or `retry_on = Connect`, which proves that nothing happened"
    );
    Some(Finding::new(operation, Rule::SideEffects, message))
}

/// Returns the verb of a function's name that suggests side effects.
fn side_effect_verb(name: &str) -> Option<&str> {
    let mut words = name.split('_').skip_while(|word| word.is_empty() || PREFIXES.contains(word));
    let (first, second) = (words.next()?, words.next());
    let is_thing = second.is_some_and(|word| PROPERTIES.contains(&word));
    (VERBS.contains(&first) || VERBS_AND_NOUNS.contains(&first) && !is_thing).then_some(first)
}

/// Returns whether a retry of the function can repeat nothing.
///
/// The function is retried only if nothing happened, or not at all.
fn repeats_nothing(operation: ReviewedOperation) -> bool {
    operation.policy().is_some_and(|policy| {
        let rest = policy.get_retry_on().minus(&Classes::new().connect());
        let is_connect = rest.is_empty() && !policy.get_retry_on().is_empty();
        policy.attempt_limit() == 1 || is_connect && !has_other_causes(operation)
    })
}

/// Returns whether there are conditions of a retry besides classes.
///
/// Exceptions do not count.
fn has_other_causes(operation: ReviewedOperation) -> bool {
    let causes = operation.facts().causes;
    !causes.is_empty() && !causes.starts_with("but not on ")
}

#[cfg(test)]
mod tests {
    use super::side_effect_verb;

    #[test]
    fn verbs_suggest_side_effects() {
        for name in [
            "charge",
            "send_mail",
            "try_send",
            "do_async_pay",
            "_create",
            "order_tea",
            "post",
            "post_order",
            "place_order",
        ] {
            assert!(side_effect_verb(name).is_some(), "{name}");
        }
        let harmless = [
            "posts",
            "sender",
            "created_at",
            "get_post",
            "resend",
            "payment",
            "order_status",
            "book_price",
            "post_by_id",
            "orders",
            "additional",
            "address",
            "try",
            "",
            "do_",
            "place_name",
            "charges_of",
            "sending",
        ];
        for name in harmless {
            assert_eq!(side_effect_verb(name), None, "{name}");
        }
    }
}
