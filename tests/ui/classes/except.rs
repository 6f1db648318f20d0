use retry_runtime::retry;

#[retry(retry_on = Timeout, except = Conflict)]
fn not_listed() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(500..=599), except = Status(429))]
fn not_of_this_range() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, except = (Timeout, Malformed))]
fn not_one_of_two() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_ok = |_| true, except = Timeout)]
fn of_a_success() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, Malformed), except = Malformed)]
fn listed_and_taken_away() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, except = transient)]
fn all_taken_away() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
