async fn charge(client: &Client, order: &Order) -> Result<Receipt, ApiError> {
    let key = ::retry_runtime::__private::CallKey::new(&order.id);
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::charge"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION
            .typed::<Result<Receipt, ApiError>>()
            .begin()
            .interruptible_by_idempotency_key()
            .with_key(&key)
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt(
                key
                    .scope(async {
                        if false {
                            return ::retry_runtime::__private::never::<
                                Result<Receipt, ApiError>,
                            >();
                        }
                        client.charge(order).await
                    }),
            )
            .await
        {
            break outcome;
        }
    }
}
fn refund(client: &Client) -> Result<Receipt, ApiError> {
    let key = ::retry_runtime::__private::CallKey::generate();
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::refund"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION
            .typed::<Result<Receipt, ApiError>>()
            .begin_blocking()
            .interruptible_by_idempotency_key()
            .with_key(&key)
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt(|| {
                key.scope_blocking(|| -> Result<Receipt, ApiError> { client.refund() })
            })
        {
            break outcome;
        }
    }
}
