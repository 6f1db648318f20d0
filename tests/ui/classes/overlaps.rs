use retry_runtime::retry;

#[retry(retry_on = (Timeout, Status(504)))]
fn status_of_a_class() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Status(429), Throttled))]
fn class_of_a_status() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (transient, Status(503)))]
fn status_of_transient() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Status(503), transient))]
fn transient_of_a_status() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Status(500..=599), Status(503)))]
fn status_in_a_range() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(503 | 500..=599))]
fn range_around_a_status() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, Unavailable, Status(503..=504)))]
fn range_of_several() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (transient, Timeout, Status(408)))]
fn two_at_once() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout | Status(408))]
fn by_or() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, except = (Timeout, Status(504)))]
fn in_except() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_ok = (Unavailable, Status(503)))]
fn in_retry_ok() -> std::io::Result<std::io::Error> {
    Ok(std::io::ErrorKind::NotFound.into())
}

fn main() {}
