use retry_runtime::retry;

const REQUEST: &str = "request";

struct Order {
    id: u64,
}

#[retry(retry_on = Timeout, idempotency_key = "payment")]
fn literal() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, idempotency_key = REQUEST)]
fn constant() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, idempotency_key = String::from("payment"))]
fn made_of_a_literal() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, idempotency_key = format!("payment"))]
fn formatted() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, idempotency_key = generate)]
fn not_called() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, idempotency_key = generate(7))]
fn with_arguments() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, idempotency_key)]
fn without_a_value() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Connect, side_effects = true)]
fn with_a_value() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Connect, side_effects, side_effects)]
fn twice() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, side_effect)]
fn misspelt() -> std::io::Result<()> {
    Ok(())
}

fn main() {
    let _ = Order { id: 1 }.id;
}
