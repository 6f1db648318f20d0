use retry_runtime::retry;

#[retry(retry_on = transient)]
fn half_a_signature(

fn main() {}
