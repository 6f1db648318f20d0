#[retry(retry_on = transient, side_effects, idempotency_key = order.id)]
async fn charge(client: &Client, order: &Order) -> Result<Receipt, ApiError> {
    client.charge(order).await
}

#[retry(retry_on = transient, side_effects, idempotency_key = generate())]
fn refund(client: &Client) -> Result<Receipt, ApiError> {
    client.refund()
}
