//! The service's body: a payment that is made once.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deadpool_postgres::Pool;
use retry_idempotency::sqlite::rusqlite::Connection;
use retry_idempotency::{Admin, Claim, Once, OnceError, StepClaim, once, postgres, sqlite};
use tokio::task::block_in_place;

use crate::error::PayError;
use crate::gateway::Charger;
use crate::ledger::{self, Order, Receipt};
use crate::pass_log::{PassLog, Window};
use crate::plan::{Broken, Effect, LEASE, Plan, SCOPE};
use crate::store::{Books, Ledger};

/// Time that a second use waits for the first: less than a client waits for its answer.
pub(crate) const WAIT: Duration = Duration::from_millis(200);

/// All that a server has.
pub(crate) struct Shop {
    pub(crate) plan: Plan,
    pub(crate) books: Books,
    pub(crate) pass_log: PassLog,
    pub(crate) charger: Charger,
}

/// One request.
pub(crate) struct Visit<'a> {
    pub(crate) shop: &'a Shop,
    pub(crate) key: &'a str,
    pub(crate) order: &'a Order,
    /// Whether the body has run, so the answer is not a replay.
    pub(crate) has_run: AtomicBool,
    /// The token of its claim; 0 before it has one.
    pub(crate) token: AtomicU64,
}

impl<'a> Visit<'a> {
    pub(crate) fn once(&self) -> Once<'a, dyn Admin> {
        once(&*self.shop.books.store, self.key).scope(SCOPE).fingerprint(self.order).lease(LEASE).wait(WAIT)
    }

    pub(crate) fn pass(&self, window: Window) {
        self.shop.pass_log.pass(self.key, window, self.token.load(Ordering::Relaxed));
    }

    /// Notes that the body runs.
    pub(crate) fn begin(&self, run: u32, token: u64) {
        self.has_run.store(true, Ordering::Relaxed);
        self.token.store(token, Ordering::Relaxed);
        if run > 1 {
            self.pass(Window::Takeover);
        }
        self.pass(Window::Claimed);
    }
}

/// Makes the payment, or answers what it came to before.
pub(crate) async fn pay(visit: &Visit<'_>) -> Result<Receipt, PayError> {
    match (visit.shop.plan.effect, &visit.shop.books.ledger) {
        (Effect::Inside, Ledger::Sqlite(connection)) => {
            visit.once().run_in(async |claim| enter_sqlite(visit, connection, &claim)).await
        }
        (Effect::Inside, Ledger::Postgres(pool)) => {
            visit.once().run_in(async |claim| enter_postgres(visit, pool, &claim).await).await
        }
        (Effect::Inside, Ledger::None) => Err(PayError::ledger("Redis has no ledger; choose steps")),
        (Effect::Steps, _) => visit.once().run_steps(async |claim| charge(visit, &claim).await).await,
        (Effect::StepOnce, _) => visit.once().run_steps(async |claim| charge_once(visit, &claim).await).await,
    }
}

/// The effect in the file of the store: both commit, or neither.
fn enter_sqlite(visit: &Visit<'_>, connection: &Mutex<Connection>, claim: &Claim) -> Result<Receipt, PayError> {
    block_in_place(|| {
        visit.begin(claim.run(), claim.token());
        let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = ledger::begin(&mut connection)?; // after the claim, never before
        let receipt = ledger::enter(&transaction, visit.key, visit.order)?;
        visit.pass(Window::Effect);
        match sqlite::complete(&transaction, claim, &receipt) {
            Err(OnceError::Lost) if visit.shop.plan.broken == Some(Broken::NoOwnerCheck) => {
                claim.completed(1)?;
            }
            completed => completed?,
        }
        visit.pass(Window::Completed);
        transaction.commit().map_err(PayError::ledger)?;
        visit.pass(Window::Committed);
        Ok(receipt)
    })
}

/// The effect in the database of the store.
async fn enter_postgres(visit: &Visit<'_>, pool: &Pool, claim: &Claim) -> Result<Receipt, PayError> {
    visit.begin(claim.run(), claim.token());
    let mut client = pool.get().await.map_err(PayError::ledger)?;
    let transaction = client.transaction().await.map_err(PayError::ledger)?; // after the claim, never before
    let receipt = ledger::enter_postgres(&transaction, visit.key, visit.order).await?;
    visit.pass(Window::Effect);
    postgres::complete(&transaction, claim, &receipt).await?;
    visit.pass(Window::Completed);
    transaction.commit().await.map_err(PayError::ledger)?;
    visit.pass(Window::Committed);
    Ok(receipt)
}

/// The effect at a gateway that knows keys: a charge that was cut midway is sent again under the same key.
async fn charge(visit: &Visit<'_>, claim: &StepClaim<'_, dyn Admin>) -> Result<Receipt, PayError> {
    visit.begin(claim.run(), claim.token());
    let charged = claim.step("charge", async |key| {
        let key = match visit.shop.plan.broken {
            Some(Broken::NoDerivedKey) => format!("{key}-{}", claim.token()),
            _ => key,
        };
        let charged = visit.shop.charger.charge(visit.key, Some(&key), visit.order).await?;
        visit.pass(Window::Sent);
        Ok::<_, PayError>(charged)
    });
    let receipt = charged.await?;
    visit.pass(Window::Recorded);
    Ok(receipt)
}

/// The effect at a gateway that knows none: a charge that was cut midway is never sent again.
async fn charge_once(visit: &Visit<'_>, claim: &StepClaim<'_, dyn Admin>) -> Result<Receipt, PayError> {
    visit.begin(claim.run(), claim.token());
    let charged = claim.step_once("charge", async |_| {
        let charged = visit.shop.charger.charge(visit.key, None, visit.order).await?;
        visit.pass(Window::Sent);
        Ok::<_, PayError>(charged)
    });
    let receipt = charged.await?;
    visit.pass(Window::Recorded);
    Ok(receipt)
}
