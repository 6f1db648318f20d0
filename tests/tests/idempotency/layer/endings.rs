//! Ends of a run, and the answers that they send.

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use futures_util::future::join_all;
use retry_idempotency::Admin;
use retry_idempotency::admin::{Filter, KeyState};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::layer::shop::{ACCOUNT, Got, KEY, LEASE, Shop, layer, layer_over, memory, pass};
use crate::once::shop::Fault;

#[tokio::test]
async fn a_replay_has_the_chosen_headers_alone() {
    let shop = Shop::new(layer()).await;
    let (first, second) = (shop.post("/pay").await, shop.post("/pay").await);
    assert!(first.headers.contains_key("set-cookie"));
    assert!(!second.headers.contains_key("set-cookie"));
    assert_eq!(second.headers["location"], "/payments/1");
    assert_eq!(second.headers["content-type"], "text/plain");
    assert_eq!(first.body, second.body);
    assert!(first.body.len() > "run 1 ".len(), "the handler has got the claim: {first:?}");
}

#[tokio::test]
async fn these_answers_are_kept_and_those_forgotten() {
    for (status, runs) in
        [(200, 1), (400, 1), (404, 1), (409, 1), (500, 1), (503, 1), (401, 1), (403, 1), (429, 1), (425, 2)]
    {
        let shop = Shop::new(layer()).await;
        let path = format!("/status/{status}");
        for _ in 0..2 {
            assert_eq!(shop.post(&path).await.status, status);
        }
        assert_eq!(shop.runs(), runs, "{status}");
    }
    for path in ["/nothing", "/closed"] {
        let shop = Shop::new(layer()).await;
        assert_eq!(shop.post(path).await.body, "run 1");
        assert_eq!(shop.post(path).await.body, "run 2");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_one_moment_one_runs() {
    let shop = Shop::new(layer()).await;
    let all = join_all((0..64).map(|_| shop.post("/pay"))).await;
    assert!(all.iter().all(|got| got.status == 201 || got.problem().1 == "InFlight"));
    assert_eq!(shop.runs(), 1);
    let waits = Shop::new(layer().wait(Duration::from_secs(30))).await;
    let all = join_all((0..64).map(|_| waits.post("/pay"))).await;
    assert!(all.iter().all(|got| got.status == 201 && got.body == all[0].body));
    assert_eq!(waits.runs(), 1);
}

#[tokio::test]
async fn a_client_that_hangs_up_stops_nothing() {
    let shop = Shop::new(layer().wait(Duration::from_secs(30))).await;
    let stream = shop.raw("/slow", 0, "").await;
    shop.seen.begun.notified().await;
    drop(stream);
    shop.seen.hung_up.notified().await;
    assert!(!shop.seen.dropped.load(SeqCst));
    shop.seen.gate.0.add_permits(1);
    shop.seen.ended.notified().await;
    let again = shop.post("/slow").await;
    assert_eq!((again.is_replayed(), again.body.as_str(), shop.runs()), (true, "run 1", 1));
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_no_key() {
    let shop = Shop::new(layer()).await;
    drop(shop.raw("/pay", 100, "half").await);
    shop.seen.hung_up.notified().await;
    assert_eq!(shop.runs(), 0);
    assert_eq!(shop.post("/pay").await.status, 201, "another body of that key");
}

#[tokio::test]
async fn what_is_endless_is_sent_through_and_not_run_again() {
    let shop = Shop::new(layer()).await;
    let mut first = shop.request("/events").header("idempotency-key", KEY).send().await.unwrap();
    assert!(first.chunk().await.unwrap().unwrap().starts_with(b"data: 1"));
    let second = shop.post("/events").await;
    assert_eq!((second.problem(), shop.runs()), ((410, "NotKept".into()), 1));
}

/// A server that stood still for longer than its lease, while somebody else took the key away.
#[tokio::test]
async fn who_lost_the_key_is_dropped() {
    let store = memory();
    let shop = Shop::new(layer_over(store.clone())).await;
    let (got, ()) = tokio::join!(shop.post("/slow"), async {
        shop.seen.begun.notified().await;
        let all = store.list(Filter::default(), None, 10).await.unwrap().entries;
        assert!(store.evict(all[0].id()).await.unwrap());
        pass(LEASE).await;
    });
    assert_eq!(got.problem(), (409, "Lost".into()));
    assert!(shop.seen.dropped.load(SeqCst));
}

/// A key that is lost when the handler has answered: its answer is none, since another one may be the answer.
#[tokio::test]
async fn an_answer_to_a_lost_key_is_none() {
    let store = memory();
    let shop = Shop::new(layer_over(store.clone())).await;
    let (got, ()) = tokio::join!(shop.post("/slow"), async {
        shop.seen.begun.notified().await;
        let all = store.list(Filter::default(), None, 10).await.unwrap().entries;
        assert!(store.evict(all[0].id()).await.unwrap());
        shop.seen.gate.0.add_permits(1);
    });
    assert_eq!(got.problem(), (409, "Lost".into()));
}

/// A body that does not say how long it is.
#[tokio::test]
async fn an_upload_above_the_limit_is_refused_however_it_comes() {
    let shop = Shop::new(layer().request_limit(64)).await;
    let mut stream = TcpStream::connect(&shop.address).await.unwrap();
    let head = format!(
        "POST /pay HTTP/1.1\r\nhost: shop\r\nx-account: {ACCOUNT}\r\nidempotency-key: {KEY}\r\n\
         transfer-encoding: chunked\r\nconnection: close\r\n\r\n41\r\n{}\r\n0\r\n\r\n",
        "x".repeat(65)
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert_eq!(shop.runs(), 0);
}

/// Nobody took it meanwhile: who has the key goes on.
#[tokio::test]
async fn a_server_that_stood_still_goes_on_where_nobody_took_over() {
    let shop = Shop::new(layer()).await;
    let (got, ()) = tokio::join!(shop.post("/slow"), async {
        shop.seen.begun.notified().await;
        pass(LEASE).await;
        shop.seen.gate.0.add_permits(1);
    });
    assert_eq!((got.status, shop.runs()), (200, 1));
}

/// The lease is extended while the handler runs.
#[tokio::test]
async fn a_long_run_keeps_its_key() {
    let shop = Shop::new(layer()).await;
    let (got, second) = tokio::join!(shop.post("/slow"), async {
        shop.seen.begun.notified().await;
        tokio::time::pause();
        for _ in 0..12 {
            tokio::time::advance(Duration::from_millis(10_100)).await;
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
        }
        tokio::time::resume();
        let second = shop.post("/slow").await;
        shop.seen.gate.0.add_permits(1);
        second
    });
    assert_eq!(second.problem().1, "InFlight");
    assert_eq!((got.status, shop.runs()), (200, 1));
}

#[tokio::test]
async fn what_may_be_repeated_is_run_again() {
    let shop = Shop::new(layer().rerun()).await;
    for _ in 0..2 {
        assert_eq!(shop.post("/panic").await.status, 500);
    }
    assert_eq!(shop.runs(), 2);
}

#[tokio::test]
async fn a_refused_request_is_told_which_one_it_has_met() {
    let store = memory();
    let shop = Shop::new(layer_over(store.clone())).await;
    let (first, refused) = tokio::join!(shop.post("/slow"), async {
        shop.seen.begun.notified().await;
        let refused = [shop.post("/slow").await, shop.post("/pay").await];
        shop.seen.gate.0.add_permits(1);
        refused
    });
    assert_eq!(first.status, 200);
    let token = store.list(Filter::default(), None, 10).await.unwrap().entries[0].token;
    for (refused, problem) in refused.iter().zip([(409, "InFlight".into()), (422, "Mismatch".into())]) {
        assert_eq!(refused.problem(), problem);
        let body: serde_json::Value = serde_json::from_str(&refused.body).unwrap();
        assert_eq!(body["first_request_id"], token.to_string());
        let at = seconds_of(body["first_request_at"].as_str().unwrap());
        assert_eq!(at, token / 1_000_000);
    }
}

/// A response that is compressed below the layer would be replayed to a client that does not take it.
#[tokio::test]
async fn what_is_recorded_is_not_compressed() {
    let shop = Shop::new(layer()).await;
    let request = |key| shop.request("/accepts").header("idempotency-key", key).header("accept-encoding", "gzip");
    assert_eq!(Got::of(request("\"a\"")).await.body, "None");
}

/// 'Nothing was run; try again' must be true, also if the claim was made and its answer lost.
#[tokio::test]
async fn a_claim_whose_answer_was_lost_leaves_no_key() {
    let store = Arc::new(crate::once::shop::Shop::new());
    let layer = layer_over(store.clone());
    let drain = layer.drain();
    let shop = Shop::new(layer).await;
    store.fail(Fault::Deaf);
    assert_eq!(shop.post("/pay").await.problem(), (503, "StoreDown".into()));
    assert_eq!(store.state().await, Some(KeyState::InFlight));
    store.fail(Fault::None);
    drain.wait().await;
    assert_eq!((store.state().await, shop.runs()), (None, 0));
    assert_eq!(shop.post("/pay").await.status, 201);
}

/// Seconds since 1970 of a time of this year or a later one.
fn seconds_of(text: &str) -> u64 {
    let fields: Vec<u64> =
        text.trim_end_matches('Z').split(['-', 'T', ':']).map(|field| field.parse().unwrap()).collect();
    let [year, month, day, hour, minute, second] = fields[..] else { panic!("{text}") };
    let is_leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let months = [31, 28 + u64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let years: u64 = (1970..year).map(|year| 365 + u64::from(is_leap(year))).sum();
    let days = years + months.iter().take(usize::try_from(month).unwrap() - 1).sum::<u64>() + day - 1;
    ((days * 24 + hour) * 60 + minute) * 60 + second
}
