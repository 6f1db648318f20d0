fn boxed_future(
    client: &Client,
) -> Pin<Box<dyn Future<Output = Result<Quote, ApiError>> + Send + '_>> {
    let id = client.next_id();
    Box::pin(async move {
        let client = client;
        let mut call = {
            use ::retry_runtime::__private::*;
            static OPERATION: Operation = Operation::new(
                ::core::concat!(::core::module_path!(), "::boxed_future"),
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
                    client.fetch(id).await
                })
                .await
            {
                break outcome;
            }
        }
    })
}
