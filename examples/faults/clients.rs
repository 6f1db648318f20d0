//! The clients: each makes one payment after the other, and asks again with the same key until it has an answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use retry_examples::random::SplitMix64;
use retry_idempotency::OnceError;
use tokio::time::{sleep, timeout};

use crate::shop::{PayError, Shop};

/// Longest time of one attempt; a client hangs up then.
const ATTEMPT: Duration = Duration::from_secs(2);
/// Longest time that a client asks for one payment.
const PATIENCE: Duration = Duration::from_secs(15);
/// Share of payments that are asked for again after their success.
const ASKED_AGAIN: f64 = 0.2;

/// Answer of one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    Paid,
    /// Another attempt is in flight; ask again.
    InFlight,
    /// The store cannot be reached, so nothing was run; ask again.
    NothingRan,
    /// It is unknown whether it was done.
    Interrupted,
    /// The answer is lost, or says nothing about the effect.
    Unknown,
}

/// Answers that a client has received for its payments.
#[derive(Debug, Default)]
pub(crate) struct Log {
    /// Final answers.
    pub(crate) payments: Vec<(String, Told)>,
    pub(crate) attempts: u32,
    /// Attempts that the store or the network failed.
    pub(crate) failed: u32,
    /// Moments of successes of new payments.
    pub(crate) successes: Vec<Instant>,
    /// Answers 'nothing was run' to attempts that have run.
    pub(crate) untrue: Vec<String>,
}

/// Way to the shop.
#[derive(Clone)]
pub(crate) enum Door {
    Once,
    Layer { client: Client, address: SocketAddr },
}

pub(crate) struct Payer {
    pub(crate) shop: Arc<Shop>,
    pub(crate) door: Door,
    pub(crate) number: usize,
    pub(crate) random: SplitMix64,
}

impl Payer {
    /// Pays until the scene is over, and then waits for the answer to its last payment.
    pub(crate) async fn pay_until(mut self, is_over: Arc<AtomicBool>) -> Log {
        let (mut log, mut next) = (Log::default(), 0);
        while !is_over.load(Ordering::Relaxed) {
            let payment = format!("payment-{}-{next}", self.number);
            next += 1;
            let told = self.insist(&payment, &mut log).await;
            if told == Told::Paid {
                log.successes.push(Instant::now());
            }
            log.payments.push((payment, told));
            if self.random.fraction() < ASKED_AGAIN {
                let earlier = usize::try_from(self.random.bits() % next).unwrap_or(0);
                let (payment, told) = log.payments[earlier].clone();
                if told == Told::Paid && self.insist(&payment, &mut log).await != Told::Paid {
                    // Paid, and then not: the last answer is what counts.
                    log.payments[earlier].1 = Told::Unknown;
                }
            }
        }
        log
    }

    async fn insist(&mut self, payment: &str, log: &mut Log) -> Told {
        let begun = Instant::now();
        let mut is_clear = true;
        loop {
            log.attempts += 1;
            let runs = self.shop.gateway.payment(payment).runs;
            let told = self.attempt(payment).await;
            log.failed += u32::from(matches!(told, Told::NothingRan | Told::Unknown));
            match told {
                Told::Paid | Told::Interrupted => return told,
                Told::NothingRan if is_clear && self.shop.gateway.payment(payment).runs > runs => {
                    log.untrue.push(payment.to_owned());
                }
                // An attempt whose answer is lost may still begin.
                Told::Unknown => is_clear = false,
                _ => {}
            }
            if begun.elapsed() > PATIENCE {
                return told;
            }
            sleep(Duration::from_millis(10 + self.random.bits() % 90)).await;
        }
    }

    async fn attempt(&self, payment: &str) -> Told {
        match &self.door {
            Door::Once => {
                // In a task of its own, as a service runs it: its body is not cut off with the client.
                let (shop, payment) = (Arc::clone(&self.shop), payment.to_owned());
                let work = tokio::spawn(async move { shop.pay(&payment).await });
                match timeout(ATTEMPT, work).await {
                    Ok(Ok(Ok(_))) => Told::Paid,
                    Ok(Ok(Err(PayError::Once(error)))) => of_error(&error),
                    Ok(Err(_)) | Err(_) => Told::Unknown,
                }
            }
            Door::Layer { client, address } => {
                let request = client.post(format!("http://{address}/payments/{payment}"));
                let answer = request.header("Idempotency-Key", format!("\"{payment}\"")).timeout(ATTEMPT).send().await;
                match answer {
                    Ok(answer) => of_status(answer.status(), answer.headers().contains_key("retry-after")),
                    Err(_) => Told::Unknown,
                }
            }
        }
    }
}

fn of_error(error: &OnceError) -> Told {
    match error {
        OnceError::InFlight { .. } => Told::InFlight,
        OnceError::Interrupted { .. } => Told::Interrupted,
        OnceError::Store(_) => Told::NothingRan,
        _ => Told::Unknown,
    }
}

fn of_status(status: StatusCode, has_retry_after: bool) -> Told {
    match status {
        StatusCode::OK => Told::Paid,
        StatusCode::CONFLICT if has_retry_after => Told::InFlight,
        StatusCode::CONFLICT => Told::Interrupted,
        StatusCode::SERVICE_UNAVAILABLE => Told::NothingRan,
        _ => Told::Unknown,
    }
}
