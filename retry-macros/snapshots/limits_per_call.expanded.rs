async fn limits_per_call(left: Duration) -> Result<(), ApiError> {
    let deadline: ::core::time::Duration = left;
    let attempt_timeout: ::core::time::Duration = left / 3;
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::limits_per_call"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION
            .typed::<Result<(), ApiError>>()
            .begin()
            .deadline(deadline)
            .interruptible_by_attempt_timeout()
            .attempt_timeout(attempt_timeout)
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
