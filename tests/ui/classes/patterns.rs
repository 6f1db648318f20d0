use retry_runtime::retry;

#[retry(retry_on = retry_runtime::Class::Timeout)]
fn value_of_a_class() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Class::Status(503))]
fn value_of_a_status() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = status(503))]
fn small_letter() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient())]
fn called() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = 500..=599)]
fn bare_range() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = true)]
fn truth() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Err(std::io::Error { .. }))]
fn on_the_outcome() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout | Err(_))]
fn beside_a_class() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status = 503)]
fn sign_after_a_class() -> std::io::Result<()> {
    Ok(())
}

#[retry(transient)]
fn class_alone() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Some(3))]
fn on_an_option() -> Option<u32> {
    None
}

fn main() {}
