async fn hook_beside_retry_ok() -> Result<Page, ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::hook_beside_retry_ok"),
            Policy::new(),
        );
        OPERATION.typed::<Result<Page, ApiError>>().begin().with_start_time()
    };
    loop {
        let finished = call
            .run(async {
                if false {
                    return ::retry_runtime::__private::never::<Result<Page, ApiError>>();
                }
                work().await
            })
            .await;
        let decision = call
            .decide_if(finished, |result| result.ok(|page: &Page| page.is_empty()));
        let hook_result = decision
            .on_retry_outcome_async(async |attempt, outcome| log(attempt, outcome).await)
            .await;
        if let ::core::option::Option::Some(outcome) = call
            .wait(decision, hook_result)
            .await
        {
            break outcome;
        }
    }
}
