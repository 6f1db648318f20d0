use retry_runtime::{Classes, Policy, retry};

const SHARED: Policy = Policy::new().retry_on(Classes::new().connect());

#[retry(retry_on = transient, side_effects, idempotency_key = generate())]
fn by_class() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Connect, side_effects)]
fn beside_proof() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Connect, retry_if = |error| error.raw_os_error() == Some(11), side_effects, idempotency_key = generate())]
fn by_predicate() -> std::io::Result<()> {
    Ok(())
}

#[retry(policy = SHARED, retry_on = Connect, side_effects)]
fn by_policy() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
