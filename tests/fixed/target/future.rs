use std::future::{Future, ready};
use std::pin::Pin;

use retry_runtime::retry;

#[retry(retry_on = transient)]
fn ready_made() -> impl Future<Output = std::io::Result<()>> {
    async { ready(Ok(())).await }
}

#[retry(retry_on = transient)]
fn boxed_elsewhere() -> Pin<Box<dyn Future<Output = std::io::Result<()>> + Send>> {
    Box::pin(async move { Ok(()) })
}

#[retry(retry_on = None)]
fn of_a_number() -> impl Future<Output = Option<u32>> {
    async { Some(3) }
}
