//! Headers of a failed response that its error keeps.

use ::http::{HeaderMap, HeaderName};

/// Names that are kept, beside those that begin with [`PREFIXES`].
///
/// None of them carries a credential: no cookie, no location, no token.
const NAMES: [&str; 31] = [
    // What the server hint and the class are read from.
    "retry-after",
    "retry-after-ms",
    "x-ms-retry-after-ms",
    "retry-gave-up",
    "x-should-retry",
    // Names of the request in the server's logs.
    "request-id",
    "x-request-id",
    "x-correlation-id",
    "x-trace-id",
    "traceparent",
    "apigw-requestid",
    "cf-ray",
    "x-amz-apigw-id",
    "x-amz-cf-id",
    "x-amz-id-2",
    "x-amz-request-id",
    "x-amzn-requestid",
    "x-amzn-trace-id",
    "x-cloud-trace-context",
    "x-ms-request-id",
    "x-github-request-id",
    // What went wrong.
    "allow",
    "www-authenticate",
    "x-amzn-errortype",
    "x-ms-error-code",
    "grpc-status",
    "grpc-message",
    // Who answered, and when.
    "age",
    "date",
    "server",
    "via",
];

/// Beginnings of names that are kept too.
const PREFIXES: [&str; 3] = ["content-", "ratelimit", "x-ratelimit-"];

/// Returns the headers that are on the allow list.
pub(super) fn kept(headers: &HeaderMap) -> HeaderMap {
    let mut kept = HeaderMap::new();
    for (name, value) in headers {
        if is_kept(name) && !value.is_sensitive() {
            kept.append(name, value.clone());
        }
    }
    kept
}

fn is_kept(name: &HeaderName) -> bool {
    let name = name.as_str();
    // The location of the content is a URL, as the header `location` is.
    name != "content-location" && (NAMES.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix)))
}
