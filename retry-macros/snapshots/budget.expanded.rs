async fn of_a_static() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
                ::core::concat!(::core::module_path!(), "::of_a_static"),
                Policy::new().retry_on(Classes::new().transient()),
            )
            .named_budget(&PAYMENTS, type_of(&PAYMENTS));
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
async fn none() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
                ::core::concat!(::core::module_path!(), "::none"),
                Policy::new().retry_on(Classes::new().transient()),
            )
            .without_budget();
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
async fn written() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static BUDGET: Budget = Budget::ratio(0.1, from_secs(10)).reserve(0.5);
        static OPERATION: Operation = Operation::new(
                ::core::concat!(::core::module_path!(), "::written"),
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
async fn waiting() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static BUDGET: Budget = Budget::credit().wait(from_secs(10));
        static OPERATION: Operation = Operation::new(
                ::core::concat!(::core::module_path!(), "::waiting"),
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
async fn without_a_line() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static BUDGET: Budget = Budget::credit_of(500).without_wait();
        static OPERATION: Operation = Operation::new(
                ::core::concat!(::core::module_path!(), "::without_a_line"),
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
async fn per_call(user: &str) -> Result<(), ApiError> {
    let budget = &PER_USER.of(user);
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
                ::core::concat!(::core::module_path!(), "::per_call"),
                Policy::new().retry_on(Classes::new().transient()),
            )
            .without_budget();
        OPERATION.typed::<Result<(), ApiError>>().begin().with_budget(budget)
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
async fn in_a_static() -> Result<(), ApiError> {
    let budget = &&shop::LIMITS.reads;
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
                ::core::concat!(::core::module_path!(), "::in_a_static"),
                Policy::new().retry_on(Classes::new().transient()),
            )
            .without_budget();
        OPERATION.typed::<Result<(), ApiError>>().begin().static_budget(budget)
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
