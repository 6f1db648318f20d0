/// Fetches a quote.
/**

# Retries

At most 3 attempts, at most 3 s of delays unless the server asks for more. A call may also wait up to 30 s in line for its budget while the service answers. Retried on `transient`. A second attempt joins a first one that is slower than 95 % of calls: up to two attempts of a call run at once, in a share of at most 0.1 of calls.*/
async fn learned(client: &Client, id: &str) -> Result<Quote, ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static HEDGE: Hedge = Hedge::percentile(95);
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::learned"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION.typed::<Result<Quote, ApiError>>().begin().limited().hedged(&HEDGE)
    };
    loop {
        let finished = call
            .run_hedged(|| async {
                if false {
                    return ::retry_runtime::__private::never::<
                        Result<Quote, ApiError>,
                    >();
                }
                client.quote(id).await
            })
            .await;
        let decision = call.decide_hedged(finished);
        if let ::core::option::Option::Some(outcome) = call.wait(decision, ()).await {
            break outcome;
        }
    }
}
/// Sends a request.
/**

# Retries

At most 3 attempts, at most 3 s of delays unless the server asks for more, at most 9 s in all, each interrupted after 2 s. A call may also wait up to 30 s in line for its budget while the service answers. Retried on `transient`, errors that `retry_if` accepts. At most 20 attempts of all calls run at a time. A second attempt joins a first one that takes longer than `DELAY`: up to two attempts of a call run at once, in a share of at most 0.2 of calls. Every attempt has a generated key.*/
async fn all_of_it(client: &Client, request: Request) -> Result<Quote, ApiError> {
    let key = ::retry_runtime::__private::CallKey::generate();
    let mut call = {
        use ::retry_runtime::__private::*;
        static CONCURRENCY: Concurrency = Concurrency::new(20);
        const HEDGE_DELAY: ::core::time::Duration = const_check::hedge_delay(DELAY);
        static HEDGE: Hedge = Hedge::after(HEDGE_DELAY).at_most(0.2).at_once(5);
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::all_of_it"),
            Policy::new()
                .retry_on(Classes::new().transient())
                .attempt_timeout(from_secs(2)),
        );
        OPERATION
            .typed::<Result<Quote, ApiError>>()
            .begin()
            .interruptible_by_attempt_timeout()
            .with_key(&key)
            .with_start_time()
            .limited()
            .named_concurrency(&CONCURRENCY)
            .hedged(&HEDGE)
    };
    loop {
        call.admission().await;
        let attempt = &call.hedged_context();
        let finished = call
            .run_hedged_if(
                || {
                    key
                        .scope(async {
                            if false {
                                return ::retry_runtime::__private::never::<
                                    Result<Quote, ApiError>,
                                >();
                            }
                            let attempt = &attempt.current();
                            let request @ _ = ::core::clone::Clone::clone(&request);
                            client.send(request, attempt.number()).await
                        })
                },
                |result| result.is_listed() || result.error(|error| error.is_busy()),
            )
            .await;
        let decision = call.decide_hedged(finished);
        let hook_result = decision.on_retry(|attempt, error| log(attempt, error));
        if let ::core::option::Option::Some(outcome) = call
            .wait(decision, hook_result)
            .await
        {
            break outcome;
        }
    }
}
