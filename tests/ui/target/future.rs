use std::future::{Future, ready};
use std::pin::Pin;

use retry_runtime::retry;

#[retry(retry_on = transient)]
fn ready_made() -> impl Future<Output = std::io::Result<()>> {
    ready(Ok(()))
}

#[retry(retry_on = transient)]
fn boxed_elsewhere() -> Pin<Box<dyn Future<Output = std::io::Result<()>> + Send>> {
    let future = async { Ok(()) };
    Box::pin(future)
}

#[retry(retry_on = transient)]
fn of_a_number() -> impl Future<Output = u32> {
    async { 3 }
}

fn main() {}
