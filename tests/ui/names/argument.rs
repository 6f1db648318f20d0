use retry_runtime::retry;

#[retry(retry_on = transient, context = attempt)]
fn taken(attempt: u32) -> std::io::Result<()> {
    let _ = attempt;
    Ok(())
}

#[retry(retry_on = transient, context = attempt)]
fn taken_in_a_pattern((attempt, _): (u32, u32)) -> std::io::Result<()> {
    let _ = attempt;
    Ok(())
}

#[retry(retry_on = transient, clone = (text))]
fn no_argument(name: String) -> std::io::Result<()> {
    drop(name);
    Ok(())
}

#[retry(retry_on = transient, clone = (name, name))]
fn twice(name: String) -> std::io::Result<()> {
    drop(name);
    Ok(())
}

#[retry(retry_on = transient, clone = name)]
fn in_a_pattern((name, _): (String, u32)) -> std::io::Result<()> {
    drop(name);
    Ok(())
}

#[retry(retry_on = transient, crate = retry_runtime)]
fn relative_path() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, name = quotes)]
fn name_without_quotes() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, context = 3)]
fn no_name() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
