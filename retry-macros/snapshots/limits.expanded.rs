async fn all_three() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static CONCURRENCY: Concurrency = Concurrency::new(20);
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::all_three"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION
            .typed::<Result<(), ApiError>>()
            .begin()
            .interruptible_by_rate_limit()
            .limited()
            .named_concurrency(&CONCURRENCY)
            .named_pace(&OPENAI)
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
        const PLACES: u32 = const_check::places(AT_A_TIME);
        static CONCURRENCY: Concurrency = Concurrency::new(PLACES)
            .wait(from_millis(200));
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::blocking"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION
            .typed::<Result<(), ApiError>>()
            .begin_blocking()
            .interruptible_by_concurrency()
            .limited()
            .named_concurrency(&CONCURRENCY)
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
async fn per_call(account: &str, patience: Duration) -> Result<(), ApiError> {
    let deadline: ::core::time::Duration = patience;
    let pace = &ACCOUNTS.get(account);
    let concurrency = &&CONFIGURED;
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::per_call"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION
            .typed::<Result<(), ApiError>>()
            .begin()
            .deadline(deadline)
            .interruptible_by_pace()
            .limited()
            .pace(pace)
            .static_concurrency(concurrency)
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
