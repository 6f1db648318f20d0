async fn predicate() -> Result<(), Opaque> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::predicate"),
            Policy::new(),
        );
        OPERATION.typed::<Result<(), Opaque>>().begin()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt_if(
                async {
                    if false {
                        return ::retry_runtime::__private::never::<Result<(), Opaque>>();
                    }
                    work().await
                },
                |result| result.error(|error| error.is_again()),
            )
            .await
        {
            break outcome;
        }
    }
}
