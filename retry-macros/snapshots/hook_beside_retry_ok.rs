#[retry(retry_ok = |page: &Page| page.is_empty(), on_retry = async |attempt, outcome| log(attempt, outcome).await)]
async fn hook_beside_retry_ok() -> Result<Page, ApiError> {
    work().await
}
