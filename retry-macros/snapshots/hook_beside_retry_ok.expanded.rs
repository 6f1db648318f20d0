async fn hook_beside_retry_ok() -> Result<Page, ApiError> {
    let mut call = {
        use ::retry_runtime::{Operation, Policy};
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::hook_beside_retry_ok"),
            Policy::new(),
        );
        OPERATION.of::<Result<Page, ApiError>>().begin().timed()
    };
    loop {
        let ran = call
            .run(async {
                if false {
                    return ::retry_runtime::never::<Result<Page, ApiError>>();
                }
                work().await
            })
            .await;
        let decided = call
            .decide_if(ran, |ended| ended.value(|page: &Page| page.is_empty()));
        let told = decided
            .tell_outcome_async(async |attempt, outcome| log(attempt, outcome).await)
            .await;
        if let ::core::option::Option::Some(outcome) = call.wait(decided, told).await {
            break outcome;
        }
    }
}
