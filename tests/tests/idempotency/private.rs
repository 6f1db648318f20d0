//! Printed forms, which hold no result, key or account whole.

use std::time::Duration;

use retry_idempotency::admin::{Cursor, Filter, Resolution};
use retry_idempotency::protocol::{BlockingStore, ClaimOutcome, ClaimRequest, HolderId, Id, Transition};
use retry_idempotency::{Admin, MemoryStore, OnceError, StoredOutcome, encode_err, encode_ok, once};

const SECRETS: [&str; 3] = ["account-of-ada", "order-31-of-ada", "card-4242"];

fn check(printed: &str) {
    for secret in SECRETS {
        // The bytes of a text, as a slice is printed.
        let bytes = format!("{:?}", secret.as_bytes());
        assert!(!printed.contains(secret) && !printed.contains(bytes.trim_matches(['[', ']'])), "{printed}");
    }
}

#[tokio::test]
async fn no_result_key_or_account_is_printed_whole() {
    let [account, key, card] = SECRETS;
    let store = MemoryStore::new(10);
    let paid = once(&store, key).scope(account).fingerprint(card).run(async |claim| {
        check(&format!("{claim:?} {:?}", claim.completion(card)?));
        Ok::<_, OnceError>(card.to_owned())
    });
    paid.await.unwrap();
    check(&format!("{:?} {store:?}", once(&store, key).scope(account)));
    let id = Id::new(account, key).unwrap();
    let request = ClaimRequest::new(id, HolderId::random(), Duration::from_secs(30));
    let claimed: ClaimOutcome = store.claim_blocking(&request).unwrap();
    check(&format!("{request:?} {claimed:?}"));
    for transition in [
        Transition::Finish { result: card.as_bytes(), keep: Duration::from_secs(1) },
        Transition::Step { name: "charge", result: card.as_bytes() },
    ] {
        check(&format!("{transition:?}"));
    }
    let filter = Filter { scope: Some(account), key: Some(key), state: None };
    check(&format!("{filter:?} {:?}", store.list(filter, None, 1).await.unwrap()));
    check(&format!("{:?}", Cursor::from_bytes(key.as_bytes())));
    let resolution = Resolution::Finished { result: card.as_bytes(), keep: Duration::from_secs(1) };
    check(&format!("{resolution:?}"));
    for bytes in [encode_ok(card).unwrap(), encode_err(card).unwrap()] {
        check(&format!("{:?}", StoredOutcome::decode(&bytes)));
    }
}
