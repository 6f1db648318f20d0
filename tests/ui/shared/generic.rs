use retry_runtime::{Breaker, retry};

trait Remote {
    const REST: u32;
}

struct Client<T>(T);

impl<T: Remote> Client<T> {
    #[retry(retry_on = transient, budget = Self::BUDGET)]
    fn budget(&self) -> std::io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = transient, breaker = Self::BREAKER)]
    fn breaker(&self) -> std::io::Result<()> {
        Ok(())
    }
}

#[retry(retry_on = transient, budget = credit(T::REST))]
fn rest<T: Remote>(_: &T) -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(rest))]
fn argument(rest: u32) -> std::io::Result<u32> {
    Ok(rest)
}

#[retry(retry_on = transient, rate_limit = T::LIMIT)]
fn limit<T: Remote>(_: &T) -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(0.1, window, reserve = 0.1))]
fn window(window: std::time::Duration) -> std::io::Result<()> {
    std::thread::sleep(window);
    Ok(())
}

fn main() {
    let _: Option<Breaker> = None;
}
