async fn context() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::context"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION.typed::<Result<(), ApiError>>().begin().with_start_time()
    };
    loop {
        let attempt = &call.context();
        if let ::core::option::Option::Some(outcome) = call
            .attempt(async {
                if false {
                    return ::retry_runtime::__private::never::<Result<(), ApiError>>();
                }
                work(attempt.number()).await
            })
            .await
        {
            break outcome;
        }
    }
}
