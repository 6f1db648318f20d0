//! `mode = in_transaction` in a database: the effect and the key are both there, or neither.

mod postgres;
mod sqlite;

use std::future::pending;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use retry_idempotency::OnceError;
use retry_idempotency::admin::KeyState;
use tokio::sync::Notify;

use crate::idempotent::shop::{Order, Paid, PayError, order};

/// The lease of the functions here.
const LEASE: Duration = Duration::from_secs(30);

/// End of the body after its payment.
#[derive(Clone, Copy)]
enum Ends {
    Commits,
    /// By an error of which nobody knows what was done, but for the transaction.
    TimesOut,
    /// By an error that stays.
    Declined,
    /// By an error after the key was completed, and before the commit.
    Late,
    /// It does not.
    Hangs,
}

impl Ends {
    /// The end before the key is completed, if it ends there.
    async fn before_complete(self, begun: &Notify) -> Result<(), PayError> {
        begun.notify_one();
        match self {
            Self::Commits | Self::Late => Ok(()),
            Self::TimesOut => Err(PayError::Timeout),
            Self::Declined => Err(PayError::Declined),
            Self::Hangs => pending().await,
        }
    }
}

/// A function that pays under `#[idempotent]`, and its database.
trait Till {
    /// The number of the payment.
    async fn pay(&self, order: &Order, ends: Ends) -> Paid;
    fn begun(&self) -> &Notify;
    async fn payments(&self) -> i64;
    /// Returns the state of the only key.
    async fn state(&self) -> Option<KeyState>;
    async fn pass(&self, by: Duration);
}

async fn both_are_there_and_a_second_call_replays(till: impl Till) {
    let order = order();
    for _ in 0..3 {
        assert_eq!(till.pay(&order, Ends::Commits).await.unwrap(), 1);
    }
    assert_eq!((till.payments().await, till.state().await), (1, Some(KeyState::Finished)));
}

async fn what_is_rolled_back_has_not_happened(till: impl Till) {
    let order = order();
    assert!(matches!(till.pay(&order, Ends::TimesOut).await, Err(PayError::Timeout)));
    assert_eq!((till.payments().await, till.state().await), (0, None));
    assert_eq!(till.pay(&order, Ends::Commits).await.unwrap(), 1);
    assert_eq!(till.payments().await, 1);
}

async fn a_permanent_error_that_committed_nothing_is_forgotten(till: impl Till) {
    let order = order();
    assert!(matches!(till.pay(&order, Ends::Declined).await, Err(PayError::Declined)));
    assert_eq!((till.payments().await, till.state().await), (0, None));
    assert_eq!(till.pay(&order, Ends::Commits).await.unwrap(), 1);
    assert_eq!((till.payments().await, till.state().await), (1, Some(KeyState::Finished)));
}

/// Nobody else can know whether it will be committed, so the key stays held for its lease, and then runs again.
async fn a_completed_key_that_is_rolled_back_is_open(till: impl Till) {
    let order = order();
    assert!(matches!(till.pay(&order, Ends::Late).await, Err(PayError::Timeout)));
    assert_eq!((till.payments().await, till.state().await), (0, Some(KeyState::InFlight)));
    let early = till.pay(&order, Ends::Commits).await;
    assert!(matches!(early, Err(PayError::Once(OnceError::InFlight { .. }))), "{early:?}");
    till.pass(LEASE).await;
    assert_eq!(till.pay(&order, Ends::Commits).await.unwrap(), 1);
    assert_eq!(till.payments().await, 1);
}

async fn what_is_cut_off_runs_again(till: impl Till) {
    let order = order();
    {
        let cut = pin!(till.pay(&order, Ends::Hangs));
        let begun = pin!(till.begun().notified());
        assert!(matches!(select(cut, begun).await, Either::Right(_)), "it does not end");
    }
    till.pass(LEASE).await;
    assert_eq!(till.state().await, Some(KeyState::Interrupted));
    assert_eq!(till.pay(&order, Ends::Commits).await.unwrap(), 1);
    assert_eq!((till.payments().await, till.state().await), (1, Some(KeyState::Finished)));
}

/// Each of these as a test: `run` takes one, and hands it a till.
macro_rules! rules {
    ($run:ident: $($rule:ident)*) => {
        $(
            #[test]
            fn $rule() {
                $run(async |till| super::$rule(till).await);
            }
        )*
    };
    ($run:ident) => {
        crate::idempotent::transaction::rules!($run:
            both_are_there_and_a_second_call_replays
            what_is_rolled_back_has_not_happened
            a_permanent_error_that_committed_nothing_is_forgotten
            a_completed_key_that_is_rolled_back_is_open
            what_is_cut_off_runs_again
        );
    };
}

use rules;
