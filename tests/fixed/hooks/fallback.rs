use retry_runtime::retry;

#[retry(retry_on = transient, fallback = |_| Ok(3))]
fn a_number() -> std::io::Result<u32> {
    Ok(1)
}

#[retry(retry_on = transient, fallback = |_| Ok(3))]
fn fixed_answer() -> std::io::Result<u32> {
    Ok(1)
}

#[retry(retry_on = None, fallback = |_| None)]
fn fixed_none() -> Option<u32> {
    Some(1)
}

#[retry(retry_on = transient, fallback = value(0))]
fn fallback_zero() -> std::io::Result<u32> {
    Ok(1)
}

#[retry(retry_on = transient, fallback = value(vec![]))]
fn fallback_list() -> std::io::Result<Vec<u32>> {
    Ok(vec![1])
}

#[retry(retry_on = transient, fallback = value(Vec::new()))]
fn fallback_vec() -> std::io::Result<Vec<u32>> {
    Ok(vec![1])
}

#[retry(retry_on = transient, fallback = value(Default::default()))]
fn fallback_default() -> std::io::Result<u32> {
    Ok(1)
}

#[retry(retry_on = transient, fallback = value(String::new()))]
fn fallback_string() -> std::io::Result<String> {
    Ok(String::from("a"))
}

#[retry(retry_on = transient, fallback = value(None))]
fn fallback_none() -> std::io::Result<Option<u32>> {
    Ok(Some(1))
}

#[retry(retry_on = transient)]
fn none_is_no_number() -> std::io::Result<u32> {
    Ok(1)
}

#[retry(retry_on = transient, on_retry = |_, _| eprintln!("again"))]
fn macro_call() -> std::io::Result<()> {
    Ok(())
}
