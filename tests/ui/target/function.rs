use retry_runtime::retry;

#[retry(retry_on = transient)]
const fn constant() -> Result<(), std::io::Error> {
    Ok(())
}

trait Service {
    #[retry(retry_on = transient)]
    fn without_a_body(&self) -> std::io::Result<()>;
}

#[retry(retry_on = transient)]
fn without_a_result() {}

#[retry(retry_on = transient)]
fn of_a_number() -> u32 {
    3
}

#[retry(retry_on = transient)]
async fn of_a_text() -> String {
    String::new()
}

#[retry(retry_on = transient)]
fn of_a_pair() -> (u32, u32) {
    (1, 2)
}

#[retry(retry_on = transient)]
fn never() -> ! {
    loop {}
}

#[retry(retry_on = transient)]
fn of_an_iterator() -> impl Iterator<Item = u32> {
    0..3
}

#[retry(retry_on = transient)]
fn of_a_poll() -> std::task::Poll<std::io::Result<()>> {
    Ok(()).into()
}

fn main() {}
