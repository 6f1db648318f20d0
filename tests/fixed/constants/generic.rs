use retry_runtime::retry;

struct Client<const N: u32>;

impl<const N: u32> Client<N> {
    const MOST: u32 = 3;

    #[retry(retry_on = transient, max_attempts = Client::<0>::MOST)]
    fn by_self(&self) -> std::io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = transient, max_attempts = Client::<0>::MOST)]
    fn by_its_own_parameter<const M: u32>(&self) -> std::io::Result<()> {
        Ok(())
    }
}

#[retry(retry_on = transient, max_attempts = Client::<0>::MOST)]
fn by_a_parameter<const M: u32>() -> std::io::Result<()> {
    Ok(())
}

const STATUS: u16 = 503;

#[retry(retry_on = (Timeout, Status(STATUS)))]
fn own_status<const N: u16>() -> std::io::Result<()> {
    Ok(())
}
