use std::sync::Mutex;

use retry_runtime::retry;
use retry_runtime::stale::{Cache, Cached};

struct Quote;

struct Last(Mutex<Option<Cached<Quote>>>);

impl Cache for Last {
    type Key = ();
    type Value = Quote;

    fn load(&self, _: &()) -> Option<Cached<Quote>> {
        self.0.lock().unwrap().take()
    }

    fn store(&self, _: (), value: Cached<Quote>) {
        *self.0.lock().unwrap() = Some(value);
    }
}

static QUOTES: Last = Last(Mutex::new(None));

#[retry(retry_on = transient, fallback = stale(QUOTES, ()))]
fn quote() -> std::io::Result<Cached<Quote>> {
    Ok(Cached::new(Quote))
}

fn main() {}
