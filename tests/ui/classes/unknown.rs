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

#[retry(retry_on = [429, 503])]
fn in_brackets() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (429, 503))]
fn bare_numbers() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, Status(5xx)))]
fn family() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = 5xx)]
fn bare_family() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status("503"))]
fn in_quotes() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = HTTP(503))]
fn of_http() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = all)]
fn everything() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transiet)]
fn misspelt_transient() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Transient)]
fn as_a_class() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = TimeoutError)]
fn of_another_library() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = RateLimited)]
fn rate_limited() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = server_error)]
fn family_in_words() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = std::io::Error)]
fn error_type() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = "timeout")]
fn string() -> std::io::Result<()> {
    Ok(())
}

fn is_transient(_: &std::io::Error) -> bool {
    true
}

#[retry(retry_on = is_transient)]
fn predicate() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
