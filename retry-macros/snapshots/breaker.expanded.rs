async fn waiting() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
                ::core::concat!(::core::module_path!(), "::waiting"),
                Policy::new().retry_on(Classes::new().transient()),
            )
            .named_breaker(&SHOP, type_of(&SHOP));
        OPERATION.typed::<Result<(), ApiError>>().begin().interruptible_by_breaker()
    };
    loop {
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
            )
            .named_breaker(&SHOP, type_of(&SHOP));
        OPERATION
            .typed::<Result<(), ApiError>>()
            .begin_blocking()
            .interruptible_by_breaker()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt(|| -> Result<(), ApiError> { work() })
        {
            break outcome;
        }
    }
}
async fn per_call(host: &str) -> Result<(), ApiError> {
    let breaker = &PER_HOST.get(host);
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::per_call"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION.typed::<Result<(), ApiError>>().begin().with_breaker(breaker)
    };
    loop {
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
    let breaker = &&CONFIGURED;
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::lazy"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION.typed::<Result<(), ApiError>>().begin().static_breaker(breaker)
    };
    loop {
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
