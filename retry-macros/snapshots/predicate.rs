#[retry(retry_if = |error| error.is_again())]
async fn predicate() -> Result<(), Opaque> {
    work().await
}
