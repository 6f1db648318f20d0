//! Encodes what an operator has found out about a key.

use std::io::Read;

use retry_idempotency::protocol::{Id, KeySpace};
use retry_idempotency::{encode_err, encode_ok, encode_response};
use serde_json::value::RawValue;

use crate::args::{Finding, Response};
use crate::exit::Exit;

/// Encodes the finding as the users of the key replay it.
///
/// Returns `None` if nothing happened.
pub(crate) fn encode(id: Id<'_>, finding: &Finding) -> Result<Option<Vec<u8>>, Exit> {
    let space = KeySpace::of(id.scope());
    let is_http = matches!(space, Some(KeySpace::Http | KeySpace::HttpContent));
    match finding {
        Finding::Nothing => Ok(None),
        Finding::Ok(_) | Finding::Err(_) if is_http => Err(Exit::Usage(
            "the key is one of the HTTP layer, which replays responses; write `--status STATUS`, with `--header` and `--body`"
                .into(),
        )),
        Finding::Response(_) if space.is_some() && !is_http => Err(Exit::Usage(
            "the key is one of `once`, which replays values and errors; write `--ok JSON` or `--err JSON`".into(),
        )),
        Finding::Ok(text) => json("--ok", text, encode_ok::<RawValue>).map(Some),
        Finding::Err(text) => json("--err", text, encode_err::<RawValue>).map(Some),
        Finding::Response(response) => encode_with_body(response).map(Some),
    }
}

/// Encodes JSON; its text stays unchanged.
fn json(option: &str, text: &str, encode: fn(&RawValue) -> serde_json::Result<Vec<u8>>) -> Result<Vec<u8>, Exit> {
    let fault = |error| {
        Exit::Usage(format!(
            "`{option}` is not JSON ({error}); write the value as your service writes it, text in \"..\""
        ))
    };
    let value: Box<RawValue> = serde_json::from_str(text).map_err(fault)?;
    // A number out of range, or arrays too deep, would be found when they are replayed.
    serde_json::from_str::<serde_json::Value>(text).map_err(fault)?;
    encode(&value).map_err(fault)
}

fn encode_with_body(response: &Response) -> Result<Vec<u8>, Exit> {
    let headers = response.headers.iter().map(|(name, value)| (&**name, value.as_bytes()));
    let body = body(&response.body)?;
    let encoded = encode_response(response.status, &headers.collect::<Vec<_>>(), &body);
    encoded.map_err(|error| Exit::Usage(error.to_string()))
}

/// Returns the text, or the content of the file that it names.
fn body(text: &str) -> Result<Vec<u8>, Exit> {
    let Some(path) = text.strip_prefix('@') else { return Ok(text.into()) };
    let read = if path == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    read.map_err(|error| Exit::Usage(format!("the body at `{path}` cannot be read ({error}); write `--body @PATH`")))
}
