async fn cancel(token: &Token) -> Result<(), ApiError> {
    let cancel = ::core::pin::pin!(
        ::core::future::IntoFuture::into_future(token.cancelled())
    );
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::cancel"),
            Policy::new().retry_on(Classes::new().transient()).unbounded(),
        );
        OPERATION
            .typed::<Result<(), ApiError>>()
            .begin()
            .interruptible_by_cancel()
            .cancel(cancel)
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
fn blocking_cancel(stop: &AtomicBool) -> Result<(), ApiError> {
    let cancel = || stop.load(Relaxed);
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::blocking_cancel"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION
            .typed::<Result<(), ApiError>>()
            .begin_blocking()
            .interruptible_by_cancel()
            .cancel(cancel)
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt(|| -> Result<(), ApiError> { work() })
        {
            break outcome;
        }
    }
}
