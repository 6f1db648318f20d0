fn fibonacci() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::fibonacci"),
            Policy::new()
                .retry_on(Classes::new().transient())
                .backoff(Backoff::fibonacci(from_millis(10), from_secs(1)))
                .jitter(Jitter::decorrelated()),
        );
        OPERATION.typed::<Result<(), ApiError>>().begin_blocking()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt(|| -> Result<(), ApiError> { work() })
        {
            break outcome;
        }
    }
}
fn fixed() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::fixed"),
            Policy::new()
                .retry_on(Classes::new().transient())
                .backoff(Backoff::fixed(from_secs(1)))
                .jitter(Jitter::additive(from_millis(100))),
        );
        OPERATION.typed::<Result<(), ApiError>>().begin_blocking()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt(|| -> Result<(), ApiError> { work() })
        {
            break outcome;
        }
    }
}
fn none() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::none"),
            Policy::new()
                .retry_on(Classes::new().transient())
                .backoff(Backoff::none())
                .jitter(Jitter::none()),
        );
        OPERATION.typed::<Result<(), ApiError>>().begin_blocking()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt(|| -> Result<(), ApiError> { work() })
        {
            break outcome;
        }
    }
}
fn custom() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        const POLICY: Policy = Policy::new()
            .retry_on(Classes::new().transient())
            .backoff(Backoff::custom(wait_before))
            .jitter(Jitter::equal());
        const _: () = const_check::jitter(&POLICY);
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::custom"),
            POLICY,
        );
        OPERATION.typed::<Result<(), ApiError>>().begin_blocking()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt(|| -> Result<(), ApiError> { work() })
        {
            break outcome;
        }
    }
}
