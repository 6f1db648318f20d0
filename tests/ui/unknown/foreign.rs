use retry_runtime::retry;

const N: u32 = 3;

fn is_transient(_: &std::io::Error) -> bool {
    true
}

#[retry(retry_on = transient, max_retries = 3)]
fn retries_apart_from_the_first() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, retries = N)]
fn retries_by_a_constant() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, tries = 3)]
fn tries() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, delay = 2)]
fn delay() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, wait = 500ms)]
fn wait() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, initial_delay = 200ms)]
fn initial_delay() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_delay = 4s)]
fn max_delay() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, factor = 3)]
fn factor() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, timeout = 2s)]
async fn timeout() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, stop = 30)]
fn stop() -> std::io::Result<()> {
    Ok(())
}

#[retry(when = is_transient)]
fn when() -> std::io::Result<()> {
    Ok(())
}

#[retry(on = (Timeout, Connect))]
fn on() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, notify = |_, error| eprintln!("{error}"))]
fn notify() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_retries = 0)]
fn no_retries() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, tries = 1)]
fn one_try() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, retries = 200)]
fn many_retries() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, tries = "3")]
fn tries_in_quotes() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, delay = 0)]
fn no_delay() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, delay = 5parsecs)]
fn delay_of_no_unit() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_delay = 50ms)]
fn short_cap() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, initial_delay = 20s)]
fn long_base() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, multiplier = 0.5)]
fn shrinking() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, timeout = 0)]
async fn async_no_timeout() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, stop = stop_after_attempt(7))]
fn stop_after_attempts() -> std::io::Result<()> {
    Ok(())
}

#[retry(on = IOError)]
fn unknown_exceptions() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, retry_budget = 0.1)]
fn budget_share() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, retry_budget = 500)]
fn budget_tokens() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, retry_budget = PAYMENTS)]
fn budget_path() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, circuit_breaker = SHOP)]
fn breaker_path() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, circuit_breaker = 5)]
fn breaker_failures() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, limit = LIMIT)]
fn limit_path() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, throttle = 50)]
fn limit_number() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, quota = "50/s")]
fn limit_text() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, delay = 100)]
fn delay_without_a_unit() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, delay_ms = 100)]
fn delay_with_a_unit_in_its_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff_seconds = 2)]
fn backoff_seconds() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, wait = wait_exponential(multiplier = 1, min = 4, max = 10))]
fn tenacity_wait() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, stop = stop_after_attempt(5) | stop_after_delay(10))]
fn tenacity_stop() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, before_sleep = before_sleep_log(logger, DEBUG))]
fn tenacity_before_sleep() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, reraise = true)]
fn tenacity_reraise() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, strategy = ExponentialBackoff::from_millis(10).map(jitter).take(3))]
fn tokio_retry() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, with_max_times = 5)]
fn backon_max_times() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = ExponentialBuilder::default().with_min_delay(Duration::from_millis(200)).with_max_times(5))]
fn backon_builder() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = ConstantBuilder::default().with_delay(Duration::from_millis(500)))]
fn backon_constant() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, MaxRetryAttempts = 4)]
fn polly_attempts() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, BackoffType = DelayBackoffType.Exponential)]
fn polly_type() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, Delay = TimeSpan.FromSeconds(2))]
fn polly_delay() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, UseJitter = true)]
fn polly_jitter() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, wait_duration = 500)]
fn resilience4j_wait() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, interval_function = ofExponentialBackoff(500, 2))]
fn resilience4j_interval() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, randomized_wait_factor = 0.5)]
fn resilience4j_factor() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, timeout_ms = 500)]
fn blocking_timeout() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, rps = 20)]
fn attempts_per_second() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, log = true)]
fn logs() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, xyzzy = 3)]
fn nothing_like_it() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry = retry_if_exception_type(IOError))]
fn tenacity_retry() -> std::io::Result<()> {
    Ok(())
}

#[retry(ignore_exceptions = Conflict, retry_on = transient)]
fn resilience4j_ignore() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, wait = wait_exponential(min = 4, max = 300))]
fn tenacity_delays() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, stop = stop_after_delay(300) | stop_after_attempt(5))]
fn tenacity_stops() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, min_delay = 100ms, max_delay = 5s)]
fn backon_delays() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, notify = |e, d| println!("{e} {d:?}"))]
fn backon_notify() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, strategy = ExponentialBackoff::from_millis(10).map(jitter).take(3))]
fn tokio_retry_strategy() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, circuit_breaker = "backend")]
fn resilience4j_breaker() -> std::io::Result<()> {
    Ok(())
}

#[retry(ignore_exceptions = io::Error, retry_on = transient)]
fn resilience4j_types() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, rate = 20)]
fn rate() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_concurrency = 20)]
fn max_concurrency() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, bulkhead = 10)]
fn bulkhead() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, semaphore = Semaphore::new(5))]
fn semaphore() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_concurrent = 8)]
fn max_concurrent() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
