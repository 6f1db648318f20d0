use retry_runtime::retry;

struct Client;

impl Client {
    #[retry(retry_on = transient, hedge = p95)]
    async fn of_self(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[retry(retry_on = transient, hedge = p95)]
async fn of_argument(count: &mut u32) -> std::io::Result<()> {
    *count += 1;
    Ok(())
}

#[retry(retry_on = transient, hedge = p95)]
async fn changed(mut count: u32) -> std::io::Result<u32> {
    count += 1;
    Ok(count)
}

#[retry(retry_on = transient, hedge = p95)]
async fn part_changed((mut width, height): (u32, u32)) -> std::io::Result<u32> {
    width += 1;
    Ok(width * height)
}

fn main() {}
