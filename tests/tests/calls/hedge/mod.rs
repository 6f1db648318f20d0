//! Annotated functions whose slow first attempt a hedge joins, on a paused clock.

mod events;
mod grants;
mod learned;
mod outcomes;
mod shapes;

use std::cell::{Cell, RefCell};
use std::time::Duration;

use retry_tests::Fault;
use tokio::time::sleep;

const MS: Duration = Duration::from_millis(1);

/// Service that answers each attempt in its own way, and counts them.
#[derive(Default)]
struct Server {
    /// Times and answers of the attempts, in the order in which they begin.
    answers: RefCell<Vec<(Duration, Result<u32, Fault>)>>,
    begun: Cell<u32>,
    /// Attempts that were dropped before they answered.
    dropped: RefCell<Vec<u32>>,
    running: Cell<u32>,
}

/// One attempt under way.
struct Request<'a> {
    server: &'a Server,
    attempt: u32,
    is_over: bool,
}

impl Drop for Request<'_> {
    fn drop(&mut self) {
        self.server.running.set(self.server.running.get() - 1);
        if !self.is_over {
            self.server.dropped.borrow_mut().push(self.attempt);
        }
    }
}

impl Server {
    fn new(answers: &[(u64, Result<u32, Fault>)]) -> Self {
        let answers = answers.iter().map(|(time, answer)| (Duration::from_millis(*time), answer.clone())).collect();
        Self { answers: RefCell::new(answers), ..Self::default() }
    }

    /// Answers at once.
    fn quick() -> Self {
        Self::new(&[(0, Ok(0))])
    }

    /// Takes a second for the first attempt, and 10 ms for the second.
    fn slow_first() -> Self {
        Self::new(&[(1000, Ok(1)), (10, Ok(2))])
    }

    async fn answer(&self) -> Result<u32, Fault> {
        let (time, answer) = self.answers.borrow()[self.begun.get() as usize].clone();
        self.begun.set(self.begun.get() + 1);
        self.running.set(self.running.get() + 1);
        let mut request = Request { server: self, attempt: self.begun.get(), is_over: false };
        sleep(time).await;
        request.is_over = true;
        answer
    }

    fn dropped(&self) -> Vec<u32> {
        self.dropped.borrow().clone()
    }
}

/// Defines a function with a hedge after 100 ms, whose bucket has a token after each other call.
macro_rules! operation {
    ($function:ident $(, $option:ident = $value:expr)*) => {
        #[retry_runtime::retry(
            retry_on = Timeout, jitter = none, budget = budget, hedge = after(100ms, at_most = 0.5)
            $(, $option = $value)*
        )]
        async fn $function(
            server: &$crate::hedge::Server,
            budget: &retry_runtime::Budget,
        ) -> Result<u32, retry_tests::Fault> {
            server.answer().await
        }
    };
}
use operation;
