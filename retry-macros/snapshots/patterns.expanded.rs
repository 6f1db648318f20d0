async fn patterns() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::patterns"),
            Policy::new()
                .retry_on(Classes::new().timeout())
                .except(Classes::new().conflict()),
        );
        OPERATION.typed::<Result<(), ApiError>>().begin()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt_if(
                async {
                    if false {
                        return ::retry_runtime::__private::never::<
                            Result<(), ApiError>,
                        >();
                    }
                    work().await
                },
                |result| {
                    (result.is_listed()
                        || result
                            .error(|error| {
                                ::core::matches!(error, ApiError::Busy { .. })
                            })
                        || result
                            .error(|error| {
                                ::core::matches!(error, ApiError::Code(n) if * n > 4)
                            })
                        || result.error(|error| ::core::matches!(error, Locked { .. })))
                        && !result
                            .error(|error| ::core::matches!(error, ApiError::Code(9)))
                        && !result.error_in(&::retry_runtime::Classes::new().conflict())
                },
            )
            .await
        {
            break outcome;
        }
    }
}
