use retry_runtime::retry;

#[retry(retry_on = transient, max_attempts = 3)]
fn none() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 2)]
fn one() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 100)]
fn too_many() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = unbounded, deadline = 60s)]
fn above_all_bits() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 3)]
fn negative() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 3)]
fn fraction() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 3)]
fn text() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 3)]
fn with_a_unit() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 3)]
fn of_another_type() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = unbounded, deadline = 60s)]
fn no_end() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = unbounded, deadline = 60s)]
fn no_end_elsewhere() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = unbounded, deadline = 60s)]
fn slip() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 3)]
fn range() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 6)]
fn unit_inside() -> std::io::Result<()> {
    Ok(())
}
