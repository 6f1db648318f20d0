async fn quote(client: &Client, id: &str) -> Result<Quote, ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::quote"),
            Policy::new()
                .retry_on(Classes::new().timeout().status(503))
                .max_attempts(3)
                .backoff(Backoff::exponential(from_millis(500), from_secs(4))),
        );
        OPERATION.typed::<Result<Quote, ApiError>>().begin()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt(async {
                if false {
                    return ::retry_runtime::__private::never::<
                        Result<Quote, ApiError>,
                    >();
                }
                client.fetch(id).await?.parse()
            })
            .await
        {
            break outcome;
        }
    }
}
