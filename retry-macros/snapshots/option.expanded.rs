fn option(key: &str) -> Option<Quote> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::option"),
            Policy::new().retry_on(Classes::new()),
        );
        OPERATION.typed::<Option<Quote>>().begin_blocking()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt_if(|| -> Option<Quote> { find(key) }, |result| result.is_err())
        {
            break outcome;
        }
    }
}
