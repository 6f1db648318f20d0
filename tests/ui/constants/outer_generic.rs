use retry_runtime::retry;

struct Client<const N: u32>;

impl<const N: u32> Client<N> {
    #[retry(retry_on = transient, max_attempts = N)]
    fn by_a_parameter_of_the_impl(&self) -> std::io::Result<()> {
        Ok(())
    }
}

fn main() {}
