async fn every_limit() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            "every limit",
            Policy::new()
                .retry_on(Classes::new().connect().statuses(500..=599).status(429))
                .except(Classes::new().status(501))
                .max_attempts(5)
                .backoff(
                    Backoff::exponential(from_micros(250), from_secs(60)).factor(1.5),
                )
                .jitter(Jitter::proportional(0.25))
                .throttled_backoff(
                    Backoff::linear(from_secs(1), from_millis(500), from_secs(10)),
                )
                .max_retry_after(from_secs(300))
                .deadline(from_secs(3600))
                .attempt_timeout(from_secs(10)),
        );
        OPERATION
            .typed::<Result<(), ApiError>>()
            .begin()
            .interruptible_by_attempt_timeout()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt_with_timeout(async {
                if false {
                    return ::retry_runtime::__private::never::<Result<(), ApiError>>();
                }
                work().await
            })
            .await
        {
            break outcome;
        }
    }
}
