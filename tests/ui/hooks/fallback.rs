use retry_runtime::retry;

#[retry(retry_on = transient, fallback = |_| 3)]
fn a_number() -> std::io::Result<u32> {
    Ok(1)
}

#[retry(retry_on = transient, fallback = Ok(3))]
fn fixed_answer() -> std::io::Result<u32> {
    Ok(1)
}

#[retry(retry_on = None, fallback = None)]
fn fixed_none() -> Option<u32> {
    Some(1)
}

#[retry(retry_on = transient, on_retry = eprintln!("again"))]
fn macro_call() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
