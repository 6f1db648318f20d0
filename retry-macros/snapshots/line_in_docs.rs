/// Waits in line, or does not.
#[retry(retry_on = transient, deadline = 5s)]
fn default_within_a_deadline() -> Result<(), ApiError> {
    work()
}

/// Waits in line, or does not.
#[retry(retry_on = transient, budget = credit(500, wait = 2s))]
fn shorter() -> Result<(), ApiError> {
    work()
}

/// Waits in line, or does not.
#[retry(retry_on = transient, budget = credit(wait = LONGEST))]
fn constant() -> Result<(), ApiError> {
    work()
}

/// Waits in line, or does not.
#[retry(retry_on = transient, budget = credit(wait = none))]
fn none() -> Result<(), ApiError> {
    work()
}

/// Waits in line, or does not.
#[retry(retry_on = transient, budget = ratio(0.1, 10s))]
fn ratio() -> Result<(), ApiError> {
    work()
}

/// Waits in line, or does not.
#[retry(retry_on = transient, budget = PAYMENTS)]
fn shared() -> Result<(), ApiError> {
    work()
}

/// Waits in line, or does not.
#[retry(retry_on = transient, max_attempts = unbounded, deadline = 1h)]
fn unbounded() -> Result<(), ApiError> {
    work()
}
