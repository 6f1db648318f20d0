use retry_runtime::retry;

#[retry(max_atempts = 3, retry_on = transient)]
fn misspelt() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_no = transient)]
fn swapped() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, flavour = 3)]
fn of_nobody() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
