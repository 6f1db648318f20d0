/// Waits in line, or does not.
/**

# Retries

At most 3 attempts, at most 3 s of delays unless the server asks for more, none after 5 s. A call may also wait up to 5 s in line for its budget while the service answers. Retried on `transient`.*/
fn default_within_a_deadline() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::default_within_a_deadline"),
            Policy::new().retry_on(Classes::new().transient()).deadline(from_secs(5)),
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
/// Waits in line, or does not.
/**

# Retries

At most 3 attempts, at most 3 s of delays unless the server asks for more. A call may also wait up to 2 s in line for its budget while the service answers. Retried on `transient`. Retries draw from a budget of their own, `credit(500, wait = 2s)`.*/
fn shorter() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static BUDGET: Budget = Budget::credit_of(500).wait(from_secs(2));
        static OPERATION: Operation = Operation::new(
                ::core::concat!(::core::module_path!(), "::shorter"),
                Policy::new().retry_on(Classes::new().transient()),
            )
            .budget(&BUDGET);
        OPERATION.typed::<Result<(), ApiError>>().begin_blocking().with_shared_budget()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt(|| -> Result<(), ApiError> { work() })
        {
            break outcome;
        }
    }
}
/// Waits in line, or does not.
/**

# Retries

At most 3 attempts, at most 3 s of delays unless the server asks for more. A call may also wait up to `LONGEST` in line for its budget while the service answers. Retried on `transient`. Retries draw from a budget of their own, `credit(wait = LONGEST)`.*/
fn constant() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        const WAIT: ::core::time::Duration = const_check::max_wait(LONGEST);
        static BUDGET: Budget = Budget::credit().wait(WAIT);
        static OPERATION: Operation = Operation::new(
                ::core::concat!(::core::module_path!(), "::constant"),
                Policy::new().retry_on(Classes::new().transient()),
            )
            .budget(&BUDGET);
        OPERATION.typed::<Result<(), ApiError>>().begin_blocking().with_shared_budget()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt(|| -> Result<(), ApiError> { work() })
        {
            break outcome;
        }
    }
}
/// Waits in line, or does not.
/**

# Retries

At most 3 attempts, at most 3 s of delays unless the server asks for more. Retried on `transient`. Retries draw from a budget of their own, `credit(wait = none)`.*/
fn none() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static BUDGET: Budget = Budget::credit().without_wait();
        static OPERATION: Operation = Operation::new(
                ::core::concat!(::core::module_path!(), "::none"),
                Policy::new().retry_on(Classes::new().transient()),
            )
            .budget(&BUDGET);
        OPERATION.typed::<Result<(), ApiError>>().begin_blocking().with_shared_budget()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt(|| -> Result<(), ApiError> { work() })
        {
            break outcome;
        }
    }
}
/// Waits in line, or does not.
/**

# Retries

At most 3 attempts, at most 3 s of delays unless the server asks for more. Retried on `transient`. Retries draw from a budget of their own, a `ratio` of 0.1.*/
fn ratio() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static BUDGET: Budget = Budget::ratio(0.1, from_secs(10));
        static OPERATION: Operation = Operation::new(
                ::core::concat!(::core::module_path!(), "::ratio"),
                Policy::new().retry_on(Classes::new().transient()),
            )
            .budget(&BUDGET);
        OPERATION.typed::<Result<(), ApiError>>().begin_blocking().with_shared_budget()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt(|| -> Result<(), ApiError> { work() })
        {
            break outcome;
        }
    }
}
/// Waits in line, or does not.
/**

# Retries

At most 3 attempts, at most 3 s of delays unless the server asks for more. Retried on `transient`. Retries draw from the budget `PAYMENTS`, and wait in its line if it has one.*/
fn shared() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
                ::core::concat!(::core::module_path!(), "::shared"),
                Policy::new().retry_on(Classes::new().transient()),
            )
            .named_budget(&PAYMENTS, type_of(&PAYMENTS));
        OPERATION.typed::<Result<(), ApiError>>().begin_blocking().with_shared_budget()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt(|| -> Result<(), ApiError> { work() })
        {
            break outcome;
        }
    }
}
/// Waits in line, or does not.
/**

# Retries

Any number of attempts, at most 3600 s of delays unless the server asks for more, none after 3600 s. Retried on `transient`.*/
fn unbounded() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::unbounded"),
            Policy::new()
                .retry_on(Classes::new().transient())
                .unbounded()
                .deadline(from_secs(3600)),
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
