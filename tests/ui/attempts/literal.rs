use retry_runtime::retry;

#[retry(retry_on = transient, max_attempts = 0)]
fn none() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 1)]
fn one() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 101)]
fn too_many() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 99_999_999_999)]
fn above_all_bits() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = -3)]
fn negative() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 3.0)]
fn fraction() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = "3")]
fn text() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 3s)]
fn with_a_unit() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 3u64)]
fn of_another_type() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = None)]
fn no_end() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = infinite)]
fn no_end_elsewhere() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = unbound)]
fn slip() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 1..3)]
fn range() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 2 * 3s)]
fn unit_inside() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
