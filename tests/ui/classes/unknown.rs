use retry_runtime::retry;

#[retry(retry_on = Timeuot)]
fn misspelt() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Busy)]
fn of_the_error() -> Result<(), Error> {
    Err(Error::Busy)
}

#[retry(retry_on = Permanent)]
fn permanent() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Unclassified)]
fn unclassified() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = timeout)]
fn lower_case() -> std::io::Result<()> {
    Ok(())
}

enum Error {
    Busy,
}

fn main() {}
