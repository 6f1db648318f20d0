use Error::Busy;
use retry_runtime::retry;

enum Error {
    Busy,
}

#[retry(retry_on = transient)]
fn nothing_said() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, Status(503)))]
fn nothing_at_all() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn nothing_listed() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, except = Conflict)]
fn only_exceptions() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, Connect))]
fn twice() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn in_the_set() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn the_set_twice() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, Connect))]
fn without_parentheses() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_if = |_| true)]
fn guarded() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_if = |error| error.kind() == std::io::ErrorKind::Other)]
fn a_closure() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = error(Busy))]
fn no_pattern() -> Result<(), Error> {
    Ok(())
}

#[retry(retry_on = None)]
fn of_an_option() -> Option<u8> {
    None
}

#[retry(retry_on = Timeout)]
fn none_of_a_result() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_ok = |value| matches!(value, 0))]
fn patterns_of_a_value() -> std::io::Result<u8> {
    Ok(1)
}
