//! Recorded results, as a store returns them.

use std::sync::Arc;
use std::time::UNIX_EPOCH;

use axum_core::body::Body;
use http::Request;
use retry_idempotency::{OnceError, StoredOutcome, encode_err, encode_ok, once};
use retry_runtime::Classify;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::input::Input;
use crate::service::{KEY, Recorded, Service, block_on};

#[derive(Debug, Classify, Serialize, Deserialize)]
enum Failure {
    #[classify(Permanent)]
    Recorded(Value),
    #[classify(Permanent)]
    Once(String),
}

impl From<OnceError> for Failure {
    fn from(error: OnceError) -> Self {
        Self::Once(error.to_string())
    }
}

#[rustfmt::skip]
const VALUES: [&str; 9] = ["99", "31", "[\"etag\",\"é\"]", "]", "\"x\"", "null", "{", "}", "{\"Once\":\"x\"}"];

/// Status and headers of a response, most of the time.
fn head(input: &mut Input<'_>, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&input.one_of(&[200_u16, 201, 99, 1000, 0]).to_be_bytes());
    bytes.push(input.one_of(&[1, 1, 0, 2]));
    for _ in 0..input.below(3) {
        let (name, value) = (input.one_of(&["etag", "é", "a b"]), input.one_of(&["1", "é", "\n", ""]));
        let off = input.one_of(&[0, 0, 0, 1, 200]);
        bytes.extend_from_slice(&(u16::try_from(name.len()).unwrap() + off).to_be_bytes());
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(&(u32::try_from(value.len()).unwrap() + u32::from(off)).to_be_bytes());
        bytes.extend_from_slice(value.as_bytes());
    }
    bytes.extend_from_slice(&input.one_of(&[0_u16, 0, 0, 1]).to_be_bytes());
}

/// Bytes that begin like a record, most of the time.
fn record(input: &mut Input<'_>) -> Vec<u8> {
    let mut bytes = vec![input.one_of(&[1, 1, 1, 0, 2]), input.below(5).to_le_bytes()[0]];
    bytes.extend_from_slice(&input.number().to_be_bytes());
    if input.below(2) == 0 {
        head(input, &mut bytes);
    }
    bytes.extend_from_slice(input.text(&VALUES).as_bytes());
    bytes.extend_from_slice(&input.bytes(4));
    bytes.truncate(bytes.len() - input.below(2) * input.below(bytes.len()));
    bytes
}

/// A finished key runs nothing, whatever its record.
pub(crate) fn foreign_record(bytes: &[u8]) {
    let bytes = record(&mut Input::new(bytes));
    let decoded = StoredOutcome::decode(&bytes);
    if let Some((_, written)) = decoded {
        assert!(written >= UNIX_EPOCH);
    }

    let service = Service::new(Arc::new(Recorded(bytes.clone())));
    let answer = service.send(Request::post("/").header("idempotency-key", KEY).body(Body::empty()).unwrap());
    assert_eq!(service.runs(), 0);
    let is_response = matches!(decoded, Some((StoredOutcome::Response(_), _)));
    assert!(is_response || answer.status == 500, "{answer:?}");
    assert!(!answer.is_replay() || is_response);

    let store = Recorded(bytes.clone());
    let body = async |_| -> Result<Value, Failure> { panic!("a finished key runs nothing") };
    let result = block_on(once(&store, "key").run(body));
    let parsed = |json: &str| serde_json::from_str::<Value>(json).ok();
    match (decoded, result) {
        (Some((StoredOutcome::Ok(json), _)), Ok(value)) => assert_eq!(parsed(json), Some(value)),
        (Some((StoredOutcome::Err(json), _)), Err(Failure::Recorded(value))) => {
            assert_eq!(parsed(json), Some(serde_json::json!({ "Recorded": value })));
        }
        (_, Err(Failure::Once(message))) => assert!(!message.is_empty() && message.len() < 300, "{message}"),
        (decoded, result) => panic!("{decoded:?} was replayed as {result:?}"),
    }
}

/// What is encoded is decoded, and replayed.
pub(crate) fn own_record(bytes: &[u8]) {
    let text = Input::new(bytes).text(&VALUES);
    let value = Value::from(vec![Value::from(text.as_str()), serde_json::from_str(&text).unwrap_or_default()]);
    for (is_ok, bytes) in
        [(true, encode_ok(&value).unwrap()), (false, encode_err(&Failure::Recorded(value.clone())).unwrap())]
    {
        let Some((outcome, _)) = StoredOutcome::decode(&bytes) else { panic!("written just now") };
        match outcome {
            StoredOutcome::Ok(json) => assert!(is_ok && serde_json::from_str::<Value>(json).unwrap() == value),
            StoredOutcome::Err(_) => assert!(!is_ok),
            _ => panic!("{outcome:?}"),
        }
        let store = Recorded(bytes.clone());
        let replayed =
            block_on(once(&store, "key").run(async |_| -> Result<Value, Failure> { panic!("it is finished") }));
        match replayed {
            Ok(replayed) => assert!(is_ok && replayed == value),
            Err(Failure::Recorded(replayed)) => assert!(!is_ok && replayed == value),
            Err(Failure::Once(message)) => panic!("{message}"),
        }
    }
}
