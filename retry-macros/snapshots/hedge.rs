/// Fetches a quote.
#[retry(retry_on = transient, hedge = p95)]
async fn learned(client: &Client, id: &str) -> Result<Quote, ApiError> {
    client.quote(id).await
}

/// Sends a request.
#[retry(
    retry_on = transient,
    retry_if = |error| error.is_busy(),
    hedge = after(DELAY, at_most = 0.2, at_once = 5),
    attempt_timeout = 2s,
    concurrency = 20,
    idempotency_key = generate(),
    context = attempt,
    clone = request,
    on_retry = |attempt, error| log(attempt, error),
)]
async fn all_of_it(client: &Client, request: Request) -> Result<Quote, ApiError> {
    client.send(request, attempt.number()).await
}
