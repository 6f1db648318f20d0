//! Arbitrary and mutated tokens.
//!
//! The macros never panic, and the annotated function is always kept.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

use crate::classify;
use crate::retry::parse::GRAMMAR;
use crate::syntax::spelling::CLASSES;

const CASES: u32 = 10_000;

/// Words other than options and classes.
const WORDS: &[&str] = &[
    "Status",
    "transient",
    "None",
    "error",
    "exp",
    "linear",
    "fixed",
    "full",
    "additive",
    "proportional",
    "decorrelated",
    "unbounded",
    "credit",
    "ratio",
    "in_flight",
    "async",
    "move",
    "if",
    "self",
    "Self",
    "E",
    "x",
    "factor",
];
const LITERALS: &[&str] = &["0", "3", "0.5", "500ms", "1h30m", "0x10s", "1e400", "503", "3f64", "\"a\"", "99999999999"];
const SIGNS: &[char] = &['=', ',', ':', '|', '.', '-', '&', '<', '>', '?', '!', '#', ';', '+'];
const DELIMITERS: &[Delimiter] = &[Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None];

const ATTRIBUTES: &[&str] = &[
    "max_attempts = 3, backoff = exp(0.5, 4.0), retry_on = (Timeout, Status(503))",
    "retry_on = (Timeout, Status(500..=599 | 429), E::Busy { .. }, E::Code(n) if *n > 4, transient), except = Conflict",
    "retry_if = |error| error.is_busy(), retry_ok = |page| page.is_empty(), deadline = 30s, attempt_timeout = 2s",
    "policy = self.retry, on_retry = async |_, _| (), fallback = |error| Err(error), context = attempt, clone = (x)",
    "retry_on = transient, max_attempts = unbounded, deadline = patience, jitter = proportional(0.25), name = \"a\"",
    "retry_on = Status(FIRST..LAST), backoff = linear(BASE, 1s, CAP), crate = crate::retry, cancel = token.cancelled()",
    "retry_on = transient, budget = ratio(0.1, WINDOW, reserve = RESERVE), breaker = crate::SHOP, rate_limit = FAST",
    "retry_on = transient, budget = in_flight(SHARE, 3), nested = retry, budget = PER_USER.get(&self.user), rate_limit = SHOP",
    "retry_on = transient, budget = credit(REST, wait = 10s)",
    "retry_on = transient, budget = credit(wait = none)",
    "retry_on = transient, pace = OPENAI, concurrency = 20, deadline = 10s",
    "retry_on = transient, hedge = p95(at_most = 0.1, at_once = HEDGES)",
    "retry_on = transient, hedge = after(100ms, at_once = 3), context = attempt, clone = (x)",
    "retry_on = Throttled, pace = ACCOUNTS.get(&self.account), concurrency = limit(PLACES, wait = 200ms)",
];
const ITEMS: &[&str] = &[
    "async fn subject(x: String) -> Result<u32, E> { work(x)?; return Ok(3); }",
    "fn subject(&self, (a, b): (u32, u32)) -> Option<u32> { work(a) }",
    "fn subject(x: &str) -> impl Future<Output = Result<u32, E>> { async move { let x = x; work(x) } }",
    "fn subject() -> Pin<Box<dyn Future<Output = Result<(), E>> + Send>> { Box::pin(async move { work() }) }",
    "pub(crate) const unsafe fn subject<T: Copy, const N: usize>() -> Result<T, E> where T: Send { work() }",
];

const ERRORS: &[&str] = &[
    "enum E { Timeout, Status(u16), #[classify(Throttled, retry_after = wait)] Busy { wait: Duration }, Other }",
    "enum E { #[classify(transparent)] Io { source: io::Error, path: String }, #[classify(Status(503))] Down }",
    "#[error(transparent)] struct E<T>(#[from] T);",
    "#[classify(crate = ::rt)] enum E { #[classify(status = 0)] Http(u16, String), #[error(transparent)] Db(Db) }",
];

/// Pseudorandom numbers (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 33).unwrap_or(0) % end
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn token(&mut self, depth: usize) -> TokenTree {
        match self.below(if depth > 3 { 9 } else { 11 }) {
            0 | 1 => Ident::new(self.one(&GRAMMAR.names()), Span::call_site()).into(),
            2 => Ident::new(self.one(CLASSES), Span::call_site()).into(),
            3 => Ident::new(self.one(WORDS), Span::call_site()).into(),
            4 | 5 => self.one(LITERALS).parse::<Literal>().expect("a literal").into(),
            6..9 => {
                let spacing = self.one(&[Spacing::Alone, Spacing::Joint]);
                Punct::new(self.one(SIGNS), spacing).into()
            }
            _ => {
                let length = self.below(5);
                let inner = (0..length).map(|_| self.token(depth + 1)).collect();
                Group::new(self.one(DELIMITERS), inner).into()
            }
        }
    }

    fn stream(&mut self) -> TokenStream {
        let length = self.below(12);
        (0..length).map(|_| self.token(0)).collect()
    }

    /// Returns the tokens with one change.
    ///
    /// A token is added, removed or replaced, or the rest is cut off.
    fn mutated(&mut self, tokens: TokenStream) -> TokenStream {
        let mut tokens: Vec<_> = tokens.into_iter().collect();
        if tokens.is_empty() {
            return self.stream();
        }
        let index = self.below(tokens.len());
        if let TokenTree::Group(group) = &tokens[index] {
            if self.below(3) > 0 {
                tokens[index] = Group::new(group.delimiter(), self.mutated(group.stream())).into();
                return tokens.into_iter().collect();
            }
        }
        match self.below(4) {
            0 => tokens.insert(index, self.token(0)),
            1 => drop(tokens.remove(index)),
            2 => tokens[index] = self.token(0),
            _ => tokens.truncate(index),
        }
        tokens.into_iter().collect()
    }
}

fn parsed(text: &str) -> TokenStream {
    text.parse().expect("tokens")
}

/// Checks that the output contains the function: its name, and a name of its body.
fn assert_kept(options: &TokenStream, item: &str) {
    let output = crate::retry::expand_attribute(options.clone(), parsed(item), crate::retry::Registration::default())
        .to_string();
    assert!(output.contains("fn subject") && output.contains("work"), "{options}\n{item}\n{output}");
}

#[test]
fn arbitrary_attributes_keep_the_function() {
    let mut dice = Dice(1);
    for _ in 0..CASES {
        let (options, item) = (dice.stream(), dice.one(ITEMS));
        assert_kept(&options, item);
    }
}

#[test]
fn mutated_attributes_keep_the_function() {
    let mut dice = Dice(2);
    for _ in 0..CASES {
        let mut options = parsed(dice.one(ATTRIBUTES));
        for _ in 0..=dice.below(3) {
            options = dice.mutated(options);
        }
        let item = dice.one(ITEMS);
        assert_kept(&options, item);
    }
}

#[test]
fn mutated_items_never_panic() {
    let mut dice = Dice(3);
    for _ in 0..CASES / 4 {
        let (options, mut item) = (parsed(dice.one(ATTRIBUTES)), parsed(dice.one(ITEMS)));
        for _ in 0..=dice.below(3) {
            item = dice.mutated(item);
        }
        drop(crate::retry::expand_attribute(
            options,
            item,
            crate::retry::Registration { is_reviewed: true, has_settings: true, is_injectable: true },
        ));
    }
}

#[test]
fn mutated_errors_never_panic() {
    let mut dice = Dice(4);
    for _ in 0..CASES / 4 {
        let mut item = parsed(dice.one(ERRORS));
        for _ in 0..=dice.below(3) {
            item = dice.mutated(item);
        }
        drop(classify::derive(item));
    }
}
