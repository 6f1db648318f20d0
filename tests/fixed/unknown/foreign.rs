use retry_runtime::{Breaker, Budget, RateLimit, retry};

static PAYMENTS: Budget = Budget::credit();
static SHOP: Breaker = Breaker::new();
static LIMIT: RateLimit = RateLimit::per_second(50);

const N: u32 = 3;

fn is_transient(_: &std::io::Error) -> bool {
    true
}

#[retry(retry_on = transient, max_attempts = 4)]
fn retries_apart_from_the_first() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 3)]
fn retries_by_a_constant() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 3)]
fn tries() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(2))]
fn delay() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(500ms))]
fn wait() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(200ms, 10s))]
fn initial_delay() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 4s))]
fn max_delay() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s, factor = 3))]
fn factor() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, attempt_timeout = 2s)]
async fn timeout() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 30)]
fn stop() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_if = is_transient)]
fn when() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, Connect))]
fn on() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, on_retry = |_, error| eprintln!("{error}"))]
fn notify() -> std::io::Result<()> {
    Ok(())
}

fn no_retries() -> std::io::Result<()> {
    Ok(())
}

fn one_try() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 100)]
fn many_retries() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 3)]
fn tries_in_quotes() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = none)]
fn no_delay() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(1s))]
fn delay_of_no_unit() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(1ms, 50ms))]
fn short_cap() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(20s, 1m))]
fn long_base() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s, factor = 2))]
fn shrinking() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
async fn async_no_timeout() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 7)]
fn stop_after_attempts() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn unknown_exceptions() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(0.1, 10s))]
fn budget_share() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(500))]
fn budget_tokens() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = PAYMENTS)]
fn budget_path() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, breaker = SHOP)]
fn breaker_path() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, breaker = SHOP)]
fn breaker_failures() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, rate_limit = LIMIT)]
fn limit_path() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, rate_limit = LIMIT)]
fn limit_number() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, rate_limit = LIMIT)]
fn limit_text() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(100ms))]
fn delay_without_a_unit() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(100ms))]
fn delay_with_a_unit_in_its_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(2s))]
fn backoff_seconds() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(4, 10))]
fn tenacity_wait() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 5, deadline = 10)]
fn tenacity_stop() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, on_retry = |attempt, error| { let _ = (attempt, error); })]
fn tenacity_before_sleep() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn tenacity_reraise() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(10ms, 10s), max_attempts = 4)]
fn tokio_retry() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 6)]
fn backon_max_times() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(200ms, 10s), max_attempts = 6)]
fn backon_builder() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(500ms))]
fn backon_constant() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 5)]
fn polly_attempts() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s))]
fn polly_type() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(2s))]
fn polly_delay() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = full)]
fn polly_jitter() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(500ms))]
fn resilience4j_wait() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(500ms, 10s, factor = 2))]
fn resilience4j_interval() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = proportional(0.5))]
fn resilience4j_factor() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 500ms)]
fn blocking_timeout() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, rate_limit = LIMIT)]
fn attempts_per_second() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn logs() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn nothing_like_it() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn tenacity_retry() -> std::io::Result<()> {
    Ok(())
}

#[retry(except = Conflict, retry_on = transient)]
fn resilience4j_ignore() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(4s, 300s))]
fn tenacity_delays() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 5, deadline = 300s)]
fn tenacity_stops() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 5s))]
fn backon_delays() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, on_retry = |attempt, error| println!("{error}"))]
fn backon_notify() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(10ms, 10s, factor = 10), max_attempts = 4)]
fn tokio_retry_strategy() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, breaker = SHOP)]
fn resilience4j_breaker() -> std::io::Result<()> {
    Ok(())
}

#[retry(except = Conflict, retry_on = transient)]
fn resilience4j_types() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, rate_limit = LIMIT)]
fn rate() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = 20)]
fn max_concurrency() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = 10)]
fn bulkhead() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = 20)]
fn semaphore() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = 8)]
fn max_concurrent() -> std::io::Result<()> {
    Ok(())
}
