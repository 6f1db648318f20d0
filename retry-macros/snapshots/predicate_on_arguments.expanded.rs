impl Client {
    async fn predicate_on_arguments(&mut self) -> Result<(), Opaque> {
        let mut call = {
            use ::retry_runtime::__private::*;
            static OPERATION: Operation = Operation::new(
                ::core::concat!(::core::module_path!(), "::predicate_on_arguments"),
                Policy::new(),
            );
            OPERATION.typed::<Result<(), Opaque>>().begin()
        };
        loop {
            let finished = call
                .run(async {
                    if false {
                        return ::retry_runtime::__private::never::<Result<(), Opaque>>();
                    }
                    self.work().await
                })
                .await;
            let decision = call
                .decide_if(
                    finished,
                    |result| result.error(|error| self.is_again(error)),
                );
            if let ::core::option::Option::Some(outcome) = call.wait(decision, ()).await
            {
                break outcome;
            }
        }
    }
}
