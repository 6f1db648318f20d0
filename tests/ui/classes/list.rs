use retry_runtime::retry;

#[retry()]
fn nothing_said() -> std::io::Result<()> {
    Ok(())
}

#[retry]
fn nothing_at_all() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = ())]
fn nothing_listed() -> std::io::Result<()> {
    Ok(())
}

#[retry(except = Conflict)]
fn only_exceptions() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, Connect, Timeout))]
fn twice() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (transient, Timeout))]
fn in_the_set() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (transient, transient))]
fn the_set_twice() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, Connect)]
fn without_parentheses() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout if true)]
fn guarded() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = |error| true)]
fn a_closure() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = error())]
fn no_pattern() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn of_an_option() -> Option<u8> {
    None
}

#[retry(retry_on = None)]
fn none_of_a_result() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_ok = (Status(503), Some(_)))]
fn patterns_of_a_value() -> std::io::Result<u8> {
    Ok(1)
}

fn main() {}
