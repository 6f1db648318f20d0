use Error::Busy;
use retry_runtime::retry;

#[retry(retry_on = Timeout)]
fn misspelt() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = error(Busy))]
fn of_the_error() -> Result<(), Error> {
    Err(Busy)
}

#[retry(retry_if = |_| true)]
fn permanent() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn unclassified() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout)]
fn lower_case() -> std::io::Result<()> {
    Ok(())
}

enum Error {
    Busy,
}
