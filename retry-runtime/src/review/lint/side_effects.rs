//! What changes something is not repeated without a key.

use std::format;

use crate::Classes;
use crate::review::Reviewed;
use crate::review::lint::{Finding, Rule};

/// Words that change something wherever a name begins with them.
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

/// Words that do so unless a property of a thing follows: `order_tea`, but `order_status`.
const VERBS_AND_NOUNS: [&str; 8] = ["book", "charge", "deposit", "order", "place", "post", "purchase", "transfer"];

/// What follows a thing.
const PROPERTIES: [&str; 27] = [
    "address", "amount", "by", "count", "date", "details", "exists", "fee", "for", "history", "id", "ids", "info",
    "items", "kind", "lines", "list", "name", "names", "number", "of", "price", "state", "status", "title", "total",
    "url",
];

/// What may stand before the word.
const BEFORE: [&str; 3] = ["async", "do", "try"];

pub(super) fn told(of: Reviewed) -> Option<Finding> {
    let facts = of.facts();
    let verb = changing(facts.function)?;
    if facts.has_side_effects || !facts.key.is_empty() || repeats_nothing(of) {
        return None;
    }
    let words = format!(
        "by its name it does `{verb}`, and a retry after a lost answer does so again; write `side_effects, \
         idempotency_key = ..` and send the key, or `retry_on = Connect`, which proves that nothing happened"
    );
    Some(Finding::new(of, Rule::SideEffects, words))
}

/// The word of a function's name that changes something.
fn changing(name: &str) -> Option<&str> {
    let mut words = name.split('_').skip_while(|word| word.is_empty() || BEFORE.contains(word));
    let (first, second) = (words.next()?, words.next());
    let is_thing = second.is_some_and(|word| PROPERTIES.contains(&word));
    (VERBS.contains(&first) || VERBS_AND_NOUNS.contains(&first) && !is_thing).then_some(first)
}

/// Whether it is retried only where nothing happened, or not at all.
fn repeats_nothing(of: Reviewed) -> bool {
    of.policy().is_some_and(|policy| {
        let rest = policy.classes().minus(&Classes::new().connect());
        let is_connect = rest.is_empty() && !policy.classes().is_empty();
        policy.most_attempts() == 1 || is_connect && !has_further_causes(of)
    })
}

/// What is excepted is no cause.
fn has_further_causes(of: Reviewed) -> bool {
    let causes = of.facts().causes;
    !causes.is_empty() && !causes.starts_with("but not on ")
}

#[cfg(test)]
mod tests {
    use super::changing;

    #[test]
    fn a_name_begins_with_a_word_that_changes_something() {
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
            assert!(changing(name).is_some(), "{name}");
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
            assert_eq!(changing(name), None, "{name}");
        }
    }
}
