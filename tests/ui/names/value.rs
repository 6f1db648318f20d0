use retry_runtime::retry;

#[retry(retry_on = transient, name = "")]
fn empty_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, policy = "shared")]
fn text_for_a_policy() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, policy = 3)]
fn number_for_a_policy() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
