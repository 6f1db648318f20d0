use retry_runtime::{Class, Classify, retry};

struct Order {
    id: u64,
}

#[retry(retry_on = Timeout, idempotency_key = order.id)]
fn a_number(order: &Order) -> std::io::Result<()> {
    Ok(())
}

struct NoStopped;

impl Classify for NoStopped {
    fn class(&self) -> Class {
        Class::Permanent
    }
}

#[retry(retry_on = Timeout, idempotency_key = generate())]
fn an_error_of_its_own() -> Result<(), NoStopped> {
    Ok(())
}

fn main() {}
