async fn constants() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        const FIRST_2: u16 = const_check::any_status(FIRST);
        const LAST_2: u16 = const_check::last_retried(FIRST_2, LAST);
        const MAX_ATTEMPTS: u32 = const_check::max_attempts(ATTEMPTS);
        const BASE_2: ::core::time::Duration = const_check::base_below(
            limits::BASE,
            from_secs(10),
        );
        const SHARE_2: f64 = const_check::share(SHARE);
        const DEADLINE: ::core::time::Duration = const_check::some_duration(
            Duration::from_secs(60),
        );
        const POLICY: Policy = Policy::new()
            .retry_on(Classes::new().timeout().statuses(FIRST_2..=LAST_2))
            .max_attempts(MAX_ATTEMPTS)
            .backoff(Backoff::exponential(BASE_2, from_secs(10)))
            .jitter(Jitter::proportional(SHARE_2))
            .deadline(DEADLINE);
        const _: () = const_check::jitter(&POLICY);
        const _: () = const_check::deadline(&POLICY);
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::constants"),
            POLICY,
        );
        OPERATION.typed::<Result<(), ApiError>>().begin()
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
async fn budget() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        const REST_2: u32 = const_check::rest(REST);
        static BUDGET: Budget = Budget::credit_of(REST_2);
        static OPERATION: Operation = Operation::new(
                ::core::concat!(::core::module_path!(), "::budget"),
                Policy::new().retry_on(Classes::new().transient()),
            )
            .budget(&BUDGET);
        OPERATION.typed::<Result<(), ApiError>>().begin().with_shared_budget()
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
async fn line() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        const REST_2: u32 = const_check::rest(REST);
        const WAIT: ::core::time::Duration = const_check::max_wait(LONGEST);
        static BUDGET: Budget = Budget::credit_of(REST_2).wait(WAIT);
        static OPERATION: Operation = Operation::new(
                ::core::concat!(::core::module_path!(), "::line"),
                Policy::new().retry_on(Classes::new().transient()),
            )
            .budget(&BUDGET);
        OPERATION.typed::<Result<(), ApiError>>().begin().with_shared_budget()
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
