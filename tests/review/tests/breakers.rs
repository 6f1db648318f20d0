//! Breakers and rate limits in the table: of a `static` with its settings, and of an expression by its text.

#![allow(dead_code)] // registered without being called

use retry_runtime::review::Review;
use retry_runtime::{Breaker, KeyedBreaker, RateLimit, retry};

static SHOP: Breaker = Breaker::new();
static PER_HOST: KeyedBreaker<String> = KeyedBreaker::new(Breaker::new());

#[retry(retry_on = transient, breaker = SHOP)]
fn of_a_static() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, breaker = PER_HOST.get(host))]
fn of_a_host(host: &str) -> std::io::Result<usize> {
    Ok(host.len())
}

#[retry(retry_on = transient, rate_limit = limit)]
fn of_an_argument(limit: &RateLimit) -> std::io::Result<String> {
    Ok(limit.to_string())
}

#[test]
fn a_breaker_of_an_expression_is_shown_as_it_is_written() {
    let table = Review::module(module_path!()).to_string();
    let row = |name: &str| table.lines().find(|line| line.contains(name)).expect("it is listed").to_string();
    let settings = SHOP.to_string();
    assert!(row("::of_a_static`").contains(&format!("| `SHOP`: {settings} |")), "{table}");
    assert!(row("::of_a_host`").contains("| breaker `PER_HOST.get(host)` |"), "{table}");
    assert!(row("::of_an_argument`").contains("| rate limit `limit` |"), "{table}");
}
