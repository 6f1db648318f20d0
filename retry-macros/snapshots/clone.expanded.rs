async fn clone(request: Request, body: Body) -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::clone"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION.typed::<Result<(), ApiError>>().begin()
    };
    loop {
        let request @ _ = ::core::clone::Clone::clone(&request);
        let mut body @ _ = ::core::clone::Clone::clone(&body);
        if let ::core::option::Option::Some(outcome) = call
            .attempt(async {
                if false {
                    return ::retry_runtime::__private::never::<Result<(), ApiError>>();
                }
                body.seal();
                send(request, body).await
            })
            .await
        {
            break outcome;
        }
    }
}
