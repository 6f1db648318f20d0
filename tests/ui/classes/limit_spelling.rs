use retry_runtime::retry;

const MOST: u32 = 6;

#[retry(retry_on = (Timeout, Throttled(6)))]
fn in_parentheses() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Throttled: 6)]
fn behind_a_colon() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Throttled = 6)]
fn behind_a_sign() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, Throttled max 6))]
fn max() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Throttled upto 6)]
fn in_one_word() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Throttled up to 6)]
fn in_two_words() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, up_to(Throttled, 6)))]
fn as_a_call() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Connect for 60s)]
fn for_a_time() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Throttled <= 6)]
fn as_a_comparison() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, Throttled x 6))]
fn as_a_factor() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = 6 * Throttled)]
fn as_a_product() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Throttled(max = 6))]
fn as_a_setting() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, Connect(60s)))]
fn time_in_parentheses() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Throttled[6])]
fn in_brackets() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Throttled { .. })]
fn as_a_variant() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, Throttled { max: 6 }))]
fn as_a_field() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(503, 60s))]
fn inside_a_status() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(503 up_to 6))]
fn words_inside_a_status() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, Status(500..=599) = 6))]
fn of_a_range() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Throttled up_to = 6)]
fn sign_behind_the_word() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Throttled up_to 6 times)]
fn times() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, Connect up_to 60 s))]
fn unit_apart() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Throttled max MOST)]
fn by_a_constant() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Throttled, 6))]
fn as_an_item() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, 60s, Connect))]
fn time_as_an_item() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
