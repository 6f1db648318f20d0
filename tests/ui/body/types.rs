use retry_runtime::retry;

#[retry(retry_on = transient)]
fn blocking() -> std::io::Result<u32> {
    let count: u32 = "three";
    Ok(count)
}

#[retry(retry_on = transient)]
async fn waiting() -> std::io::Result<u32> {
    let count: u32 = "three";
    Ok(count)
}

#[retry(retry_on = transient)]
fn tail() -> std::io::Result<u32> {
    "three"
}

#[retry(retry_on = transient)]
async fn tail_of_async() -> std::io::Result<u32> {
    "three"
}

#[retry(retry_on = transient)]
fn question_mark() -> std::io::Result<u32> {
    let number: u32 = "3".parse::<u32>()?;
    Ok(number)
}

#[retry(retry_on = transient)]
async fn question_mark_in_async() -> std::io::Result<u32> {
    let number: u32 = "3".parse::<u32>()?;
    Ok(number)
}

#[retry(retry_on = transient)]
fn early() -> std::io::Result<u32> {
    return Ok("three");
}

fn main() {}
