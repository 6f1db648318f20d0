use retry_runtime::retry;

#[derive(Clone)]
struct Body;

#[retry(retry_on = transient, clone = body)]
fn blocking(body: Body) -> std::io::Result<()> {
    drop(body);
    Ok(())
}
