use retry_runtime::retry;

#[retry(retry_on = Status)]
fn no_status() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status())]
fn none_in_parentheses() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(200))]
fn a_success() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(600))]
fn above_all() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(99999))]
fn above_its_bits() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(404))]
fn permanent() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(400..=599))]
fn permanent_in_a_range() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(599..=500))]
fn backwards() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(500..500))]
fn empty() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(500..))]
fn half_a_range() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Status(500..=599), Status(503)))]
fn inside_a_range() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(503 | 429 | 503))]
fn twice() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status("503"))]
fn text() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(503u32))]
fn of_another_type() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(_))]
fn any() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = 503)]
fn alone() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
