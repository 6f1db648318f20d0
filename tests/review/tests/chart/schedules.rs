//! Functions with a schedule of each kind.

use std::io;
use std::time::Duration;

use retry_runtime::{Policy, retry};

#[retry(retry_on = Timeout, max_attempts = 2, backoff = fixed(1s), jitter = none, attempt_timeout = 2s)]
async fn two() -> io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, max_attempts = 4, backoff = exp(500ms, 4s), jitter = equal)]
fn uncut() -> io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, max_attempts = 6, backoff = exp(20ms, 1h, factor = 14.7), attempt_timeout = 1s)]
async fn from_milliseconds_to_an_hour() -> io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, max_attempts = 12, backoff = exp(100ms, 10s), attempt_timeout = 500ms)]
async fn twelve() -> io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 13, backoff = linear(1s, 500ms, 1m), attempt_timeout = 2s)]
async fn thirteen() -> io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, max_attempts = 100, backoff = exp(100ms, 10s), jitter = proportional(0.25), attempt_timeout = 4s)]
async fn hundred() -> io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, max_attempts = 8, backoff = exp(500ms, 30s), attempt_timeout = 3s, deadline = 20s)]
async fn cut_by_the_deadline() -> io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, max_attempts = 3, backoff = exp(100ms, 1s), attempt_timeout = 1s, deadline = 1h)]
async fn far_deadline() -> io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, max_attempts = 3, backoff = fixed(1s), jitter = none, attempt_timeout = 1s, deadline = 5s)]
async fn deadline_at_the_end() -> io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, max_attempts = unbounded, backoff = fibonacci(1s, 20s), deadline = 2m, attempt_timeout = 5s)]
async fn unbounded_by_a_deadline() -> io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, max_attempts = unbounded, backoff = exp(1s, 20s), jitter = equal, cancel = || false)]
fn unbounded_by_cancelling() -> io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, max_attempts = 5, backoff = custom(squares))]
fn custom() -> io::Result<()> {
    Ok(())
}

fn squares(retry: u32) -> Duration {
    Duration::from_secs(u64::from(retry * retry))
}

#[retry(retry_on = transient, max_attempts = 6, backoff = exp(100ms, 10s), jitter = decorrelated, attempt_timeout = 750ms)]
async fn decorrelated() -> io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, backoff = none)]
fn without_delays() -> io::Result<()> {
    Ok(())
}

#[retry(policy = policy)]
fn of_each_call(policy: &Policy) -> io::Result<()> {
    let _ = policy;
    Ok(())
}

#[retry(retry_on = Timeout, deadline = patience, attempt_timeout = patience / 2)]
async fn ends_of_each_call(patience: Duration) -> io::Result<()> {
    let _ = patience;
    Ok(())
}

#[retry(retry_on = Timeout, name = "a<b> & \"c\"\n\u{1}::a_name_that_is_far_too_long_for_a_line_of_a_picture_and_for_most_screens")]
fn odd_name() -> io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, max_attempts = 2, backoff = fixed(1s), attempt_timeout = 1s, deadline = 6s)]
async fn near_deadline() -> io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, backoff = fixed(1s), jitter = none, attempt_timeout = linear(1s, 1s, 9s))]
async fn longer_each_time() -> io::Result<()> {
    Ok(())
}

#[retry(
    retry_on = (Throttled, Timeout),
    max_attempts = 40,
    backoff = exp(1234567us, 86399999ms, factor = 1.23456),
    jitter = proportional(0.12345),
    throttled_backoff = exp(1234567us, 86399999ms, factor = 1.23456),
    attempt_timeout = 12345678us,
    deadline = 86399998765us,
)]
async fn long_figures() -> io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, max_attempts = 3, backoff = fixed(1s), jitter = none, attempt_timeout = 1s, deadline = 4500ms)]
async fn the_last_is_cut() -> io::Result<()> {
    Ok(())
}

/// In the worst case attempt 3 would begin with the end.
#[retry(retry_on = Timeout, max_attempts = 4, backoff = fixed(1s), jitter = none, attempt_timeout = 1s, deadline = 4s)]
async fn the_third_is_too_late() -> io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, max_attempts = unbounded, backoff = fixed(1s), jitter = none, deadline = 1h)]
fn unbounded_by_a_far_deadline() -> io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, max_attempts = unbounded, backoff = fixed(1s), jitter = none, deadline = 3500ms)]
fn unbounded_without_chance() -> io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, max_attempts = unbounded, backoff = custom(doubles), cancel = || false)]
fn unbounded_and_doubling() -> io::Result<()> {
    Ok(())
}

/// Overflows at retry 32, to which no call comes: it would take 13 years.
fn doubles(retry: u32) -> Duration {
    Duration::from_millis(100) * 2_u32.pow(retry)
}
