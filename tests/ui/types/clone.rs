use retry_runtime::retry;

struct Body;

#[retry(retry_on = transient, clone = body)]
fn blocking(body: Body) -> std::io::Result<()> {
    drop(body);
    Ok(())
}

fn main() {}
