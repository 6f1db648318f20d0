use retry_runtime::retry;

#[retry(retry_on = Timeout)]
fn value_of_a_class() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(503))]
fn value_of_a_status() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(503))]
fn small_letter() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn called() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(500..=599))]
fn bare_range() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_if = |_| true)]
fn truth() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = std::io::Error { .. })]
fn on_the_outcome() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout)]
fn beside_a_class() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(503))]
fn sign_after_a_class() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn class_alone() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = None)]
fn on_an_option() -> Option<u32> {
    None
}
