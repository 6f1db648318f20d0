async fn by_class() -> Result<Response, ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::by_class"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION.typed::<Result<Response, ApiError>>().begin()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt_if(
                async {
                    if false {
                        return ::retry_runtime::__private::never::<
                            Result<Response, ApiError>,
                        >();
                    }
                    work().await
                },
                |result| {
                    result.is_listed()
                        || result.ok_in(&::retry_runtime::Classes::new().status(503))
                },
            )
            .await
        {
            break outcome;
        }
    }
}
async fn by_predicate() -> Result<Vec<u8>, ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::by_predicate"),
            Policy::new(),
        );
        OPERATION.typed::<Result<Vec<u8>, ApiError>>().begin()
    };
    loop {
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
                |result| result.ok(Vec::is_empty),
            )
            .await
        {
            break outcome;
        }
    }
}
