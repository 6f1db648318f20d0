async fn fallback() -> Result<Quote, ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::fallback"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION.typed::<Result<Quote, ApiError>>().begin().with_start_time()
    };
    let outcome = loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt(async {
                if false {
                    return ::retry_runtime::__private::never::<
                        Result<Quote, ApiError>,
                    >();
                }
                work().await
            })
            .await
        {
            break outcome;
        }
    };
    call.fallback(outcome, |_, error| cached(error))
}
async fn async_fallback() -> Result<Quote, ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::async_fallback"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION.typed::<Result<Quote, ApiError>>().begin().with_start_time()
    };
    let outcome = loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt(async {
                if false {
                    return ::retry_runtime::__private::never::<
                        Result<Quote, ApiError>,
                    >();
                }
                work().await
            })
            .await
        {
            break outcome;
        }
    };
    call.fallback_async_fn(outcome, &call.ended(), from_cache).await
}
async fn fallback_of_a_rejected_ok() -> Result<Vec<u8>, ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::fallback_of_a_rejected_ok"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION.typed::<Result<Vec<u8>, ApiError>>().begin().with_start_time()
    };
    let outcome = loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt_if(
                async {
                    if false {
                        return ::retry_runtime::__private::never::<
                            Result<Vec<u8>, ApiError>,
                        >();
                    }
                    work().await
                },
                |result| result.is_listed() || result.ok(Vec::is_empty),
            )
            .await
        {
            break outcome;
        }
    };
    call.fallback_outcome(outcome, |_, result| result.map(or_default))
}
