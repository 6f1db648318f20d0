//! Responses whose headers say that nothing is left of a quota, and the pace that they hold.

use std::time::{Duration, SystemTime};

use axum::Router;
use axum::routing::get;
use http::{HeaderMap, HeaderName, Response};
use retry_runtime::http::{StatusError, check, check_head, quota_reset};
use retry_runtime::{Class, Classify, Pace, StopReason, Stopped, retry};

const SECOND: Duration = Duration::from_secs(1);

type Headers = &'static [(&'static str, &'static str)];

const USED_UP: Headers = &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "30")];
const SOME_LEFT: Headers = &[("x-ratelimit-remaining", "1"), ("x-ratelimit-reset", "30")];

fn seconds(headers: Headers) -> Option<u64> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(HeaderName::from_static(name), value.parse().unwrap());
    }
    quota_reset(&map, SystemTime::UNIX_EPOCH + 1_700_000_000 * SECOND).map(|reset| reset.as_secs())
}

#[test]
fn only_a_quota_that_is_used_up_and_has_a_reset_counts() {
    let cases: &[(Headers, Option<u64>)] = &[
        (USED_UP, Some(30)),
        (SOME_LEFT, None),
        (&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1700000007")], Some(7)),
        (&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1700000007000")], Some(7)),
        (&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset-after", "2"), ("x-ratelimit-reset", "9")], Some(2)),
        (&[("ratelimit-remaining", "0"), ("ratelimit-reset", "4")], Some(4)),
        (&[("ratelimit-remaining", "0.5"), ("ratelimit-reset", "4")], None),
        (&[("ratelimit", "remaining=0, reset=5")], Some(5)),
        (&[("ratelimit", "remaining=3, reset=5")], None),
        (&[("ratelimit", r#""burst";r=9;t=1, "day";r=0;t=600, "hour";r=0;t=60"#)], Some(600)),
        (&[("ratelimit", r#""day";r=0"#)], None),
        (&[("x-ratelimit-remaining", "0")], None),
        (&[("x-ratelimit-reset", "30")], None),
        (&[("x-ratelimit-remaining", "none"), ("x-ratelimit-reset", "30")], None),
        (&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "soon")], None),
        (&[("x-ratelimit-remaining", "0"), ("ratelimit-reset", "30")], None),
        (&[("retry-after", "30"), ("retry-after-ms", "30000")], None),
        (&[], None),
    ];
    for (headers, expected) in cases {
        assert_eq!(seconds(headers), *expected, "{headers:?}");
    }
}

#[derive(Debug, PartialEq)]
enum ApiError {
    Answer(Class, Option<Duration>),
    Stopped(StopReason),
}

impl Classify for ApiError {
    fn class(&self) -> Class {
        if let Self::Answer(class, _) = self { *class } else { Class::Permanent }
    }

    fn retry_after(&self) -> Option<Duration> {
        if let Self::Answer(_, hint) = self { *hint } else { None }
    }
}

impl From<StatusError> for ApiError {
    fn from(error: StatusError) -> Self {
        Self::Answer(error.class(), error.retry_after())
    }
}

impl From<reqwest::Error> for ApiError {
    fn from(error: reqwest::Error) -> Self {
        Self::Answer(error.class(), None)
    }
}

impl From<Stopped> for ApiError {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(stopped.reason())
    }
}

fn response(status: u16, headers: Headers) -> Response<String> {
    let builder = Response::builder().status(status);
    headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value)).body(String::new()).unwrap()
}

/// Returns whether another caller, who has 10 s, is refused.
async fn is_held(pace: &Pace) -> bool {
    #[retry(retry_on = Timeout, pace = pace, deadline = 10s)]
    async fn other(pace: &Pace) -> Result<(), ApiError> {
        Ok(())
    }
    let ended = other(pace).await;
    assert!(matches!(ended, Ok(()) | Err(ApiError::Stopped(StopReason::Pace))), "{ended:?}");
    ended.is_err()
}

#[retry(retry_on = Conflict, pace = pace)]
async fn checked(pace: &Pace, status: u16, headers: Headers) -> Result<(), ApiError> {
    check(response(status, headers)).await?;
    Ok(())
}

#[retry(retry_on = Conflict, pace = pace)]
fn checked_head(pace: &Pace, status: u16, headers: Headers) -> Result<(), ApiError> {
    check_head(response(status, headers))?;
    Ok(())
}

/// The classes of the response are asked after the attempt.
#[retry(retry_on = Conflict, retry_ok = Status(502), pace = pace)]
async fn returned(pace: &Pace, status: u16, headers: Headers) -> Result<Response<String>, ApiError> {
    Ok(response(status, headers))
}

#[tokio::test(start_paused = true)]
async fn any_answer_that_says_so_holds_the_pace() {
    for (status, headers, expected) in
        [(200, USED_UP, true), (404, USED_UP, true), (500, USED_UP, true), (200, SOME_LEFT, false), (200, &[], false)]
    {
        let paces = [(); 3].map(|()| Pace::new());
        let _ = checked(&paces[0], status, headers).await;
        let _ = checked_head(&paces[1], status, headers);
        let _ = returned(&paces[2], status, headers).await;
        for (at, pace) in paces.iter().enumerate() {
            assert_eq!(is_held(pace).await, expected, "{status} {headers:?} {at}");
        }
    }
}

/// Returns the rate after `rejected`, the last of 20 calls within a second.
fn rate_after(status: u16, headers: Headers) -> (u64, f64) {
    let pace = Pace::new();
    for _ in 0..19 {
        checked_head(&pace, 200, &[]).unwrap();
    }
    checked_head(&pace, status, headers).unwrap_err();
    let held_until = pace.held_until().unwrap();
    (held_until.as_nanos(), pace.rate(held_until).unwrap())
}

#[test]
fn a_rejection_cuts_as_it_does_without_the_headers() {
    retry_runtime::random::seed(1);
    let _clock = retry_runtime::testing::pause();
    for status in [429, 503] {
        let (held_until, rate) = rate_after(status, USED_UP);
        let (plain_until, plain_rate) = rate_after(status, &[("retry-after", "30")]);
        assert!((rate - plain_rate).abs() < 0.01, "{status}: {rate} {plain_rate}");
        assert!(held_until.abs_diff(plain_until) < 2_000_000_000, "{status}");
    }
}

/// Drops the hint of the response, as an error of one's own may.
#[retry(retry_on = Conflict, pace = pace)]
async fn without_hint(pace: &Pace, status: u16) -> Result<(), ApiError> {
    check(response(status, USED_UP)).await.map_err(|error| ApiError::Answer(error.class(), None))?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_rejection_whose_error_keeps_no_hint_holds_until_the_reset() {
    for status in [429, 503] {
        let pace = Pace::new();
        without_hint(&pace, status).await.unwrap_err();
        assert!(is_held(&pace).await, "{status}");
    }
}

/// The body of the response follows its head later.
#[retry(retry_on = Conflict, pace = pace)]
async fn slowly(pace: &Pace, status: u16) -> Result<(), ApiError> {
    let error = check_head(response(status, USED_UP)).unwrap_err();
    tokio::task::yield_now().await;
    Err(error.into())
}

#[tokio::test(start_paused = true)]
async fn a_rejection_cuts_also_if_its_body_comes_later() {
    let pace = Pace::new();
    for _ in 0..19 {
        checked(&pace, 200, &[]).await.unwrap();
    }
    slowly(&pace, 429).await.unwrap_err();
    let held_until = pace.held_until().unwrap();
    // Seven tenths of the 19 that were accepted. A hold without a cut would have counted 20 before.
    assert_eq!(format!("{:.1}", pace.rate(held_until).unwrap()), "13.3");
}

#[tokio::test]
async fn a_response_of_a_real_server_holds_the_pace() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new()
        .route("/last", get(|| async { ([USED_UP[0], USED_UP[1]], "ok") }))
        .route("/more", get(|| async { "ok" }));
    tokio::spawn(async move { axum::serve(listener, app).await });
    let client = reqwest::Client::builder().no_proxy().build().unwrap();

    #[retry(retry_on = Timeout, pace = pace)]
    async fn fetch(client: &reqwest::Client, url: &str, pace: &Pace) -> Result<String, ApiError> {
        Ok(check(client.get(url).send().await?).await?.text().await?)
    }
    let pace = Pace::new();
    assert_eq!(fetch(&client, &format!("{url}/more"), &pace).await.as_deref(), Ok("ok"));
    assert!(!is_held(&pace).await);
    assert_eq!(fetch(&client, &format!("{url}/last"), &pace).await.as_deref(), Ok("ok"));
    assert!(is_held(&pace).await);
}
