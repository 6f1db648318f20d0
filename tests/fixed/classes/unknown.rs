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

#[retry(retry_on = Status(429 | 503))]
fn in_brackets() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(429 | 503))]
fn bare_numbers() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, Status(500..=599)))]
fn family() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(500..=599))]
fn bare_family() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(503))]
fn in_quotes() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(503))]
fn of_http() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn everything() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn misspelt_transient() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn as_a_class() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout)]
fn of_another_library() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Throttled)]
fn rate_limited() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(500..=599))]
fn family_in_words() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn error_type() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout)]
fn string() -> std::io::Result<()> {
    Ok(())
}

fn is_transient(_: &std::io::Error) -> bool {
    true
}

#[retry(retry_if = is_transient)]
fn predicate() -> std::io::Result<()> {
    Ok(())
}
