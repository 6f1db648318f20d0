//! `#[track_caller]` on a blocking function: the caller is the caller.

use std::panic::Location;

use retry_runtime::retry;

#[derive(Debug)]
struct At(u32);

#[track_caller]
#[retry(max_attempts = 2, retry_if = |_| true, backoff = none, budget = none)]
fn above() -> Result<(), At> {
    Err(At(Location::caller().line()))
}

#[retry(max_attempts = 2, retry_if = |_| true, backoff = none, budget = none)]
#[track_caller]
fn below() -> Result<(), At> {
    Err(At(std::panic::Location::caller().line()))
}

struct Client {
    calls: u32,
}

impl Client {
    #[track_caller]
    #[retry(max_attempts = 2, retry_if = |_| true, backoff = none, budget = none)]
    fn get(&mut self) -> Result<(), At> {
        self.calls += 1;
        if self.calls == 2 {
            return Err(At(Location::caller().line()));
        }
        Err(At(0))
    }
}

#[test]
fn the_location_is_that_of_the_caller() {
    let (outcome, line) = (above(), line!());
    assert_eq!(outcome.unwrap_err().0, line);
    let (outcome, line) = (below(), line!());
    assert_eq!(outcome.unwrap_err().0, line);
    let mut client = Client { calls: 0 };
    let (outcome, line) = (client.get(), line!());
    assert_eq!(outcome.unwrap_err().0, line);
}
