use retry_runtime::retry;

#[retry(retry_on = Timeout)]
fn not_listed() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(500..=599))]
fn not_of_this_range() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, except = Timeout)]
fn not_one_of_two() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_ok = |_| true)]
fn of_a_success() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout)]
fn listed_and_taken_away() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout)]
fn all_taken_away() -> std::io::Result<()> {
    Ok(())
}
