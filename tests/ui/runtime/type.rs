use retry_runtime::retry;

struct Reactor;

#[retry(retry_on = transient, runtime = Reactor)]
async fn plain() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
