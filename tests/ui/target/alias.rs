use retry_runtime::retry;

type Count = std::num::NonZeroU32;

#[retry(retry_on = transient)]
fn blocking() -> Count {
    Count::MIN
}

fn main() {}
