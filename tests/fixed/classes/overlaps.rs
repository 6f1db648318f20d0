use retry_runtime::retry;

#[retry(retry_on = Timeout)]
fn status_of_a_class() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Throttled)]
fn class_of_a_status() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn status_of_transient() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn transient_of_a_status() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(500..=599))]
fn status_in_a_range() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(500..=599))]
fn range_around_a_status() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, Unavailable))]
fn range_of_several() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn two_at_once() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout)]
fn by_or() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, except = Timeout)]
fn in_except() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_ok = Unavailable)]
fn in_retry_ok() -> std::io::Result<std::io::Error> {
    Ok(std::io::ErrorKind::NotFound.into())
}
