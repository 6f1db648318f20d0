use retry_runtime::retry;

type Count = std::num::NonZeroU32;

#[retry(retry_on = transient)]
async fn waiting() -> Count {
    Count::MIN
}

fn main() {}
