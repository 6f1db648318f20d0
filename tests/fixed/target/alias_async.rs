use retry_runtime::retry;

type Count = std::io::Result<u32>;

#[retry(retry_on = transient)]
async fn waiting() -> Count {
    Count::Ok(1)
}
