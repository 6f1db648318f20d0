async fn waiting() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::waiting"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION
            .typed::<Result<(), ApiError>>()
            .begin()
            .interruptible_by_rate_limit()
            .limited()
            .named_rate_limit(&SHOP)
    };
    loop {
        call.admission().await;
        if let ::core::option::Option::Some(outcome) = call
            .attempt(async {
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
fn blocking() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::blocking"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION
            .typed::<Result<(), ApiError>>()
            .begin_blocking()
            .interruptible_by_rate_limit()
            .limited()
            .named_rate_limit(&SHOP)
    };
    loop {
        call.admission();
        if let ::core::option::Option::Some(outcome) = call
            .attempt(|| -> Result<(), ApiError> { work() })
        {
            break outcome;
        }
    }
}
async fn per_call(host: &str) -> Result<(), ApiError> {
    let rate_limit = &PER_HOST.get(host);
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::per_call"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION
            .typed::<Result<(), ApiError>>()
            .begin()
            .interruptible_by_rate_limit()
            .limited()
            .rate_limit(rate_limit)
    };
    loop {
        call.admission().await;
        if let ::core::option::Option::Some(outcome) = call
            .attempt(async {
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
async fn lazy() -> Result<(), ApiError> {
    let rate_limit = &&CONFIGURED;
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::lazy"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION
            .typed::<Result<(), ApiError>>()
            .begin()
            .interruptible_by_rate_limit()
            .limited()
            .static_rate_limit(rate_limit)
    };
    loop {
        call.admission().await;
        if let ::core::option::Option::Some(outcome) = call
            .attempt(async {
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
