//! Services with a fault, which the ledger must find: each differs from `body.rs` in one thing.

use std::sync::PoisonError;
use std::time::Duration;

use retry_idempotency::protocol::{ClaimOutcome, ClaimRequest, HolderId, Id, Takeover, Transition};
use retry_idempotency::{Fingerprint, OnceError};
use retry_runtime::{Classes, Classify};
use tokio::task::block_in_place;

use crate::body::{Visit, pay};
use crate::error::PayError;
use crate::ledger::{self, Receipt};
use crate::pass_log::Window;
use crate::plan::{Broken, LEASE, STORED_SCOPE};
use crate::store::Ledger;

/// Makes the payment as the service does, or with its fault.
pub(crate) async fn pay_as_planned(visit: &Visit<'_>) -> Result<Receipt, PayError> {
    match visit.shop.plan.broken {
        None | Some(Broken::NoOwnerCheck | Broken::NoDerivedKey) => pay(visit).await,
        Some(Broken::FinishAfterCommit) => {
            visit
                .once()
                .rerun()
                .run(async |claim| {
                    visit.begin(claim.run(), claim.token());
                    commit(visit)
                })
                .await
        }
        Some(Broken::ForgetOnTimeout) => {
            visit
                .once()
                .run(async |claim| {
                    visit.begin(claim.run(), claim.token());
                    let charged = visit.shop.charger.charge(visit.key, None, visit.order).await;
                    if charged.is_err() {
                        claim.nothing_happened(); // which nobody knows
                    }
                    visit.pass(Window::Sent);
                    charged
                })
                .await
        }
        Some(Broken::CompleteInLayer) => complete_in_layer(visit).await,
    }
}

/// The effect alone, committed.
fn commit(visit: &Visit<'_>) -> Result<Receipt, PayError> {
    let Ledger::Sqlite(connection) = &visit.shop.books.ledger else {
        return Err(PayError::ledger("the faults are shown with SQLite"));
    };
    block_in_place(|| {
        let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = ledger::begin(&mut connection)?;
        let receipt = ledger::enter(&transaction, visit.key, visit.order)?;
        visit.pass(Window::Effect);
        visit.pass(Window::Completed);
        transaction.commit().map_err(PayError::ledger)?;
        visit.pass(Window::Committed);
        Ok(receipt)
    })
}

/// A layer around the handler: it claims, and finishes when the handler has answered.
async fn complete_in_layer(visit: &Visit<'_>) -> Result<Receipt, PayError> {
    let store = &visit.shop.books.store;
    let fingerprint = Fingerprint::of(visit.order).map_err(PayError::ledger)?;
    let ask = ClaimRequest {
        id: Id::new(STORED_SCOPE, visit.key).map_err(OnceError::from)?,
        fingerprint: Some(&fingerprint),
        holder: HolderId::random(),
        lease: LEASE,
        takeover: Takeover::Resume,
    };
    let held = match store.claim(&ask).await.map_err(OnceError::from)? {
        ClaimOutcome::Run(held) => held,
        ClaimOutcome::Finished(result) => return serde_json::from_slice(&result).map_err(PayError::ledger),
        ClaimOutcome::InFlight { retry_in } => return Err(OnceError::InFlight { retry_after: retry_in }.into()),
        ClaimOutcome::Interrupted { runs } => return Err(OnceError::Interrupted { runs }.into()),
        ClaimOutcome::Mismatch => return Err(OnceError::Mismatch.into()),
    };
    visit.begin(held.run(), held.token());
    let handled = commit(visit);
    let Ok(receipt) = &handled else { return handled };
    let result = serde_json::to_vec(receipt).map_err(PayError::ledger)?;
    let finish = Transition::Finish { result: &result, keep: Duration::from_hours(1) };
    let _ = store.transition(&held, finish).await.map_err(OnceError::from)?; // answered anyway
    handled
}

/// Returns whether the client makes another attempt after this failure.
pub(crate) fn is_worth_another(error: &PayError) -> bool {
    Classes::new().transient().contains(error.class())
}
