use retry_runtime::retry;

#[retry(retry_on = transient, deadline = 0.5)]
fn range() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 3)]
fn closure() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 7)]
fn sum_of_numbers() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn nothing() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 30s)]
fn point_before_the_unit() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 30s)]
fn unit_apart() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 90m)]
fn two_units_apart() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 5410s)]
fn three_units() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = std::time::Duration::from_secs(60))]
fn unit_inside() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(std::time::Duration::from_secs(30)))]
fn unit_inside_a_call() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 24h)]
fn large_unit() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 5s)]
fn capital() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 0.5)]
fn two_points() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(3))]
fn negative_wait() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(3, 10s))]
fn typed_base() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 3)]
fn letter() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = std::time::Duration::from_secs(2) * patience)]
fn unit_beside_an_argument(patience: u32) -> std::io::Result<()> {
    let _ = patience;
    Ok(())
}
