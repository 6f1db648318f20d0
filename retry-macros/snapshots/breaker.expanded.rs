async fn waiting() -> Result<(), ApiError> {
    let mut call = {
        static OPERATION: ::retry_runtime::Operation = ::retry_runtime::Operation::new(
                ::core::concat!(::core::module_path!(), "::waiting"),
                ::retry_runtime::Policy::new()
                    .retry_on(::retry_runtime::Classes::new().transient()),
            )
            .breaker(&SHOP);
        OPERATION.of::<Result<(), ApiError>>().begin().cuttable()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt(async {
                if false {
                    return ::retry_runtime::never::<Result<(), ApiError>>();
                }
                work().await
            })
            .await
        {
            break outcome;
        }
    }
}
fn blocking() -> Result<(), ApiError> {
    let mut call = {
        static OPERATION: ::retry_runtime::Operation = ::retry_runtime::Operation::new(
                ::core::concat!(::core::module_path!(), "::blocking"),
                ::retry_runtime::Policy::new()
                    .retry_on(::retry_runtime::Classes::new().transient()),
            )
            .breaker(&SHOP);
        OPERATION.of::<Result<(), ApiError>>().begin_blocking().cuttable()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt(|| -> Result<(), ApiError> { work() })
        {
            break outcome;
        }
    }
}
