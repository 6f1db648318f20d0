//! The gateway that takes the money: the place where effects are counted.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Effects of a payment, whatever its client was answered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Payment {
    /// Number of times that a body has begun.
    pub(crate) runs: u32,
    /// Number of times that the gateway was asked to charge.
    pub(crate) asked: u32,
    /// Keys of charges that were made.
    pub(crate) charges: Vec<String>,
}

/// A gateway that makes one charge for each key that it is sent.
#[derive(Debug, Default)]
pub(crate) struct Gateway(Mutex<HashMap<String, Payment>>);

impl Gateway {
    fn payments(&self) -> MutexGuard<'_, HashMap<String, Payment>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn begin(&self, payment: &str) {
        self.payments().entry(payment.to_owned()).or_default().runs += 1;
    }

    pub(crate) fn charge(&self, payment: &str, key: String) {
        let mut payments = self.payments();
        let payment = payments.entry(payment.to_owned()).or_default();
        payment.asked += 1;
        if !payment.charges.contains(&key) {
            payment.charges.push(key);
        }
    }

    pub(crate) fn payment(&self, payment: &str) -> Payment {
        self.payments().get(payment).cloned().unwrap_or_default()
    }

    pub(crate) fn all(&self) -> HashMap<String, Payment> {
        self.payments().clone()
    }
}
