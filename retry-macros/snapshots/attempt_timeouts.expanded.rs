/// Loads a page; a slow one gets more time at each attempt.
/**

# Retries

At most 3 attempts, at most 300 ms of delays unless the server asks for more, at most 7.3 s in all, each interrupted after `exp(1s, 8s)` by its number. A call may also wait up to 30 s in line for its budget while the service answers. Retried on `Timeout`.*/
async fn load(client: &Client, id: u64) -> Result<Page, ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::load"),
            Policy::new()
                .retry_on(Classes::new().timeout())
                .attempt_timeouts(Backoff::exponential(from_secs(1), from_secs(8))),
        );
        OPERATION
            .typed::<Result<Page, ApiError>>()
            .begin()
            .interruptible_by_attempt_timeout()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt_with_timeout(async {
                if false {
                    return ::retry_runtime::__private::never::<Result<Page, ApiError>>();
                }
                client.load(id).await
            })
            .await
        {
            break outcome;
        }
    }
}
async fn save(client: &Client, id: u64) -> Result<Page, ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        const POLICY: Policy = Policy::new()
            .retry_on(Classes::new().timeout())
            .custom_attempt_timeouts(timeout_of);
        const _: () = const_check::attempt_timeout(&POLICY);
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::save"),
            POLICY,
        );
        OPERATION
            .typed::<Result<Page, ApiError>>()
            .begin()
            .interruptible_by_attempt_timeout()
            .first_attempt_timeout()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt_with_timeout(async {
                if false {
                    return ::retry_runtime::__private::never::<Result<Page, ApiError>>();
                }
                client.save(id).await
            })
            .await
        {
            break outcome;
        }
    }
}
