//! The headers that cross between processes: what is written, and what is made of what a stranger writes.

use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use http::{HeaderMap, HeaderValue, Request};
use retry_runtime::{Outgoing, OutgoingRequest, http as headers, retry};
use retry_tests::Fault;
use tokio::time::timeout;

const YEARS: Duration = Duration::from_millis(u64::MAX);

fn of(pairs: &[(&'static str, &'static [u8])]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in pairs {
        map.append(*name, HeaderValue::from_bytes(value).unwrap());
    }
    map
}

const fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

#[test]
fn an_attempt_is_a_number_from_1_whatever_a_stranger_writes() {
    let cases: &[(&[u8], u32)] = &[
        (b"1", 1),
        (b"2", 2),
        (b" 7\t", 7),
        (b"007", 7),
        (b"0", 1),
        (b"-1", 1),
        (b"+2", 1),
        (b"2.5", 1),
        (b"", 1),
        (b"two", 1),
        (b"\xff", 1),
        (b"4294967295", u32::MAX),
        (b"4294967296", u32::MAX),
        (b"99999999999999999999999999999999999999999", u32::MAX),
    ];
    for &(value, attempt) in cases {
        assert_eq!(headers::read(&of(&[("retry-attempt", value)])), Outgoing::new(attempt, None), "{value:?}");
    }
    let previous: &[(&[u8], u32)] =
        &[(b"0", 1), (b"1", 2), (b"-1", 1), (b"4294967295", u32::MAX), (b"18446744073709551615", u32::MAX)];
    for &(value, attempt) in previous {
        let read = headers::read(&of(&[("grpc-previous-rpc-attempts", value)]));
        assert_eq!(read, Outgoing::new(attempt, None), "{value:?}");
    }
    let both = of(&[("retry-attempt", b"2"), ("grpc-previous-rpc-attempts", b"4")]);
    assert_eq!(headers::read(&both).attempt(), 5, "the later of two");
    let both = of(&[("retry-attempt", b"9"), ("grpc-previous-rpc-attempts", b"4")]);
    assert_eq!(headers::read(&both).attempt(), 9, "the later of two");
}

#[test]
fn a_timeout_is_read_from_either_header_whatever_a_stranger_writes() {
    let ours: &[(&[u8], Option<Duration>)] = &[
        (b"1500", Some(ms(1500))),
        (b"0", Some(Duration::ZERO)),
        (b"18446744073709551615", Some(YEARS)),
        (b"99999999999999999999999999999999999999999", Some(YEARS)),
        (b"-5", None),
        (b"1.5", None),
        (b"1s", None),
        (b"", None),
        (b"\xfe\xff", None),
    ];
    for &(value, left) in ours {
        assert_eq!(headers::read(&of(&[("retry-timeout-ms", value)])).remaining(), left, "{value:?}");
    }
    let grpc: &[(&[u8], Option<Duration>)] = &[
        (b"2H", Some(Duration::from_hours(2))),
        (b"3M", Some(Duration::from_mins(3))),
        (b"4S", Some(Duration::from_secs(4))),
        (b"250m", Some(ms(250))),
        (b"82u", Some(Duration::from_micros(82))),
        (b"7n", Some(Duration::from_nanos(7))),
        (b"0n", Some(Duration::ZERO)),
        (b"99999999H", Some(Duration::from_hours(99_999_999))),
        (b"100000000n", None),
        (b"00000001S", Some(Duration::from_secs(1))),
        (b"S", None),
        (b"5", None),
        (b"", None),
        (b"-1S", None),
        (b"1.5S", None),
        (b"1 S", None),
        (b"1s", None),
        (b"1SS", None),
        (b"1\xc3\xbc", None),
    ];
    for &(value, left) in grpc {
        assert_eq!(headers::read(&of(&[("grpc-timeout", value)])).remaining(), left, "{value:?}");
    }
    for (first, second) in [("100", "1S"), ("1000", "100m")] {
        let map = of(&[("retry-timeout-ms", first.as_bytes()), ("grpc-timeout", second.as_bytes())]);
        assert_eq!(headers::read(&map).remaining(), Some(ms(100)), "the shorter of two");
    }
}

#[test]
fn of_several_headers_the_first_counts() {
    let map =
        of(&[("retry-attempt", b"2"), ("retry-attempt", b"9"), ("retry-timeout-ms", b"x"), ("retry-timeout-ms", b"1")]);
    assert_eq!(headers::read(&map), Outgoing::new(2, None));
}

#[test]
fn no_timeout_of_years_makes_a_call_fail_or_panic() {
    #[retry(retry_on = transient, backoff = none)]
    async fn ask() -> Result<Outgoing, io::Error> {
        Ok(Outgoing::here())
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for value in [b"99999999999999999999999".as_slice(), b"18446744073709551615", b"0"] {
        let request = headers::read(&of(&[("retry-timeout-ms", value), ("retry-attempt", b"4294967296")]));
        let (answer, gave_up) = runtime.block_on(retry_runtime::serve(request, ask()));
        assert_eq!(answer.unwrap().attempt(), 1, "that of the attempt here, not that of the request");
        assert!(!gave_up);
    }
}

#[test]
fn what_is_written_is_read() {
    let cases = [(1, None), (2, None), (u32::MAX, Some(ms(0))), (3, Some(ms(1))), (1, Some(YEARS))];
    let mut map = of(&[("retry-attempt", b"7"), ("retry-timeout-ms", b"7"), ("accept", b"*/*")]);
    for (attempt, left) in cases {
        let outgoing = Outgoing::new(attempt, left);
        headers::write(&outgoing, &mut map);
        assert_eq!(headers::read(&map), outgoing);
        assert_eq!(map.contains_key("retry-attempt"), attempt > 1, "the first needs no word");
        assert_eq!(map["accept"], "*/*");
    }
    headers::write(&Outgoing::new(1, Some(Duration::MAX)), &mut map);
    assert_eq!(headers::read(&map).remaining(), Some(YEARS));
    headers::write(&Outgoing::new(1, Some(Duration::from_micros(1999))), &mut map);
    assert_eq!(map["retry-timeout-ms"], "1", "never longer than it is");
}

#[test]
fn only_the_number_1_says_that_the_server_gave_up() {
    assert!(headers::gave_up(&of(&[("retry-gave-up", b"1")])));
    for value in [b"0".as_slice(), b"", b"true", b"11", b"\xff"] {
        assert!(!headers::gave_up(&of(&[("retry-gave-up", value)])), "{value:?}");
    }
    assert!(!headers::gave_up(&HeaderMap::new()));
}

/// The deadline of a call is known to its attempts to 66 microseconds.
fn is_about_5_seconds(left: Duration) -> bool {
    (1000..=5000).contains(&left.as_millis())
}

/// The headers that each attempt of a call wrote, of a request that `make` makes.
fn written(make: impl Fn() -> HeaderMap) -> Vec<HeaderMap> {
    // Without a budget, since all tests share this operation.
    #[retry(retry_on = transient, backoff = none, budget = none, deadline = 5s)]
    fn ask(attempt: &dyn Fn()) -> Result<(), io::Error> {
        attempt();
        Err(io::ErrorKind::TimedOut.into())
    }
    let all = std::cell::RefCell::new(Vec::new());
    ask(&|| all.borrow_mut().push(make())).unwrap_err();
    let all = all.into_inner();
    assert_eq!(all.len(), 3);
    all
}

#[test]
fn every_request_of_an_attempt_says_which_one_it_is_and_how_long_it_waits() {
    let client = reqwest::Client::new();
    let url = "http://shop.example/";
    let kinds: [(&str, &dyn Fn() -> HeaderMap); 3] = [
        ("http::Request", &|| Request::new(()).with_attempt().headers().clone()),
        ("reqwest::Request", &|| client.get(url).build().unwrap().with_attempt().headers().clone()),
        ("reqwest::RequestBuilder", &|| client.get(url).with_attempt().build().unwrap().headers().clone()),
    ];
    for (kind, make) in kinds {
        for (map, number) in written(make).iter().zip(1..) {
            let outgoing = headers::read(map);
            assert_eq!(outgoing.attempt(), number, "{kind}");
            let left = outgoing.remaining().unwrap();
            assert!(is_about_5_seconds(left), "{kind}: {left:?}");
        }
        assert!(make().is_empty(), "{kind}: outside of attempts there is nothing to say");
    }
}

/// The deadline and the attempt that a tonic request says, as a server reads them.
fn told(request: &tonic::Request<()>) -> Outgoing {
    headers::read(&request.metadata().clone().into_headers())
}

#[test]
fn a_tonic_request_says_it_by_the_names_of_grpc() {
    for (map, number) in
        written(|| tonic::Request::new(()).with_attempt().metadata().clone().into_headers()).iter().zip(1_u32..)
    {
        assert_eq!(map.contains_key("grpc-previous-rpc-attempts"), number > 1);
        assert!(
            map.contains_key("grpc-timeout") && map.keys().all(|name| name.as_str().starts_with("grpc-")),
            "{map:?}"
        );
        let outgoing = headers::read(map);
        assert_eq!(outgoing.attempt(), number);
        let left = outgoing.remaining().unwrap();
        assert!(is_about_5_seconds(left), "{left:?}");
    }
    assert!(tonic::Request::new(()).with_attempt().metadata().is_empty());
}

#[test]
fn a_tonic_request_keeps_a_shorter_timeout_and_no_longer_one() {
    #[retry(retry_on = transient, deadline = 5s)]
    fn ask(own: Option<Duration>) -> Result<tonic::Request<()>, io::Error> {
        let mut request = tonic::Request::new(());
        request.metadata_mut().insert("grpc-previous-rpc-attempts", 7.into());
        if let Some(own) = own {
            request.set_timeout(own);
        }
        Ok(request.with_attempt())
    }
    assert_eq!(told(&ask(Some(ms(10))).unwrap()), Outgoing::new(1, Some(ms(10))));
    for own in [None, Some(Duration::from_hours(1))] {
        let left = told(&ask(own).unwrap()).remaining().unwrap();
        assert!(is_about_5_seconds(left), "{left:?}");
    }
}

#[test]
fn a_builder_that_is_used_again_tells_of_the_attempt_that_sends_it() {
    let builder = reqwest::Client::new().get("http://shop.example/").header("retry-attempt", "9");
    let maps = written(|| builder.try_clone().unwrap().with_attempt().build().unwrap().headers().clone());
    let values: Vec<_> =
        maps.iter().skip(1).map(|map| map.get_all("retry-attempt").iter().collect::<Vec<_>>()).collect();
    assert_eq!(values, [["2"], ["3"]]);
}

/// Gives up after three attempts, a second apart.
#[retry(retry_on = Timeout, backoff = fixed(1s), jitter = none, budget = none)]
async fn three_apart() -> Result<(), Fault> {
    Err(Fault::Timeout)
}

/// Fails once; then awaits a call that began elsewhere, and asks which attempt this one is.
#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = none)]
async fn number_after(
    ran: &AtomicU32,
    mut began_elsewhere: Pin<&mut impl Future<Output = Result<(), Fault>>>,
) -> Result<u32, Fault> {
    if ran.fetch_add(1, Relaxed) == 0 {
        return Err(Fault::Timeout);
    }
    assert_eq!(began_elsewhere.as_mut().await, Err(Fault::Timeout));
    Ok(Outgoing::here().attempt())
}

#[tokio::test(start_paused = true)]
async fn an_attempt_keeps_its_number_whatever_runs_inside_it() {
    let mut began = pin!(three_apart());
    timeout(ms(500), began.as_mut()).await.expect_err("it began outside, and waits");
    assert_eq!(number_after(&AtomicU32::new(0), began).await, Ok(2));
}
