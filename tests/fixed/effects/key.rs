use retry_runtime::retry;

struct Order {
    id: u64,
}

#[retry(retry_on = Timeout, idempotency_key = generate())]
fn literal() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, idempotency_key = request)]
fn constant(request: &str) -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, idempotency_key = String::from("payment") + request)]
fn made_of_a_literal(request: &str) -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, idempotency_key = format!("payment-{request}"))]
fn formatted(request: u64) -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, idempotency_key = generate())]
fn not_called() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, idempotency_key = generate())]
fn with_arguments() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, idempotency_key = generate())]
fn without_a_value() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Connect, side_effects)]
fn with_a_value() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Connect, side_effects)]
fn twice() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, side_effects, idempotency_key = generate())]
fn misspelt() -> std::io::Result<()> {
    Ok(())
}

fn main() {
    let _ = Order { id: 1 }.id;
}
