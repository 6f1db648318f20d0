use retry_runtime::retry;

#[retry(retry_on = transient)]
fn constant() -> Result<(), std::io::Error> {
    Ok(())
}

trait Service {
    #[retry(retry_on = transient)]
    fn without_a_body(&self) -> std::io::Result<()> {
        Ok(())
    }
}

#[retry(retry_on = transient)]
fn without_a_result() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn of_a_number() -> std::io::Result<u32> {
    Ok(3)
}

#[retry(retry_on = transient)]
async fn of_a_text() -> std::io::Result<String> {
    Ok(String::new())
}

#[retry(retry_on = transient)]
fn of_a_pair() -> std::io::Result<(u32, u32)> {
    Ok((1, 2))
}

#[retry(retry_on = None)]
fn never() -> Option<u32> {
    None
}

#[retry(retry_on = transient)]
fn of_an_iterator() -> std::io::Result<impl Iterator<Item = u32>> {
    Ok(0..3)
}

#[retry(retry_on = transient)]
fn of_a_poll() -> std::io::Result<()> {
    Ok(())
}
