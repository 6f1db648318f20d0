/// Loads a user, and waits for a database that restarts.
/**

# Retries

As many attempts as the limits of its classes allow, each interrupted after 2 s. A call may also wait in line for its budget, as long as the limits of its classes allow, and up to 30 s after other failures. Retried on `Connect` up to 60 s from the first, `Throttled` up to `MAX`, `Status(503)`.*/
async fn load(database: &Database, id: u64) -> Result<User, ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        const LIMIT: ClassLimit = const_check::UpTo(MAX).limit();
        const POLICY: Policy = Policy::new()
            .retry_on(Classes::new().connect().throttled().status(503))
            .limit(Classes::new().connect(), ClassLimit::time(from_secs(60)))
            .limit(Classes::new().throttled(), LIMIT)
            .attempt_timeout(from_secs(2));
        const _: () = const_check::attempt_timeout(&POLICY);
        const _: () = const_check::limits(&POLICY);
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::load"),
            POLICY,
        );
        OPERATION
            .typed::<Result<User, ApiError>>()
            .begin()
            .interruptible_by_attempt_timeout()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt_with_timeout(async {
                if false {
                    return ::retry_runtime::__private::never::<Result<User, ApiError>>();
                }
                database.load(id).await
            })
            .await
        {
            break outcome;
        }
    }
}
fn save(database: &Database, id: u64) -> Result<User, ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::save"),
            Policy::new()
                .retry_on(Classes::new().transient().statuses(500..=599))
                .limit(Classes::new().statuses(500..=599), ClassLimit::attempts(2))
                .with_others()
                .max_attempts(5),
        );
        OPERATION.typed::<Result<User, ApiError>>().begin_blocking()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt_if(
                || -> Result<User, ApiError> { database.save(id) },
                |result| {
                    result.is_listed()
                        || result.error(|error| ::core::matches!(error, Busy { .. }))
                },
            )
        {
            break outcome;
        }
    }
}
