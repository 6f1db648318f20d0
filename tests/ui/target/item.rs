use retry_runtime::retry;

#[retry(retry_on = transient)]
struct Client;

#[retry(retry_on = transient)]
pub enum Answer {
    Yes,
}

#[retry(retry_on = transient)]
trait Service {
    fn quote(&self) -> std::io::Result<()>;
}

#[retry(retry_on = transient)]
impl Client {
    fn quote(&self) -> std::io::Result<()> {
        Ok(())
    }
}

#[retry(retry_on = transient)]
mod services {}

#[retry(retry_on = transient)]
const LIMIT: u32 = 3;

#[retry(retry_on = transient)]
static COUNT: u32 = 3;

#[retry(retry_on = transient)]
type Outcome = std::io::Result<()>;

#[retry(retry_on = transient)]
union Bits {
    low: u32,
}

fn main() {
    let _: (Client, Outcome, u32) = (Client, Client.quote(), LIMIT + COUNT);
    let _ = (Answer::Yes, Bits { low: 1 });
}
