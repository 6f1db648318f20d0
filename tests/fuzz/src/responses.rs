//! Responses of a handler, recorded and replayed.

use axum_core::body::Body;
use http::{HeaderName, HeaderValue, Request, StatusCode};

use crate::input::Input;
use crate::service::{KEY, Service};

const NAMES: [&str; 6] = ["content-type", "content-encoding", "location", "etag", "set-cookie", "x-trace"];
const REPLAYED: [&str; 4] = ["content-type", "content-encoding", "location", "etag"];

/// A replay is the first response, with the headers that are replayed.
pub(crate) fn response(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let mut service = Service::in_memory();
    let status = 200 + (input.number() % 400) as u16;
    service.response.status = StatusCode::from_u16(status).unwrap();
    for _ in 0..input.below(5) {
        let name = HeaderName::from_static(input.one_of(&NAMES));
        if let Ok(value) = HeaderValue::from_bytes(&input.bytes(12)) {
            service.response.headers.append(name, value);
        }
    }
    service.response.body = input.bytes(64).into();
    let send = || service.send(Request::post("/").header("idempotency-key", KEY).body(Body::empty()).unwrap());
    let [first, second] = [send(), send()];
    assert_eq!(first, service.response);
    if status == 425 {
        assert_eq!(service.runs(), 2, "nothing happened");
        return;
    }
    assert!(second.is_replay() && service.runs() == 1);
    assert_eq!((second.status, &second.body), (first.status, &first.body));
    for name in NAMES {
        let values = |answer: &crate::service::Answer| answer.headers.get_all(name).iter().cloned().collect::<Vec<_>>();
        assert_eq!(values(&second), if REPLAYED.contains(&name) { values(&first) } else { Vec::new() }, "{name}");
    }
}
