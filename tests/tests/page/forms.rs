//! Query parameters and their answers.

use axum::Router;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{Method, StatusCode};
use retry_runtime::page::Page;
use retry_runtime::retry;
use retry_tests::Fault;
use serde_json::Value;

use crate::requests::{Answers, TIMEOUT, get, request};

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = none, name = "forms")]
fn forms(answers: &mut Answers) -> Result<u32, Fault> {
    answers.pop().unwrap()
}

#[tokio::test]
async fn each_form_has_its_type_and_all_are_guarded() {
    forms(&mut vec![Ok(7), TIMEOUT]).unwrap();
    let forms = [
        ("", "text/html; charset=utf-8"),
        ("?format=json", "application/json"),
        ("?format=prometheus", "text/plain; version=0.0.4; charset=utf-8"),
    ];
    for (query, kind) in forms {
        let (status, headers, body) = request(Page::new(), Method::GET, &format!("/{query}")).await;
        assert_eq!((status, &headers[CONTENT_TYPE]), (StatusCode::OK, &kind.parse().unwrap()));
        assert_eq!(
            (&headers[CACHE_CONTROL], &headers[X_CONTENT_TYPE_OPTIONS]),
            (&"no-store".parse().unwrap(), &"nosniff".parse().unwrap())
        );
        assert!(body.contains("forms"), "{body}");
    }
    let json: Value = serde_json::from_str(&get(&Page::new(), "?format=json").await).unwrap();
    let operations = json["operations"].as_array().unwrap();
    let forms = operations.iter().find(|operation| operation["name"] == "forms").unwrap();
    assert_eq!((&forms["recovered"], &forms["health"]), (&1.into(), &"degraded".into()));
}

#[tokio::test]
async fn only_get_and_head_are_answered_and_head_has_no_body() {
    let (status, headers, _) = request(Page::new(), Method::POST, "/").await;
    assert_eq!((status, &headers[ALLOW]), (StatusCode::METHOD_NOT_ALLOWED, &"GET, HEAD".parse().unwrap()));
    let (status, headers, body) = request(Page::new(), Method::HEAD, "/?format=prometheus").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, ""));
    assert!(headers[CONTENT_LENGTH].to_str().unwrap().parse::<u32>().unwrap() > 0);
}

#[tokio::test]
async fn what_is_not_known_gets_400_and_words_that_say_what_to_write() {
    let cases = [
        ("?format=xml", "unknown format `xml`; write `format=json` or `format=prometheus`, or nothing for the page\n"),
        (
            "?sort=",
            "unknown sort ``; write `sort=` with one of operation, health, calls, first, recovered, gave_up, retries, ",
        ),
        ("?sort=calls&order=up", "unknown order `up`; write `order=asc` or `order=desc`\n"),
    ];
    for (query, words) in cases {
        let (status, headers, body) = request(Page::new(), Method::GET, &format!("/{query}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert_eq!(headers[CONTENT_TYPE], "text/plain; charset=utf-8");
        assert!(body.starts_with(words), "{body}");
    }
    get(&Page::new(), "?token=of-a-proxy").await;
}

#[tokio::test]
async fn links_say_again_what_the_query_says_to_others() {
    forms(&mut vec![Ok(7)]).unwrap();
    let html = get(&Page::new(), "?token=a%20b'%22%3E&sort=calls&order=asc&flag").await;
    let links: Vec<_> = html.split(" href=\"?").skip(1).collect();
    assert_eq!(links.len(), 18);
    for link in links {
        assert!(link.starts_with("token=a%20b&#39;%22%3E&amp;flag&amp;"), "{link:.60}");
    }
    assert!(html.contains("&amp;flag&amp;sort=calls&amp;order=desc\"") && html.contains("&amp;flag&amp;format=json\""));
}

#[tokio::test]
async fn it_may_be_mounted_anywhere_since_its_links_are_queries() {
    forms(&mut vec![Ok(7)]).unwrap();
    let inner = Router::new().route_service("/retries", Page::new());
    let router = Router::new().nest("/admin", inner).nest_service("/below", Page::new());
    for uri in ["/admin/retries?sort=calls", "/below", "/below/"] {
        let (status, _, body) = request(router.clone(), Method::GET, uri).await;
        assert_eq!(status, StatusCode::OK, "{uri}");
        for link in body.split(" href=\"").skip(1) {
            assert!(link.starts_with('?') || link.starts_with("data:"), "{link:.60}");
        }
    }
}
