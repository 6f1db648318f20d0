fn future_in_impl(client: &Client) -> impl Future<Output = Result<Quote, ApiError>> {
    async move {
        let mut call = {
            use ::retry_runtime::__private::*;
            static OPERATION: Operation = Operation::new(
                ::core::concat!(::core::module_path!(), "::future_in_impl"),
                Policy::new().retry_on(Classes::new().transient()),
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
                    client.fetch().await
                })
                .await
            {
                break outcome;
            }
        }
    }
}
