use retry_runtime::retry;

struct Client;

impl Client {
    #[retry(retry_on = transient, hedge = p95)]
    async fn of_self(&self) -> std::io::Result<()> {
        Ok(())
    }
}

#[retry(retry_on = transient, hedge = p95)]
async fn of_argument(count: &std::cell::Cell<u32>) -> std::io::Result<()> {
    count.set(count.get() + 1);
    Ok(())
}

#[retry(retry_on = transient, hedge = p95, clone = count)]
async fn changed(mut count: u32) -> std::io::Result<u32> {
    count += 1;
    Ok(count)
}

#[retry(retry_on = transient, hedge = p95)]
async fn part_changed((width, height): (u32, u32)) -> std::io::Result<u32> {
    let mut width = width.clone();
    width += 1;
    Ok(width * height)
}
