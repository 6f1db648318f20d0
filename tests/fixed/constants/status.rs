use retry_runtime::retry;

const OK: u16 = 503;
const GONE: u16 = 408;
const LAST: u16 = 599;

#[retry(retry_on = Status(OK))]
fn a_success() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(GONE))]
fn permanent() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(500..=LAST))]
fn above_all() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, except = Status(OK))]
fn except_a_success() -> std::io::Result<()> {
    Ok(())
}
