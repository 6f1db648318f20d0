use retry_runtime::retry;

type Count = std::io::Result<u32>;

#[retry(retry_on = transient)]
fn blocking() -> Count {
    Count::Ok(1)
}
