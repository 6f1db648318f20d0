async fn names_like_ours(call: u8, outcome: u8) -> Result<Policy, ApiError> {
    let mut call = {
        const MAX_ATTEMPTS: u32 = ::retry_runtime::__private::const_check::max_attempts(
            OPERATION,
        );
        static OPERATION_2: ::retry_runtime::__private::Operation = ::retry_runtime::__private::Operation::new(
            ::core::concat!(::core::module_path!(), "::names_like_ours"),
            ::retry_runtime::__private::Policy::new()
                .retry_on(::retry_runtime::Classes::new().transient())
                .max_attempts(MAX_ATTEMPTS),
        );
        OPERATION_2.typed::<Result<Policy, ApiError>>().begin()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt(async {
                if false {
                    return ::retry_runtime::__private::never::<
                        Result<Policy, ApiError>,
                    >();
                }
                work(call, outcome).await
            })
            .await
        {
            break outcome;
        }
    }
}
