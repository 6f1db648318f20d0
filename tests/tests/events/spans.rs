//! Order of two attributes: what a span of `#[tracing::instrument]` covers.

use std::sync::{Arc, Mutex};

use retry_runtime::retry;
use tracing::span::{Attributes, Id};
use tracing::{Subscriber, instrument, subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry;

/// Records the name of each span that opens.
#[derive(Clone, Default)]
struct Opened(Arc<Mutex<Vec<&'static str>>>);

impl<S: Subscriber> Layer<S> for Opened {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        self.0.lock().unwrap().push(attributes.metadata().name());
    }
}

#[instrument]
#[retry(max_attempts = 3, retry_if = |_| true, backoff = none, budget = none)]
async fn above() -> Result<u32, String> {
    Err("busy".into())
}

#[retry(max_attempts = 3, retry_if = |_| true, backoff = none, budget = none)]
#[instrument]
async fn below() -> Result<u32, String> {
    Err("busy".into())
}

#[instrument]
#[retry(max_attempts = 3, retry_if = |_| true, backoff = none, budget = none)]
fn blocking_above() -> Result<u32, String> {
    Err("busy".into())
}

#[retry(max_attempts = 3, retry_if = |_| true, backoff = none, budget = none)]
#[instrument]
fn blocking_below() -> Result<u32, String> {
    Err("busy".into())
}

#[tokio::test(start_paused = true)]
async fn above_a_span_is_an_attempt_and_below_the_call() {
    let opened = Opened::default();
    let _guard = subscriber::set_default(registry().with(opened.clone()));
    above().await.unwrap_err();
    below().await.unwrap_err();
    blocking_above().unwrap_err();
    blocking_below().unwrap_err();
    let attempts = |name| opened.0.lock().unwrap().iter().filter(|span| **span == name).count();
    assert_eq!(["above", "below", "blocking_above", "blocking_below"].map(attempts), [3, 1, 3, 1]);
}
