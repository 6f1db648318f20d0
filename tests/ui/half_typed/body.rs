use retry_runtime::retry;

#[retry(retry_on = transient)]
fn half_a_statement() -> std::io::Result<()> {
    let x = ;
    Ok(())
}

fn main() {}
