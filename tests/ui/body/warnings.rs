#![deny(warnings)]

use retry_runtime::retry;

#[retry(retry_on = transient)]
fn blocking() -> std::io::Result<u32> {
    let unused = 3;
    return Ok(3);
    Ok(4)
}

#[retry(retry_on = transient)]
async fn waiting(argument: u32) -> std::io::Result<u32> {
    let mut never_changed = 3;
    Ok(never_changed)
}

fn main() {
    let _ = (blocking(), waiting(3));
}
