//! Policies, their parts and budgets from text.

use std::fmt::{Display, Write};
use std::str::FromStr;

use retry_runtime::{Backoff, Budget, Classes, Jitter, ParseError, Policy};

use crate::input::Input;

#[rustfmt::skip]
const WORDS: [&str; 64] = [
    "(", ")", ",", ", ", "=", " = ", "|", "..=", ".", " ", "-", "0", "1", "3", "14", "0.1", "0.25", "99", "100", "500",
    "1s", "10s", "100ms", "5us", "7µs", "1ns", "2m", "24h", "25h", "0.000000001s", "9223372036854775807s",
    "exp(", "exp(100ms, 10s)", "linear(", "linear(1s, 2s, 9s)", "fibonacci(1ms, 1s)", "fixed(1s)", "none", "custom",
    "factor = ", "full", "equal", "proportional(", "additive(1s)", "decorrelated",
    "transient", "Timeout", "Connect", "Conflict", "Status(", "Status(503)", "Status(500..=502 | 429)", " except ",
    "credit", "credit(500, wait = 1s)", "credit(aws)", "ratio(0.1, 10s", "reserve = 0.1", "in_flight(0.2, 3)", "wait = none",
    "retry_on = ", "max_attempts = ", "deadline = ", "attempt_timeout = ",
];
#[rustfmt::skip]
const OPTIONS: [&str; 10] = [
    "retry_on", "except", "max_attempts", "backoff", "throttled_backoff", "jitter", "max_retry_after", "deadline",
    "attempt_timeout", "nested",
];

/// An error shows at most this much, whatever the text.
const MAX_MESSAGE: usize = 500;

/// A text that is accepted means what is displayed, and nothing else.
pub(crate) fn parts(bytes: &[u8]) {
    let text = Input::new(bytes).text(&WORDS);
    same::<Backoff>(&text, ToString::to_string);
    same::<Jitter>(&text, ToString::to_string);
    same::<Classes>(&text, ToString::to_string);
    same::<Budget>(&text, |value| format!("{value:?}"));
}

pub(crate) fn policies(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let mut text = String::new();
    for _ in 0..=input.below(4) {
        let _ = write!(text, "{} = {},", input.one_of(&OPTIONS), input.text(&WORDS));
    }
    same::<Policy>(&text, |value| format!("{value:?}"));
    let by_serde = serde_json::from_value::<Policy>(text.as_str().into()).ok();
    assert_eq!(by_serde, text.parse().ok(), "{text}");
}

/// `fields` is what has to be the same in both, where a type has no equality.
fn same<T: FromStr<Err = ParseError> + Display>(text: &str, fields: impl Fn(&T) -> String) {
    match text.parse::<T>() {
        Ok(value) => {
            let shown = value.to_string();
            let again = shown.parse::<T>().unwrap_or_else(|error| panic!("{text:?} is {shown:?}: {error}"));
            assert_eq!(fields(&again), fields(&value), "{text:?}");
            assert_eq!(again.to_string(), shown);
            let padded = format!(" {text} ").parse::<T>().unwrap_or_else(|error| panic!("padded {text:?}: {error}"));
            assert_eq!(fields(&padded), fields(&value), "{text:?}");
        }
        Err(error) => {
            let message = error.to_string();
            assert!(!message.is_empty() && message.len() < MAX_MESSAGE, "{message}");
        }
    }
}
