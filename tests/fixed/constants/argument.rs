use retry_runtime::retry;

#[retry(retry_on = transient, policy = most)]
fn attempts(most: &retry_runtime::Policy) -> std::io::Result<()> {
    Ok(())
}

#[retry(policy = wait)]
fn backoff(wait: &retry_runtime::Policy) -> std::io::Result<()> {
    Ok(())
}

#[retry(policy = wait)]
fn hint(wait: &retry_runtime::Policy) -> std::io::Result<()> {
    Ok(())
}

struct Client {
    wait: retry_runtime::Policy,
}

impl Client {
    #[retry(policy = self.wait)]
    fn by_a_field(&self) -> std::io::Result<()> {
        Ok(())
    }
}

#[retry(policy = policy)]
fn status(policy: &retry_runtime::Policy) -> std::io::Result<()> {
    Ok(())
}

#[retry(policy = policy)]
fn end_of_a_range(policy: &retry_runtime::Policy) -> std::io::Result<()> {
    Ok(())
}
