async fn hook() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::hook"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION.typed::<Result<(), ApiError>>().begin().with_start_time()
    };
    loop {
        let finished = call
            .run(async {
                if false {
                    return ::retry_runtime::__private::never::<Result<(), ApiError>>();
                }
                work().await
            })
            .await;
        let decision = call.decide(finished);
        let hook_result = decision.on_retry_async_fn(repair).await;
        if let ::core::option::Option::Some(outcome) = call
            .wait(decision, hook_result)
            .await
        {
            break outcome;
        }
    }
}
fn blocking_hook() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::blocking_hook"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION.typed::<Result<(), ApiError>>().begin_blocking().with_start_time()
    };
    loop {
        let finished = call.run(|| -> Result<(), ApiError> { work() });
        let decision = call.decide(finished);
        let hook_result = decision
            .on_retry(|attempt, error| log(attempt.number(), error));
        if let ::core::option::Option::Some(outcome) = call.wait(decision, hook_result) {
            break outcome;
        }
    }
}
