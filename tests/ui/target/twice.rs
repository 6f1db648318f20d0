use retry_runtime::retry;

#[retry(retry_on = transient)]
#[retry(retry_on = Timeout)]
fn in_a_row() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
#[retry_runtime::retry(retry_on = Timeout)]
fn by_its_path() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
