use retry_runtime::retry;

#[retry(retry_on = Status(503))]
fn no_status() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(500..=599))]
fn none_in_parentheses() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_if = |_| true)]
fn a_success() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(599))]
fn above_all() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(500))]
fn above_its_bits() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_if = |_| true)]
fn permanent() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(408 | 429 | 500..=599))]
fn permanent_in_a_range() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(500..=599))]
fn backwards() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(500..=599))]
fn empty() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(500..=599))]
fn half_a_range() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(500..=599))]
fn inside_a_range() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(503 | 429))]
fn twice() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(503))]
fn text() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(503))]
fn of_another_type() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(503))]
fn any() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(503))]
fn alone() -> std::io::Result<()> {
    Ok(())
}
