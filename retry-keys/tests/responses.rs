//! Requests that the HTTP layer left open, resolved with their response by the command.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::routing::post;
use http::{HeaderMap, Request};
use retry_idempotency::http::IdempotencyLayer;
use retry_idempotency::sqlite::SqliteStore;
use retry_idempotency::{OnceError, once};
use tower::ServiceExt;

/// Folder of a test, gone when it ends.
struct Shop(PathBuf);

impl Shop {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("responses-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn store(&self) -> SqliteStore {
        SqliteStore::open(self.0.join("keys.db")).unwrap()
    }

    /// A service whose handler panics after its effect.
    fn service(&self) -> Router {
        let layer = IdempotencyLayer::new(Arc::new(self.store()), |_| Some("account-7".into()));
        Router::new().route("/pay", post(async || panic_after_the_effect())).layer(layer)
    }

    /// Returns code, output and error of the command.
    fn run(&self, words: &[&str], input: &str) -> (Option<i32>, String, String) {
        let store = format!("sqlite:{}", self.0.join("keys.db").display());
        let mut command = Command::new(env!("CARGO_BIN_EXE_retry-keys"));
        command.args(["--store", &store]).args(words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // Not read by a command that needs no input.
        let _ = std::io::Write::write_all(&mut child.stdin.take().unwrap(), input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn panic_after_the_effect() {
    std::panic::resume_unwind(Box::new("after the effect"));
}

async fn send(service: &Router) -> (u16, HeaderMap, String) {
    let request = Request::post("/pay").header("idempotency-key", "order-31").body(Body::empty()).unwrap();
    let response = service.clone().oneshot(request).await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, headers, String::from_utf8(body.into()).unwrap())
}

const KEY: [&str; 3] = ["resolve", "http:account-7", "order-31"];

#[tokio::test]
async fn the_next_resend_gets_the_response_that_a_key_is_resolved_with() {
    let shop = Shop::new("resend");
    let service = shop.service();
    assert_eq!(send(&service).await.0, 500);
    assert_eq!(send(&service).await.0, 409, "it is interrupted");
    let body = shop.0.join("answer.json");
    fs::write(&body, r#"{"paid": 31}"#).unwrap();
    let body = format!("@{}", body.display());
    let words = ["--status", "201", "--header", "Location: /payments/31", "--header", "ETag: \"a\"", "--body", &body];
    let (code, out, err) = shop.run(&[&KEY[..], &words].concat(), "");
    assert_eq!((code, &*out, &*err), (Some(0), "the key is resolved\n", ""));

    let (status, headers, body) = send(&service).await;
    assert_eq!((status, &*body), (201, r#"{"paid": 31}"#));
    assert_eq!((&headers["location"], &headers["etag"]), (&"/payments/31".parse().unwrap(), &"\"a\"".parse().unwrap()));
    assert_eq!(headers["idempotent-replayed"], "true");

    let shown = shop.run(&["show", "http:account-7", "order-31", "--result", "--json"], "").1;
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    let response = &shown["result"]["response"];
    assert_eq!((&response["status"], &response["body"]), (&201.into(), &r#"{"paid": 31}"#.into()));
    assert_eq!(response["headers"][0], "location: /payments/31");
}

#[tokio::test]
async fn a_body_is_read_from_stdin_or_left_out() {
    for (name, words, input, expected) in [
        ("stdin", &["--status", "200", "--body", "@-"][..], "from stdin", (200, "from stdin")),
        ("text", &["--status", "422", "--body", "text"], "", (422, "text")),
        ("empty", &["--status", "204"], "", (204, "")),
    ] {
        let shop = Shop::new(name);
        let service = shop.service();
        send(&service).await;
        assert_eq!(shop.run(&[&KEY[..], words].concat(), input).0, Some(0));
        let (status, _, body) = send(&service).await;
        assert_eq!((status, &*body), expected);
    }
}

#[tokio::test]
async fn a_finding_of_the_wrong_kind_is_refused_in_words() {
    let shop = Shop::new("wrong");
    let service = shop.service();
    send(&service).await;
    let store = shop.store();
    let open = once(&store, "order-31").scope("account-7").run_blocking(|claim| {
        assert_eq!(claim.id().scope(), "once:account-7");
        Err::<(), _>(OnceError::Interrupted { runs: 1 })
    });
    assert!(open.is_err());
    let once = ["resolve", "once:account-7", "order-31"];
    let wrong: [(&[&str], &[&str], &str); 10] = [
        (&KEY, &["--ok", "31"], "one of the HTTP layer"),
        (&KEY, &["--err", "31"], "write `--status STATUS`"),
        (&once, &["--status", "201"], "write `--ok JSON` or `--err JSON`"),
        (&KEY, &["--status", "99"], "200 to 599"),
        (&KEY, &["--status", "ok"], "`--status` is `ok`"),
        (&KEY, &["--body", "paid"], "write `--status STATUS` too"),
        (&KEY, &["--status", "200", "--header", "etag"], "`--header` is `etag`"),
        (&KEY, &["--status", "200", "--header", "content-length: 3"], "leave it out"),
        (&KEY, &["--status", "204", "--body", "paid"], "has no body"),
        (&KEY, &["--status", "200", "--body", "@/no/such/file"], "cannot be read"),
    ];
    for (key, words, fault) in wrong {
        let (code, out, err) = shop.run(&[key, words].concat(), "");
        assert_eq!((code, &*out), (Some(2), ""), "{words:?} {err}");
        assert!(err.contains(fault) && err.contains(';'), "{err}");
    }
    assert_eq!(send(&service).await.0, 409, "it is as it was");
}
