async fn hook() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::{Classes, Operation, Policy};
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::hook"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION.of::<Result<(), ApiError>>().begin().timed()
    };
    loop {
        let ran = call
            .run(async {
                if false {
                    return ::retry_runtime::never::<Result<(), ApiError>>();
                }
                work().await
            })
            .await;
        let decided = call.decide(ran);
        let told = decided.tell_async_fn(repair).await;
        if let ::core::option::Option::Some(outcome) = call.wait(decided, told).await {
            break outcome;
        }
    }
}
fn blocking_hook() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::{Classes, Operation, Policy};
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::blocking_hook"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION.of::<Result<(), ApiError>>().begin_blocking().timed()
    };
    loop {
        let ran = call.run(|| -> Result<(), ApiError> { work() });
        let decided = call.decide(ran);
        let told = decided.tell(|attempt, error| log(attempt.number(), error));
        if let ::core::option::Option::Some(outcome) = call.wait(decided, told) {
            break outcome;
        }
    }
}
